"""``quality-text``: see ``quality_pages``."""

from __future__ import annotations

from benchmarks.quality_pages import texts as benchmark

__all__ = ["benchmark"]
