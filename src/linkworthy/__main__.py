"""Lets ``python -m linkworthy`` do what the command does."""

from linkworthy.cli.main import main

if __name__ == "__main__":
    main()
