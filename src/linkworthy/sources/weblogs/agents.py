"""Who asks: a person, or a machine that says that it is one."""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from importlib import resources
from typing import Any


@lru_cache(maxsize=1)
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    words: dict[str, Any] = tomllib.loads(
        resources.files("linkworthy.words").joinpath("agents.toml").read_text(encoding="utf-8")
    )
    machines = [word for name, group in words.items() if name != "people" for word in group]
    return re.compile("|".join(map(re.escape, words["people"]))), re.compile("|".join(map(re.escape, machines)))


@lru_cache(maxsize=1_024)
def is_bot(agent: str) -> bool:
    """Tell whether a user agent says that it is a machine; an empty one is a machine's."""
    people, machines = _patterns()
    folded = people.sub(" ", agent.strip().lower())
    return folded in {"", "-"} or machines.search(folded) is not None
