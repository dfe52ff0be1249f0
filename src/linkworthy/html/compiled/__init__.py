"""The one pass over a document as machine code; ``scan`` is its plain form and its oracle."""
