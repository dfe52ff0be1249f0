"""Pause, go on and stop, from another process: commands come by the journal, workers see a file in the run's folder.

What is under way when the word comes ends as it would; nothing else is begun.
"""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

PAUSE = "pause"
CONTINUE = "continue"
STOP = "stop"
KEEP = "keep"
"""Stop, and publish what is there."""
COMMANDS = (PAUSE, CONTINUE, STOP, KEEP)

LOOK_S = 0.25
"""How often a worker looks whether it may go on."""


class NotNowError(Exception):
    """The crawl is to end: this URL stays in the frontier, untouched."""


class Gate:
    """What every worker asks before it begins with a URL. It is a file: absent, the gate is open; picklable."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._looked_at = 0.0
        self._word = ""

    @property
    def word(self) -> str:
        """The command that stands: pause, stop, keep, or nothing."""
        now = time.monotonic()
        if now - self._looked_at >= LOOK_S:
            self._looked_at = now
            try:
                self._word = self.path.read_text(encoding="ascii")
            except OSError:
                self._word = ""
        return self._word

    @property
    def is_stopping(self) -> bool:
        """Whether nothing more is to be begun in this process."""
        return self.word in {STOP, KEEP}

    def obey(self, command: str) -> None:
        """Let a command stand until the next one."""
        if command in {PAUSE, STOP, KEEP}:
            temporary = self.path.with_name(f"{self.path.name}.tmp")
            temporary.write_text(command, encoding="ascii")
            temporary.replace(self.path)
        else:
            self.path.unlink(missing_ok=True)
        self._looked_at = 0.0

    async def wait(self) -> None:
        """Wait while the crawl pauses.

        Raises: NotNowError where it is to end.
        """
        while self.word == PAUSE:  # noqa: ASYNC110 - another process opens the gate
            await asyncio.sleep(LOOK_S)
        if self.word:
            raise NotNowError
