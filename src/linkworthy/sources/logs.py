"""Access logs of every kind: visits by day, and referrers as leads; each line used, or rejected with its reason."""

from __future__ import annotations

import os
from collections import Counter, deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from linkworthy.errors import InputError
from linkworthy.sources import dates
from linkworthy.sources.base import Batch, Context
from linkworthy.sources.rows import LONG_ROW, MAX_RECORD, SAMPLE, Buffer
from linkworthy.sources.streams import open_text
from linkworthy.sources.visits import Visits
from linkworthy.sources.weblogs import bulk
from linkworthy.sources.weblogs.blocks import Block, read_blocks
from linkworthy.sources.weblogs.entry import NEVER, OTHER_HOST, Entry
from linkworthy.sources.weblogs.reader import COMMON, Reader, balancer_of
from linkworthy.sources.weblogs.split import from_entries

_HEAD_LINES = 200
_MAX_WORKERS = 3
_NO_REFERRERS = "names no referrers: visits are counted, and which sites link cannot be told from it"


def recognise(head: bytes) -> LogSource | None:
    """Give the source of a text whose first lines are mostly lines of an access log, null where they are none.

    Raises: InputError where it is the log of a balancer that writes no referrers.
    """
    lines = [line.rstrip("\r") for line in head.decode("utf-8", "replace").split("\n")[:_HEAD_LINES] if line.strip()]
    if len(lines) > 1 and not head.endswith(b"\n"):
        lines = lines[:-1]
    if name := balancer_of(lines):
        raise InputError(
            f"a log of {name}: it names no referrers; import the log of the web server or of the delivery network"
        )
    reader = Reader()
    told = [reader.read_with_format(line[:MAX_RECORD]) for line in lines]
    rows = [(entry, name) for entry, name in told if entry is not None]
    formats = Counter(name for entry, name in rows if isinstance(entry, Entry) and entry.at != NEVER)
    if not rows and told:
        return LogSource(recognised_as=f"access log in {told[-1][1]}, by its directives")
    if not told or 2 * formats.total() <= len(rows):
        return None
    name = max(formats, key=lambda name: (formats[name], name))
    words = f"access log in {name}, by its lines"
    return LogSource(recognised_as=words + (": it names no referrers" if name == COMMON else ""))


def is_log(head: bytes) -> bool:
    """Tell whether most of the first lines of a text are lines of an access log."""
    return recognise(head) is not None


@dataclass(slots=True)
class LogSource:
    """An access log in any format, or in several one after the other."""

    reported_by: str = "access-log"
    recognised_as: str = "access log, by its lines"
    detail: str | None = None
    is_damaged: bool = False
    _told: Counter[str] = field(default_factory=Counter, repr=False)
    """Requests without a referrer field, without an agent field, used, and for other hosts."""

    def read(self, path: Path, context: Context) -> Iterator[Batch]:
        """Read the log; rejects come as it is read, visits and leads by day and page at its end.

        Raises: SourceError where the file is damaged, after all that was read.
        """
        file = str(path)
        latest = int(dates.latest(context.imported_at).timestamp())
        with open_text(path, context) as stream, Visits(context.config, latest) as visits:
            buffer = Buffer(stream)
            reader = Reader()
            number = 1
            for block, cut in _cut(read_blocks(buffer)):
                yield from self._counted(block, cut, number, reader, visits, file)
                number += cut.n_lines if cut else 1
            for table in visits.by_day():
                yield Batch(table="visits", rows=table)
            for table in visits.leads(file, self.reported_by):
                yield Batch(table="observations", rows=table)
            self.detail = self._detail(visits)
            if buffer.fault:
                raise buffer.fault

    def _counted(
        self, block: Block, cut: bulk.Cut | None, number: int, reader: Reader, visits: Visits, file: str
    ) -> Iterator[Batch]:
        """Count the lines of a block, the first of which has this number."""
        if cut is None:
            yield _rejects([(number, block.reason, _text(block.data))], file)
            return
        split = cut.split._replace(rows=cut.split.rows + number)
        refused = [
            (int(split.rows[place]), reason, _text(block.data[cut.starts[place] : cut.starts[place] + 4 * SAMPLE]))
            for place, reason in visits.add(split)
        ]
        n_used = len(split.rows) - len(refused)
        rows, entries, lines, bad = _one_by_one(cut, number, reader)
        self._told["no referrer"] += sum(entry.referrer is None for entry in entries)
        self._told["no agent"] += sum(entry.agent is None for entry in entries)
        late = visits.add(from_entries(rows, entries))
        n_used += len(entries) - len(late)
        refused += [(rows[place], reason, lines[place]) for place, reason in late]
        refused = sorted(refused + bad)
        self._told["used"] += n_used
        self._told[OTHER_HOST] += sum(reason == OTHER_HOST for _, reason, _ in refused)
        yield Batch(table="visits", rows=[], n_rows_used=n_used)
        if refused:
            yield _rejects(refused, file)

    def _detail(self, visits: Visits) -> str | None:
        used, others = self._told["used"], self._told[OTHER_HOST]
        if not used and others:
            host = min(visits.other_hosts.items(), key=lambda item: (-item[1], item[0]), default=("", 0))[0]
            named = f", most for {host!r}" if host else ""
            return f"all requests are for other hosts{named}; if that one is yours, name it in 'hosts' of site.toml"
        if used and self._told["no referrer"] >= used:
            return _NO_REFERRERS
        if used and 2 * self._told["no agent"] >= used:
            return "names no user agents: machines are counted among the visits"
        return None


def _cut(blocks: Iterator[Block]) -> Iterator[tuple[Block, bulk.Cut | None]]:
    """Take blocks apart in threads, which NumPy and Arrow let run at once; results come in the order of the blocks."""
    n_workers = min(_MAX_WORKERS, len(os.sched_getaffinity(0)))
    waiting: deque[tuple[Block, Future[bulk.Cut] | None]] = deque()
    with ThreadPoolExecutor(n_workers) as pool:
        for block in blocks:
            waiting.append((block, None if block.reason else pool.submit(bulk.cut, block.data)))
            if len(waiting) > n_workers:
                done, future = waiting.popleft()
                yield done, future.result() if future else None
        for done, future in waiting:
            yield done, future.result() if future else None


def _one_by_one(
    cut: bulk.Cut, number: int, reader: Reader
) -> tuple[list[int], list[Entry], list[str], list[tuple[int, str, str]]]:
    """Read the lines that are left: numbers, entries and samples, and the rejects."""
    rows: list[int] = []
    entries: list[Entry] = []
    samples: list[str] = []
    rejects: list[tuple[int, str, str]] = []
    for place, raw in zip(cut.places, cut.lines, strict=True):
        if len(raw) > MAX_RECORD:
            rejects.append((number + place, LONG_ROW, _text(raw[: 4 * SAMPLE])))
            continue
        line = raw.decode("utf-8", "replace").rstrip("\r")
        if not line.strip():
            continue
        entry = reader.read(line)
        if isinstance(entry, str):
            rejects.append((number + place, entry, line[:SAMPLE]))
        elif entry is not None:
            rows.append(number + place)
            entries.append(entry)
            samples.append(line[:SAMPLE])
    return rows, entries, samples, rejects


def _text(raw: bytes) -> str:
    return raw.partition(b"\n")[0].rstrip(b"\r").decode("utf-8", "replace")[:SAMPLE]


def _rejects(refused: list[tuple[int, str, str]], file: str) -> Batch:
    rows = [{"file": file, "row": row, "reason": reason, "sample": sample} for row, reason, sample in refused]
    return Batch(table="rejects", rows=rows, n_rows_rejected=len(rows))
