"""Reads the word lists that this room needs, once each, when they are asked for."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from importlib.resources import files
from typing import Any


@lru_cache(maxsize=16)
def words(name: str) -> dict[str, Any]:
    """Give a word list as its TOML file says it."""
    return tomllib.loads(files("linkworthy.words").joinpath(f"{name}.toml").read_text("utf-8"))
