"""The demonstration web: a generator with a seed, its servers, and its ground truth."""
