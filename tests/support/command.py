"""The command ``linkworthy`` as a program of its own, allowed to talk to loopback only."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

GUARD = Path(__file__).parent / "guard"
SOURCE = Path(__file__).parents[2] / "src"
"""The program that is tested is the one beside the tests, wherever another one may be installed."""


@dataclass(frozen=True)
class Done:
    """What a command said."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output as JSON."""
        return json.loads(self.out)


def environment(**more: str) -> dict[str, str]:
    """Give an environment without the caller's own switches, in which only loopback can be reached."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "_LINKWORTHY"))}
    return {**kept, "PYTHONPATH": f"{GUARD}{os.pathsep}{SOURCE}", "COLUMNS": "200", **more}


def program(*arguments: str | Path) -> list[str]:
    """Give the command line that starts linkworthy with this interpreter."""
    return [sys.executable, "-m", "linkworthy", *map(str, arguments)]


def linkworthy(*arguments: str | Path, cwd: Path, stdin: str = "", code: int | None = 0, **env: str) -> Done:
    """Run the command to its end; unless ``code`` is null its exit code must be this one."""
    done = subprocess.run(
        program(*arguments), cwd=cwd, env=environment(**env), input=stdin.encode(), capture_output=True, timeout=120,
        check=False,
    )  # fmt: skip
    said = Done(done.returncode, done.stdout.decode(), done.stderr.decode())
    assert code is None or said.code == code, (arguments, said)
    return said


def shown(argument: Sequence[str | Path]) -> str:
    """Give a command line as one text, for messages of tests."""
    return " ".join(map(str, argument))
