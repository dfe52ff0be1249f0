"""``start``: how long ``linkworthy --help`` takes, against a bare click program with one verb."""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from benchmarks.process import Finished, run
from benchmarks.result import Result, against, below

BARE = """
import click

@click.group()
def cli():
    pass

@cli.command()
def verb():
    pass

if __name__ == '__main__':
    cli()
"""


def benchmark(*, quick: bool) -> list[Result]:
    """Run both in turn, after one warm-up of each."""
    n_runs = 11 if quick else 31
    ours_command = [shutil.which("linkworthy", path=str(Path(sys.executable).parent)) or "linkworthy", "--help"]
    with tempfile.TemporaryDirectory() as folder:
        program = Path(folder) / "bare.py"
        program.write_text(BARE, encoding="utf-8")
        peer_command = [sys.executable, str(program), "--help"]
        run(ours_command)
        run(peer_command)
        ours: list[Finished] = []
        peer: list[Finished] = []
        for _ in range(n_runs):
            ours.append(run(ours_command))
            peer.append(run(peer_command))
    ours_ms = [1000 * done.wall_s for done in ours]
    peer_ms = [1000 * done.wall_s for done in peer]
    peak = max(done.peak_mb for done in ours)
    why = "whole process, start to exit"
    return [
        below("start", "help-ms", ours_ms, unit="ms", target=200, peak_mb=peak, why=why),
        against("start", "help-ratio", ours_ms, peer_ms, peer_name="bare click program", unit="ms", target=1.2,
                peak_mb=peak, why=why),
    ]  # fmt: skip
