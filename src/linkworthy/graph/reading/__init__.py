"""Readers of what graphs are built from, one module a form."""
