"""Which stage needs which table, what is stale after it, and how the whole job is resumed."""
