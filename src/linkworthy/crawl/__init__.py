"""What to fetch next: frontier, scope, sitemaps, crawler, verification."""
