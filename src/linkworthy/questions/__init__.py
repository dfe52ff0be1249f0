"""The typed Python API: what the command line, the reports and the interface ask of a snapshot."""
