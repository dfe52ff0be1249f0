"""``quality-page-types``: see ``quality_pages``."""

from __future__ import annotations

from benchmarks.quality_pages import kinds as benchmark

__all__ = ["benchmark"]
