"""Everything that yields links: exports, lists, access logs, archives; recognised by content."""
