"""Access logs: one module a format, one that cuts the commonest format in bulk, and one that counts."""
