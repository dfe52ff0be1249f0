"""Localised word lists, as data."""
