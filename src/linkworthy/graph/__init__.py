"""The link graph and its ranks."""
