"""Chances for more good links: forums, blogs, directories, competitors, broken and lost links, mentions."""
