"""The web interface: it shows what is there."""
