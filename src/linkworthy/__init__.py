"""Backlink intelligence that anyone can run on their own machine."""

import os

__version__ = "0.1.0"

# Matrices here are small, and work is spread over processes: a second thread waits longer than it computes. Read when
# numpy is loaded; who sets the variable keeps what is set.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
