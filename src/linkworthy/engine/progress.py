"""How work tells how far it is. Whoever shows it (a terminal, the interface) stands above."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Takes news of one piece of work."""

    def start(self, task: str, total: int | None = None) -> None:
        """Begin a task; ``total`` is null where its size is not known."""
        ...

    def update(self, done: int, total: int | None = None, note: str = "") -> None:
        """Say how much of the current task is done, how much there is, and what is going on."""
        ...

    def finish(self, note: str = "") -> None:
        """End the current task."""
        ...


class Silent:
    """Tells nobody."""

    def start(self, task: str, total: int | None = None) -> None:
        """Say nothing."""

    def update(self, done: int, total: int | None = None, note: str = "") -> None:
        """Say nothing."""

    def finish(self, note: str = "") -> None:
        """Say nothing."""


SILENT = Silent()
