"""Archives of the web: WARC read and written, recovered after damage."""
