"""Backlink intelligence that anyone can run on their own machine."""

__version__ = "0.1.0"
