"""Tells what kind of archive bytes are, by what they hold and never by a file's name."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal

from linkworthy.archives.files import ArchiveFile
from linkworthy.archives.members import Archive

Kind = Literal["warc", "wat", "wet", "arc"]

HEAD_BYTES = 8_192

_WARC = re.compile(rb"\s*WARC/\d")
_WAT = re.compile(
    rb'^WARC-Filename: [^\r\n]*\.wat(\.gz)?\r?$|\n\r?\n\{"(Container|Envelope)":', re.MULTILINE | re.IGNORECASE
)
_WET = re.compile(rb"^WARC-Filename: [^\r\n]*\.wet(\.gz)?\r?$|^WARC-Type: conversion\r?$", re.MULTILINE | re.IGNORECASE)


def recognise_archive(head: bytes) -> Kind | None:
    """Tell the kind of archive by its first inflated bytes, null where they open none; about 8 KiB are enough."""
    if head.lstrip(b"\r\n").startswith(b"filedesc://"):
        return "arc"
    if not _WARC.match(head):
        return None
    head = head[: 4 * HEAD_BYTES]
    if _WAT.search(head):
        return "wat"
    return "wet" if _WET.search(head) else "warc"


def read_head(path: Path, n_bytes: int = HEAD_BYTES) -> bytes:
    """Give the first inflated bytes of a file, over as many members as they take, damaged ones left out.

    Raises: SourceError where the file cannot be opened or is compressed in a way that is not read.
    """
    head = b""
    with ArchiveFile(path) as file:
        for member in Archive(file).members(lambda _: None):
            for chunk in member.chunks:
                head += chunk
                if len(head) >= n_bytes:
                    return head[:n_bytes]
    return head
