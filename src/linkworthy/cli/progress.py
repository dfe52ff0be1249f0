"""Progress on standard error: a bar on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import click

from linkworthy.engine.progress import SILENT, Progress

EVERY_S = 10.0


class Lines:
    """Writes one line when a task starts and ends, and at most one every ten seconds between."""

    def __init__(self) -> None:
        self._task = ""
        self._began = self._told = 0.0
        self._done = 0

    def start(self, task: str, total: int | None = None) -> None:
        """Say what begins."""
        del total
        self._task, self._began, self._told, self._done = task, time.monotonic(), time.monotonic(), 0
        click.echo(f"{task} …", err=True)

    def update(self, done: int, total: int | None = None, note: str = "") -> None:
        """Say how far it is, with rate and time left, unless that was said just now."""
        self._done = done
        now = time.monotonic()
        if now - self._told >= EVERY_S:
            self._told = now
            click.echo(f"{self._task}: {measure(done, total, now - self._began)} {note}".rstrip(), err=True)

    def finish(self, note: str = "") -> None:
        """Say that it is done."""
        seconds = time.monotonic() - self._began
        click.echo(f"{self._task}: done in {seconds:.1f} s{', ' + note if note else ''}", err=True)


class Bar:
    """Draws one line that is written over."""

    def __init__(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, SpinnerColumn, TextColumn, TimeRemainingColumn
        from rich.progress import Progress as RichProgress

        columns = (
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}", markup=False),
            TimeRemainingColumn(),
            TextColumn("{task.fields[note]}", markup=False),
        )
        self.live = RichProgress(*columns, console=Console(stderr=True), transient=False)
        self._task = self.live.add_task("", total=None, note="", rate="", visible=False)
        self._began = 0.0

    def start(self, task: str, total: int | None = None) -> None:
        """Begin a new line."""
        self._began = time.monotonic()
        self._task = self.live.add_task(task, total=total, note="", rate="")

    def update(self, done: int, total: int | None = None, note: str = "") -> None:
        """Draw how far it is."""
        seconds = max(time.monotonic() - self._began, 1e-3)
        self.live.update(self._task, completed=done, total=total, note=note, rate=f"{done / seconds:,.0f}/s")

    def finish(self, note: str = "") -> None:
        """Leave the line standing."""
        self.live.update(self._task, note=note)
        self.live.stop_task(self._task)


def measure(done: int, total: int | None, seconds: float) -> str:
    """Put an amount, its rate and the time left into words."""
    rate = done / seconds if seconds > 0 else 0.0
    words = f"{done:,}{f' of {total:,}' if total else ''}, {rate:,.1f}/s"
    if total and rate > 0 and total > done:
        words += f", about {(total - done) / rate:,.0f} s left"
    return words


@contextmanager
def listener(*, quiet: bool) -> Iterator[Progress]:
    """Give what shows progress: a bar on a terminal, lines elsewhere, nothing when quiet."""
    if quiet:
        yield SILENT
    elif sys.stderr.isatty():
        bar = Bar()
        with bar.live:
            yield bar
    else:
        yield Lines()
