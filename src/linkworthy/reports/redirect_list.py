"""Reads a list of old URLs with the URL that each should lead to: CSV, TSV, or a redirect map in any form we write.

A line that holds no URL is kept as a fault with its number and reason; nothing vanishes.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from linkworthy import urls
from linkworthy.errors import InputError

MAX_BYTES = 256_000_000
OLD = frozenset({"from", "from_url", "old", "old url", "old_url", "source", "source_url", "source url", "redirect from",
                 "url", "address", "alt", "alte url", "ancienne url"})  # fmt: skip
NEW = frozenset({"to", "to_url", "new", "new url", "new_url", "target", "target_url", "target url", "destination",
                 "destination url", "redirect to", "redirect_to", "expected", "expected url", "expected_url",
                 "redirect url", "neue url", "nouvelle url"})  # fmt: skip
_URL = re.compile(r"(?:https?://|/)\S", re.IGNORECASE)
_HOST = re.compile(r"[\w-]+(?:\.[\w-]+)+(?::\d+)?(?:/\S*)?\Z")
_RULE = re.compile(r"(\S+)(?:\s+\S+=\S*)*\s+(\S+)\s+30[1278]!?\s*(?:#.*)?\Z")
_LOCATION = re.compile(r'location = "([^"]+)" \{ return 301 "([^"]+)"; \}')
_SERVER = re.compile(r"# In the server block of (\S+):")


class Line(NamedTuple):
    """One line of the list: a URL that is asked for, and where it should lead, null where the list does not say."""

    line: int
    url: str
    expected: str | None


class Fault(NamedTuple):
    """A line that cannot be used."""

    line: int
    reason: str
    text: str


class RedirectList(NamedTuple):
    """What a file says, in its order."""

    lines: tuple[Line, ...]
    faults: tuple[Fault, ...]
    duplicates: tuple[tuple[int, int], ...]
    """Line and the earlier line that says the same."""
    contradictions: tuple[tuple[int, int], ...]
    """Line and the earlier line that expects something else of the same URL."""


def read_redirect_list(path: Path, base: str) -> RedirectList:
    """Read a file; relative URLs are those of ``base``.

    Raises: InputError where the file cannot be read or holds no URL at all.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise InputError(f"{path}: larger than {MAX_BYTES // 1_000_000} MB; part it")
        raw = path.read_bytes()
    except OSError as fault:
        raise InputError(f"{path}: {fault.strerror}") from None
    if raw[:4] == b"PK\x03\x04":
        raise InputError(f"{path}: a workbook or archive; save the sheet as CSV")
    lines: list[Line] = []
    faults: list[Fault] = []
    for n, old, new in _pairs(_decoded(raw)):
        url, why = _url(old, base)
        expected, why_new = _url(new, base) if new else (None, "")
        if url is None:
            faults.append(Fault(n, why, old[:200]))
        elif why_new:
            faults.append(Fault(n, f"expected URL: {why_new}", new[:200]))
        else:
            lines.append(Line(n, url, expected))
    if not lines:
        raise InputError(f"{path}: no line with a URL; two columns are read, old URL and expected URL")
    return _compared(lines, faults)


def _decoded(raw: bytes) -> str:
    if raw[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return raw.decode("utf-16", "replace")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")


def _pairs(text: str) -> Iterator[tuple[int, str, str]]:
    """Give line number, old and new URL as they are written, whatever the form of the list."""
    first = [line for line in text[:200_000].splitlines() if line.strip()][:200]
    if any(_LOCATION.search(line) for line in first) or any(line.startswith("map $host") for line in first):
        return _of_nginx(text)
    rules = [line for line in first if not line.startswith("#")]
    if rules and all(_RULE.match(line.strip()) for line in rules):
        return _of_rules(text)
    return _of_cells(text, _delimiter(first))


def _of_nginx(text: str) -> Iterator[tuple[int, str, str]]:
    """Read our own nginx file: blocks of plain paths, each under the comment that names its host, and the map."""
    host = ""
    for n, line in enumerate(text.splitlines(), 1):
        if server := _SERVER.match(line):
            host = server.group(1)
        elif found := _LOCATION.match(line.strip()):
            yield n, f"https://{host}{found.group(1)}", found.group(2)
        elif line.startswith('    "~^'):
            pattern, _mark, rest = line.strip().partition('" "')
            yield n, f"https://{_unescaped(pattern[3:])}", rest.removesuffix('";')


def _unescaped(pattern: str) -> str:
    text = pattern.replace('\\"', '"').replace("\\\\", "\\").removesuffix("$").removesuffix("([?].*)?")
    text = re.sub(r"\(\?i:([0-9A-Fa-f]{2})\)", r"\1", text)
    return re.sub(r"\\(.)", r"\1", text)


def _of_rules(text: str) -> Iterator[tuple[int, str, str]]:
    """Read a ``_redirects`` file: from, conditions on the query, to, code."""
    for n, line in enumerate(text.splitlines(), 1):
        found = _RULE.match(line.strip())
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if found is None:
            yield n, line.strip(), ""
            continue
        pairs = [part for part in line.split()[1:] if "=" in part and not _URL.match(part)]
        query = f"?{'&'.join(pairs)}" if pairs else ""
        yield n, found.group(1) + query, found.group(2)


def _delimiter(first: Sequence[str]) -> str:
    """Choose the sign that parts most lines into cells with a URL in two of them, else one that parts them at all."""

    def score(sign: str) -> tuple[int, int]:
        rows = list(csv.reader(first, delimiter=sign))
        return sum(sum(_is_url(cell) for cell in row) >= 2 for row in rows), sum(len(row) > 1 for row in rows)

    best = max(("\t", ",", ";", "|"), key=score)
    return best if any(score(best)) else ","


def _of_cells(text: str, delimiter: str) -> Iterator[tuple[int, str, str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    rows = _numbered(reader)
    columns: tuple[int, int | None] | None = None
    for n, row in rows:
        if not any(cell.strip() for cell in row) or row[0].lstrip().startswith("#"):
            continue
        if columns is None:
            columns = _columns(row)
            if not any(_is_url(cell) for cell in row):
                continue
        old, new = columns
        cells = [_bare(cell) for cell in row]
        yield n, cells[old] if old < len(cells) else "", cells[new] if new is not None and new < len(cells) else ""


def _numbered(reader: Iterable[list[str]]) -> Iterator[tuple[int, list[str]]]:
    """Give rows with the line on which each begins; a row that CSV cannot read ends the list."""
    line = 1
    rows = iter(reader)
    while True:
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as fault:
            raise InputError(f"line {line}: {fault}") from None
        yield line, row
        line = getattr(reader, "line_num", line) + 1


def _columns(row: Sequence[str]) -> tuple[int, int | None]:
    """Say which columns hold the old and the expected URL, by the names of a head or by what the first row holds."""
    names = [" ".join(cell.strip().lower().lstrip("\ufeff").split()) for cell in row]
    old = next((n for n, name in enumerate(names) if name in OLD), None)
    new = next((n for n, name in enumerate(names) if name in NEW and n != old), None)
    if old is not None:
        return old, new
    found = [n for n, cell in enumerate(row) if _is_url(cell)]
    if found:
        return found[0], found[1] if len(found) > 1 else (found[0] + 1 if found[0] + 1 < len(row) else None)
    return 0, 1 if len(row) > 1 else None


def _is_url(cell: str) -> bool:
    text = _bare(cell)
    return bool(_URL.match(text)) or bool(_HOST.match(text) and "/" in text)


def _bare(cell: str) -> str:
    """Take away white space, and the quote that keeps a cell from being a formula."""
    text = cell.strip()
    return text[1:] if text[:1] == "'" and text[1:2] in set("=+-@") else text


def _url(text: str, base: str) -> tuple[str | None, str]:
    """Give a URL in the one spelling, else the reason why there is none."""
    if not text:
        return None, "no URL"
    whole = f"https://{text}" if _HOST.match(text) and not text.startswith("/") else text
    above = base if text.startswith("/") else None
    url = urls.normalise(whole, above)
    return url, "" if url else urls.rejection(whole, above) or "not a URL"


def _compared(lines: Sequence[Line], faults: Sequence[Fault]) -> RedirectList:
    """Find lines that say the same as an earlier one, or something else of the same URL."""
    first: dict[str, Line] = {}
    duplicates: list[tuple[int, int]] = []
    contradictions: list[tuple[int, int]] = []
    for line in lines:
        before = first.setdefault(line.url, line)
        if before is not line:
            same = before.expected == line.expected
            (duplicates if same else contradictions).append((line.line, before.line))
    return RedirectList(tuple(lines), tuple(faults), tuple(duplicates), tuple(contradictions))
