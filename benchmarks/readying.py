"""What is done once on a machine, before a benchmark's clock starts."""

from __future__ import annotations

from linkworthy.html import faster


def compiled() -> None:
    """Compile the reader of documents where that was not done: the first crawl of a machine does it beside itself."""
    if not faster.is_ready():
        faster.prepare()
