"""Keeps a process small: libraries that are looked for by others, and used by nobody here, are not loaded."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Final

UNUSED: Final = ("pandas",)
"""pyarrow loads pandas where it is installed, only to ask whether a list is one of its columns: 47 MB a process."""


class _Absent(MetaPathFinder):
    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Say of what nobody uses here that it is not there."""
        del path, target
        if fullname in UNUSED:
            raise ModuleNotFoundError(f"{fullname} is left out of this process", name=fullname)
        return None


def leave_out() -> None:
    """Let what is not used look absent from now on; for processes that are ours alone."""
    if not any(isinstance(finder, _Absent) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Absent())


def let_in() -> None:
    """Let everything be found again: Spark refuses to work where it does not see pandas."""
    sys.meta_path[:] = [finder for finder in sys.meta_path if not isinstance(finder, _Absent)]
