"""Executes, and knows no domain: map over shards, aggregate by SQL, iterate to a fixed point; and reports progress."""
