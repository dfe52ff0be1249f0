"""WARC and WAT: reading, recovery after damage, writing."""
