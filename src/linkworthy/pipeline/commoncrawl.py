"""Common Crawl at hand: what there is, what a question needs of it, and fetching that until it is whole."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import xxhash

from linkworthy import urls
from linkworthy.engine.progress import SILENT, Progress
from linkworthy.errors import FetchError, InputError
from linkworthy.index.manifest import sync_folder
from linkworthy.pipeline.remote import CHUNK_BYTES, Remote, RemoteFile
from linkworthy.site.parts import write_text
from linkworthy.sources.commoncrawl import (
    CRAWLS,
    KINDS,
    Crawl,
    Item,
    Plan,
    captures_of,
    list_path,
    read_crawls,
    read_paths,
    spread,
)

RECORDS_PER_FILE = 500
"""Single records that are put into one WARC; a killed command fetches at most so many again."""


class Fetched(NamedTuple):
    """What came of a plan."""

    files: tuple[str, ...]
    n_bytes: int
    n_kept: int
    """Files that were there already, whole."""
    failed: tuple[tuple[str, str], ...]
    """Paths that could not be had, with the reason."""


def crawls(remote: Remote, place: str = CRAWLS) -> list[Crawl]:
    """Give the crawls that there are, newest first.

    Raises: FetchError where the list cannot be had.
    """
    return read_crawls(remote.small(place))


def files_of(remote: Remote, crawl: str) -> dict[str, int]:
    """Count the files of a crawl by kind; kinds that it does not have are left out.

    Raises: FetchError where it has none at all.
    """
    found: dict[str, int] = {}
    reason = ""
    for kind in KINDS:
        try:
            found[kind] = len(read_paths(remote.small(list_path(crawl, kind))))
        except FetchError as fault:
            reason = str(fault)
    if not found:
        raise FetchError(f"no list of {crawl} can be had: {reason}")
    return found


def plan_files(remote: Remote, crawl: str, kind: str, n_files: int | None) -> Plan:
    """Choose whole files of a crawl, evenly over all of it.

    Raises: FetchError where the list cannot be had.
    """
    paths = read_paths(remote.small(list_path(crawl, kind)))
    return Plan(crawl, remote.base, tuple(Item(path) for path in spread(paths, n_files)))


def plan_domains(
    remote: Remote,
    crawl: str,
    domains: Iterable[str],
    folder: Path,
    *,
    any_status: bool = False,
    limit: int | None = None,
    progress: Progress = SILENT,
) -> Plan:
    """Choose the captures of domains by the columnar URL index: single records of WARC files, by range.

    What each file of the index held is kept in ``folder``, so that a killed command goes on behind it. ``limit``:
    captures of one domain at most.

    Raises: FetchError where the index cannot be had; InputError for what is no domain.
    """
    wanted = frozenset(_domain(text) for text in domains)
    paths = [path for path in read_paths(remote.small(list_path(crawl, "cc-index-table"))) if "/subset=" in path]
    paths = [path for path in paths if "/subset=warc/" in path or (any_status and "/subset=crawldiagnostics/" in path)]
    if not paths:
        raise FetchError(f"{crawl} has no columnar URL index; take whole files instead")
    folder.mkdir(parents=True, exist_ok=True)
    key = xxhash.xxh3_64_hexdigest(json.dumps([remote.base, sorted(wanted), any_status]).encode())
    items: list[Item] = []
    progress.start("plan", len(paths))
    for done, path in enumerate(paths, start=1):
        kept = folder / f"{key}-{xxhash.xxh3_64_hexdigest(path.encode())}.json"
        items += _captures(remote, path, wanted, kept, any_status=any_status)
        progress.update(done, len(paths), f"{len(items):,} captures")
    progress.finish(f"{len(items):,} captures")
    items = sorted(_limited(items, limit), key=lambda one: (one.path, one.offset or 0))
    return Plan(crawl, remote.base, tuple(items), tuple(sorted(wanted)))


def fetch(remote: Remote, plan: Plan, folder: Path, *, progress: Progress = SILENT) -> Fetched:
    """Fetch what a plan names into a folder; what is there whole is not fetched again, what was begun is gone on with.

    Whole files keep their names; single records become WARC files of 500. What cannot be had costs itself alone.
    """
    folder.mkdir(parents=True, exist_ok=True)
    whole = [one for one in plan.items if one.offset is None]
    ranges = [one for one in plan.items if one.offset is not None]
    groups = [ranges[n : n + RECORDS_PER_FILE] for n in range(0, len(ranges), RECORDS_PER_FILE)]
    progress.start("fetch", len(whole) + len(groups))
    files: list[str] = []
    failed: list[tuple[str, str]] = []
    n_bytes = n_kept = done = 0
    for item in whole:
        target = folder / _name_of(item.path)
        n_kept += target.exists()
        try:
            n_bytes += 0 if target.exists() else _download(remote, item.path, target)
            files.append(target.name)
        except FetchError as fault:
            failed.append((item.path, str(fault)))
        done += 1
        progress.update(done, len(whole) + len(groups), f"{n_bytes:,} bytes")
    for group in groups:
        digest = xxhash.xxh3_64_hexdigest("\n".join(f"{one.path} {one.offset} {one.n_bytes}" for one in group).encode())
        target = folder / f"{plan.crawl}-records-{digest}.warc.gz"
        n_kept += target.exists()
        if not target.exists():
            n_new, faults = _records(remote, group, target)
            n_bytes += n_new
            failed += faults
        files += [target.name] if target.exists() else []
        done += 1
        progress.update(done, len(whole) + len(groups), f"{n_bytes:,} bytes")
    progress.finish(f"{n_bytes:,} bytes, {len(failed)} failed")
    return Fetched(tuple(files), n_bytes, n_kept, tuple(failed))


def _download(remote: Remote, path: str, target: Path) -> int:
    """Fetch a whole file, gone on with where a killed command left it; its length is that of the store's."""
    part, about = target.with_name(f"{target.name}.part"), target.with_name(f"{target.name}.part.json")
    known: dict[str, Any] = json.loads(about.read_text(encoding="utf-8")) if about.exists() and part.exists() else {}
    n_done = part.stat().st_size if known else 0
    tag, total = (known["tag"], known["total"]) if known else (None, 0)
    n_new = 0
    with part.open("ab" if known else "wb") as file:
        while not total or n_done < total:
            piece = remote.piece(path, n_done, CHUNK_BYTES if not total else min(CHUNK_BYTES, total - n_done), tag)
            if total and piece.total != total:
                raise FetchError(f"{remote.url(path)}: the file has changed since it was begun; remove {part}")
            if not total:
                tag, total = piece.tag, piece.total
                write_text(about, json.dumps({"tag": tag, "total": total}) + "\n")
            file.write(piece.data)
            n_done += len(piece.data)
            n_new += len(piece.data)
        file.flush()
        os.fsync(file.fileno())
    if n_done != total:
        raise FetchError(f"{remote.url(path)}: {n_done} bytes came, and the file has {total}; remove {part}")
    part.replace(target)
    about.unlink(missing_ok=True)
    sync_folder(target.parent)
    return n_new


def _records(remote: Remote, group: Sequence[Item], target: Path) -> tuple[int, list[tuple[str, str]]]:
    """Fetch single records into one WARC, which is renamed when all that can be had are in it."""
    failed: list[tuple[str, str]] = []
    temporary = target.with_name(f"{target.name}.part")
    n_bytes = 0
    with temporary.open("wb") as file:
        for item in group:
            try:
                data = _range(remote, item)
            except FetchError as fault:
                failed.append((item.path, str(fault)))
                continue
            file.write(data)
            n_bytes += len(data)
        file.flush()
        os.fsync(file.fileno())
    if n_bytes:
        temporary.replace(target)
    else:
        temporary.unlink()
    return n_bytes, failed


def _range(remote: Remote, item: Item) -> bytes:
    """Fetch one record whole.

    Raises: FetchError where it cannot be had, or is no packed record.
    """
    data, wanted, offset, tag = b"", item.n_bytes or 0, item.offset or 0, None
    while len(data) < wanted:
        piece = remote.piece(item.path, offset + len(data), wanted - len(data), tag)
        tag = piece.tag
        data += piece.data
        if offset + wanted > piece.total:
            raise FetchError(f"{remote.url(item.path)}: the range ends behind the file")
    if not data.startswith(b"\x1f\x8b"):
        raise FetchError(f"{remote.url(item.path)}: no record begins at byte {offset}")
    return data


def _captures(remote: Remote, path: str, wanted: frozenset[str], kept: Path, *, any_status: bool) -> list[Item]:
    import pyarrow as pa  # noqa: PLC0415 - --help must not pay for Arrow
    import pyarrow.parquet as pq  # noqa: PLC0415 - --help must not pay for Arrow

    if kept.exists():
        return msgspec.json.decode(kept.read_bytes(), type=list[Item])
    try:
        with pq.ParquetFile(pa.PythonFile(RemoteFile(remote, path), mode="r"), pre_buffer=True) as table:
            found = list(captures_of(table, wanted, statuses=None if any_status else frozenset({200})))
    except (pa.ArrowException, KeyError) as fault:
        raise FetchError(f"{remote.url(path)}: no columnar URL index: {str(fault).splitlines()[0]}") from None
    write_text(kept, msgspec.json.encode(found).decode() + "\n")
    return found


def _limited(items: Sequence[Item], limit: int | None) -> list[Item]:
    """Keep the first captures of each domain, in the order of the index."""
    if limit is None:
        return list(items)
    counted: dict[str, int] = {}
    kept = []
    for item in items:
        domain = urls.domain_of(item.url or "")
        counted[domain] = counted.get(domain, 0) + 1
        if counted[domain] <= limit:
            kept.append(item)
    return kept


def _domain(text: str) -> str:
    url = urls.normalise(text if "://" in text else f"https://{text.strip()}")
    if url is None:
        raise InputError(f"{text!r}: no domain")
    return urls.domain_of(url)


def _name_of(path: str) -> str:
    """Name a fetched file: the last part of its path, which names crawl, segment and number, is unique in a crawl."""
    return path.rpartition("/")[2]
