"""What a file that is no link data looks like, in a few words for its owner."""

from __future__ import annotations

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"%PDF-", "a PDF document"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"PK\x05\x06", "an empty ZIP archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"\x28\xb5\x2f\xfd", "Zstandard data"),
    (b"\xd0\xcf\x11\xe0", "an old Office document"),
    (b"PAR1", "a Parquet file"),
    (b"SQLite format 3", "a SQLite database"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a Windows program"),
    (b"RIFF", "a RIFF media file"),
    (b"ID3", "an MP3 file"),
    (b"OggS", "an Ogg media file"),
    (b"wOFF", "a web font"),
    (b"wOF2", "a web font"),
)
_ZIPPED: tuple[tuple[bytes, str], ...] = (
    (b"xl/", "an Excel workbook (a ZIP archive): export it as CSV"),
    (b"word/", "a Word document (a ZIP archive)"),
    (b"mimetypeapplication/vnd.oasis", "an OpenDocument file (a ZIP archive): export it as CSV"),
)


def looks_like(head: bytes) -> str:
    """Name what the first bytes of a file, unpacked, look like."""
    if not head.strip():
        return "an empty file"
    for magic, name in _MAGIC:
        if head.startswith(magic):
            inside = next((words for mark, words in _ZIPPED if name == "a ZIP archive" and mark in head), None)
            return inside or name
    if head[257:262] == b"ustar":
        return "a tar archive"
    return _text_like(head)


def _text_like(head: bytes) -> str:
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:2000].lower()
    if start.startswith((b"<!doctype html", b"<html", b"<head", b"<body")):
        return "an HTML page: a page's own links are found by crawling it"
    if start.startswith(b"<?xml") or (start.startswith(b"<") and b"xmlns" in start):
        return "XML"
    if start.startswith((b"{", b"[")) and (b'"' in start or start[1:].lstrip()[:1] in b"]}{["):
        return "JSON"
    n_control = sum(byte < 9 or 13 < byte < 32 for byte in head[:4096])
    if n_control * 20 > min(len(head), 4096):
        return "binary data"
    return "text without a URL" if b"://" not in head else "text whose lines hold URLs in no column"
