"""The audit's entries, one module a subject, listed in report order."""
