"""What a file that is no link data looks like, in a few words for its owner."""

from __future__ import annotations

from collections.abc import Container
from pathlib import Path

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"%PDF-", "a PDF document"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"PK\x05\x06", "an empty ZIP archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"\x04\x22\x4d\x18", "LZ4 data: unpack it by hand to import it"),
    (b"\x1f\x9d", "data packed by compress: unpack it by hand to import it"),
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
_OFFICE = (
    ("EncryptedPackage", "a workbook or document locked with a password: save it without one to import it"),
    ("Workbook", "an old Excel workbook (.xls): save it as .xlsx or CSV to import it"),
    ("Book", "an old Excel workbook (.xls): save it as .xlsx or CSV to import it"),
    ("WordDocument", "an old Word document"),
    ("PowerPoint Document", "an old PowerPoint document"),
)
"""Names of streams in a compound file, and what each is of. Source: [MS-CFB], [MS-OFFCRYPTO]"""
_ZIPPED = (
    ("xl/workbook.bin", "a binary Excel workbook (.xlsb): save it as .xlsx or CSV to import it"),
    ("word/document.xml", "a Word document"),
    ("ppt/presentation.xml", "a PowerPoint document"),
    ("content.xml", "an OpenDocument file: save it as .xlsx or CSV to import it"),
    ("meta-inf/manifest.mf", "a Java program"),
    ("androidmanifest.xml", "an Android program"),
)
_MAX_DIRECTORY_BYTES = 1 << 20
NO_URL = "text without a URL"


def looks_like(head: bytes) -> str:
    """Name what the first bytes of a file, unpacked, look like."""
    if not head.strip():
        return "an empty file"
    for magic, name in _MAGIC:
        if head.startswith(magic):
            return name
    if head[257:262] == b"ustar":
        return "a tar archive"
    return _text_like(head)


def is_html(text: bytes) -> bool:
    """Tell whether a text begins as an HTML page does, whatever it goes on with."""
    start = text.lstrip(b"\xef\xbb\xbf \t\r\n")[:2000].lower()
    return start.startswith((b"<!doctype html", b"<html", b"<head", b"<body"))


def of_zip(paths: Container[str]) -> str | None:
    """Name what a ZIP is by the paths of its members in lower case, null where it is one of files."""
    return next((words for path, words in _ZIPPED if path in paths), None)


def of_office(path: Path) -> str:
    """Name what a compound file of Office is by the names of its streams."""
    with path.open("rb") as file:
        header = file.read(512)
        size = 1 << min(12, int.from_bytes(header[30:32], "little"))
        file.seek(min((int.from_bytes(header[48:52], "little") + 1) * size, path.stat().st_size))
        directory = file.read(_MAX_DIRECTORY_BYTES)
    names = {
        directory[at : at + 64].decode("utf-16-le", "replace").split("\0")[0] for at in range(0, len(directory), 128)
    }
    return next((words for name, words in _OFFICE if name in names), "an old Office document")


def _is_disavow(head: bytes) -> bool:
    """Tell whether most lines that are neither empty nor comments begin as only a disavow file's do."""
    lines = [line for line in head.lower().splitlines() if line.strip() and not line.lstrip().startswith(b"#")]
    return 2 * sum(line.lstrip().startswith(b"domain:") for line in lines) > len(lines)


def _text_like(head: bytes) -> str:
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:2000].lower()
    if is_html(head):
        return "an HTML page: was the download a login page?"
    if start.startswith(b"<?xml") or (start.startswith(b"<") and b"xmlns" in start):
        return "XML"
    if start.startswith((b"{", b"[")) and (b'"' in start or start[1:].lstrip()[:1] in b"]}{["):
        return "JSON that is no log: a table as JSON is not read; export it as CSV" if start[:1] == b"[" else "JSON"
    n_control = sum(byte < 9 or 13 < byte < 32 for byte in head[:4096])
    if n_control * 20 > min(len(head), 4096):
        return "binary data"
    if _is_disavow(head):
        return "a disavow file: linkworthy disavow --previous FILE reads it"
    return NO_URL if b"://" not in head else "text whose lines hold URLs in no column"
