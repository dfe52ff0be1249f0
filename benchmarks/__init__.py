"""Every claim about speed and quality has a script here, behind ``python -m benchmarks NAME [--quick] [--json]``."""
