"""How bytes arrive: the Fetcher seam, HTTP, WARC replay, robots.txt and politeness."""
