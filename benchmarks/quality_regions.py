"""``quality-regions``: see ``quality_pages``."""

from __future__ import annotations

from benchmarks.quality_pages import regions as benchmark

__all__ = ["benchmark"]
