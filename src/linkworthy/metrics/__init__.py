"""Columns that rules and signals need, computed from stored tables."""
