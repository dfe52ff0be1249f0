"""Where the shared test material lies, and a clean skip where it is absent."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3] / "shared" / "data"


def shared(*parts: str) -> Path:
    """Give a path below the shared test material, or skip the test where that is absent."""
    path = ROOT.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"shared test material is absent: {'/'.join(parts)}")
    return path
