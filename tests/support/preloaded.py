"""Starts commands as processes of their own in no time: a program that has imported all, and forks.

``python preloaded.py`` reads one request a line from standard input (JSON: arguments, cwd, stderr), forks a child in a
process group of its own that carries the command out, writes its pid, waits for it, and writes how it ended.
"""

from __future__ import annotations

import importlib
import json
import os
import select
import subprocess
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

from tests.support.command import environment


class Starter:
    """The forking program, as seen by a test; one command at a time. A context manager."""

    def __enter__(self) -> Self:
        root = Path(__file__).parents[2]
        self._program = subprocess.Popen(
            [sys.executable, "-m", "tests.support.preloaded"], cwd=root, env=environment(), stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, bufsize=0,
        )  # fmt: skip
        return self

    def __exit__(self, *_fault: object) -> None:
        with self._program:
            pass

    def start(self, arguments: Sequence[str | Path], cwd: Path, stderr: Path) -> int:
        """Start a command; gives its pid, which is that of its process group as well."""
        request = {"arguments": [str(a) for a in arguments], "cwd": str(cwd), "stderr": str(stderr)}
        assert self._program.stdin is not None
        self._program.stdin.write(json.dumps(request).encode() + b"\n")
        return int(self._line())

    def wait(self, timeout_s: float | None = None) -> int | None:
        """Give the exit code (negative: the signal) once the command has ended; null where it takes longer."""
        assert self._program.stdout is not None
        if not select.select([self._program.stdout], [], [], timeout_s)[0]:
            return None
        return int(self._line())

    def _line(self) -> bytes:
        assert self._program.stdout is not None
        return bytes(self._program.stdout.readline())


def main() -> None:
    """Import everything that verbs import, then fork for each request."""
    from linkworthy.cli.main import VERBS

    for module, _line in VERBS.values():
        importlib.import_module(f"linkworthy.cli.{module}")
    for name in ("duckdb", "pyarrow.parquet", "aiohttp", "jinja2"):
        importlib.import_module(name)
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            _carry_out(json.loads(line))
        _say(pid)
        _pid, status = os.waitpid(pid, 0)
        _say(os.waitstatus_to_exitcode(status))


def _say(number: int) -> None:
    os.write(1, f"{number}\n".encode())


def _carry_out(request: dict[str, Any]) -> None:
    from linkworthy.cli.main import main as command

    code = 1
    try:
        os.setsid()
        os.chdir(request["cwd"])
        os.dup2(os.open(os.devnull, os.O_RDWR), 0)
        os.dup2(0, 1)
        os.dup2(os.open(request["stderr"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644), 2)
        sys.argv = ["linkworthy", *request["arguments"]]
        command()
    except SystemExit as leave:
        code = leave.code if isinstance(leave.code, int) else 1
    except BaseException:  # noqa: BLE001 - the child must never go back into the parent's loop
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    main()
