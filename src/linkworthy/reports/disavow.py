"""Google's disavow file: read and linted, merged with an old one, written with evidence, and mostly advised against.

Grammar: a line is empty, a comment after ``#``, ``domain:`` with a host, or an http(s) URL of at most 2,048
characters; UTF-8, at
most 2 MB and 100,000 lines, comments and empty lines counted. An upload replaces the list before it, so the old
file is always merged.
Source: https://support.google.com/webmasters/answer/2648487
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from linkworthy import urls
from linkworthy.metrics.protected import is_members_host, is_platform, protected_as
from linkworthy.questions import Answers
from linkworthy.site import SiteConfig

MAX_BYTES = 2 * 1024 * 1024
MAX_LINES = 100_000
MAX_URL = 2_048
MAX_EVIDENCE = 300

_HOST = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+(?:[a-z]{2,63}|xn--[a-z0-9-]{1,59})")


class Entry(NamedTuple):
    """One line that search engines obey."""

    line: int
    kind: str
    """domain or url."""
    value: str
    """Host in ASCII, or normalised URL."""

    @property
    def text(self) -> str:
        """The line as it is written."""
        return f"domain:{self.value}" if self.kind == "domain" else self.value


class Lint(NamedTuple):
    """One thing wrong with a file: line 0 is the file as a whole."""

    line: int
    slug: str
    message: str
    text: str


@dataclass(frozen=True, slots=True)
class Disavow:
    """What a disavow file holds."""

    entries: tuple[Entry, ...]
    lint: tuple[Lint, ...]
    lines: tuple[str, ...] = ()
    """The file's lines as they came."""


@dataclass(frozen=True, slots=True)
class Written:
    """A disavow file to be uploaded."""

    text: str
    n_new: int
    """Entries that the old file did not hold."""
    n_old: int
    """Entries kept of the old file."""
    left_out: tuple[str, ...]
    """Lines of the old file, and links, that may not stand in it, with the reason."""
    changed: tuple[str, ...] = ()
    """Lines of the old file that are written otherwise, or that a domain line makes needless: what was and what is."""


def read_disavow(data: str | bytes, config: SiteConfig | None = None) -> Disavow:
    """Read a disavow file of any provenance; whatever is wrong is told by line number and never raised."""
    lint: list[Lint] = []
    text = _decoded(data, lint)
    lines = text.splitlines()
    size = len(data) if isinstance(data, bytes) else len(text.encode("utf-8", "replace"))
    if size > MAX_BYTES:
        lint.append(Lint(0, "file-too-large", f"{size:,} bytes; Google takes 2 MB", ""))
    if len(lines) > MAX_LINES:
        lint.append(Lint(0, "too-many-lines", f"{len(lines):,} lines; Google takes 100,000, comments counted", ""))
    entries: list[Entry] = []
    for n, raw in enumerate(lines, 1):
        entry = _read_line(n, raw, lint)
        if entry is not None:
            entries.append(entry)
            _lint_entry(entry, config, lint)
    _lint_repeats(entries, lint)
    return Disavow(tuple(entries), tuple(sorted(lint)), tuple(lines))


def _decoded(data: str | bytes, lint: list[Lint]) -> str:
    if isinstance(data, str):
        return data.removeprefix("\ufeff")
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        lint.append(Lint(0, "not-utf8", "UTF-16; Google takes UTF-8 or ASCII", ""))
        return data.decode("utf-16", "replace")
    for n, line in enumerate(data.splitlines(), 1):
        try:
            line.decode("utf-8")
        except UnicodeDecodeError:
            lint.append(Lint(n, "not-utf8", "not UTF-8", line.decode("utf-8", "replace")[:200]))
    return data.decode("utf-8-sig", "replace")


def _read_line(n: int, raw: str, lint: list[Lint]) -> Entry | None:
    text = raw.strip()
    if not text or text.startswith("#"):
        return None

    def note(slug: str, message: str) -> None:
        lint.append(Lint(n, slug, message, raw[:200]))

    if "\t" in raw:
        note("tab", "a tab; one entry a line, without columns")
        text = text.partition("\t")[0].strip()
    if " #" in text:
        note("comment-behind-entry", "a comment needs a line of its own")
        text = text.partition(" #")[0].strip()
    if text[:7].casefold() == "domain:":
        return _read_domain(n, text[7:].strip(), note)
    return _read_url(n, text, note)


def _read_domain(n: int, value: str, note: Any) -> Entry | None:
    if "://" in value:
        note("scheme-on-domain-line", "a domain line holds a host only")
        value = value.partition("://")[2]
    if re.search(r"[/?#]", value):
        note(
            "path-on-domain-line", "a domain line holds a host only: the whole domain is disavowed, a folder cannot be"
        )
        value = re.split(r"[/?#]", value, maxsplit=1)[0]
    if value.startswith(("*.", ".")):
        note("wildcard", "no wildcards: a domain line covers its subdomains")
        value = value.lstrip("*.")
    if re.search(r":\d+$", value):
        note("port-on-domain-line", "a domain line holds no port")
        value = value.partition(":")[0]
    host = ascii_host(value)
    if host is None:
        note("not-a-host", "not a host name")
        return None
    return Entry(n, "domain", host)


def _read_url(n: int, text: str, note: Any) -> Entry | None:
    if not re.match(r"https?://", text, re.IGNORECASE):
        host = ascii_host(text.partition("/")[0].removeprefix("*."))
        if host is not None:
            note("bare-host", f"a host needs 'domain:' before it: domain:{host}")
        else:
            note("not-understood", "neither a comment, nor domain:, nor an http(s) URL")
        return None
    if len(text) > MAX_URL:
        note("url-too-long", f"{len(text):,} characters; Google takes 2,048")
        return None
    url = urls.normalise(text)
    if url is None:
        note("not-a-url", "not a URL")
        return None
    if urls.split(url).path == "/" and not urls.split(url).query:
        note("only-the-start-page", "one page only: for the whole site write domain:")
    return Entry(n, "url", url)


def ascii_host(text: str) -> str | None:
    """Give a host name in ASCII and lower case; null where it is none."""
    if not text or len(text) > 253 or re.search(r"[\s/@:?#]", text):
        return None
    url = urls.normalise(f"http://{text}/")
    host = urls.host_of(url) if url else ""
    return host if _HOST.fullmatch(host) or (urls.is_address(host) and host == text) else None


def _lint_entry(entry: Entry, config: SiteConfig | None, lint: list[Lint]) -> None:
    host = entry.value if entry.kind == "domain" else urls.host_of(entry.value)
    if config is not None and (config.is_own_host(host) or urls.registrable_domain(host) in config.own_domains):
        lint.append(Lint(entry.line, "own-domain", "your own site", entry.text))
    if entry.kind == "domain" and urls.is_public_suffix(host):
        lint.append(
            Lint(entry.line, "public-suffix", "a suffix under which many owners register, not one owner", entry.text)
        )
    elif entry.kind == "domain" and is_platform(urls.registrable_domain(host)) and not is_members_host(host):
        lint.append(Lint(entry.line, "platform", "a platform: many owners, and pages of all kinds", entry.text))


def _lint_repeats(entries: Sequence[Entry], lint: list[Lint]) -> None:
    domains = {entry.value for entry in entries if entry.kind == "domain"}
    seen: set[tuple[str, str]] = set()
    for entry in entries:
        if entry[1:] in seen:
            lint.append(Lint(entry.line, "repeated", "stands in the file already", entry.text))
        elif entry.kind == "domain" and entry.value.startswith("www.") and entry.value[4:] in domains:
            lint.append(Lint(entry.line, "www-duplicate", f"domain:{entry.value[4:]} covers it", entry.text))
        elif covering(entry, domains) is not None:
            lint.append(Lint(entry.line, "covered", f"domain:{covering(entry, domains)} covers it", entry.text))
        seen.add((entry.kind, entry.value))


def covering(entry: Entry, domains: set[str]) -> str | None:
    """Give the domain line that covers an entry besides itself; null where none does."""
    host = entry.value if entry.kind == "domain" else urls.host_of(entry.value)
    labels = host.split(".")
    first = 1 if entry.kind == "domain" else 0
    return next((".".join(labels[i:]) for i in range(first, len(labels) - 1) if ".".join(labels[i:]) in domains), None)


@dataclass(slots=True)
class _Plan:
    """What goes into a file, before its lines are laid out."""

    old: list[str] = field(default_factory=list)
    new: dict[str, list[str]] = field(default_factory=dict)
    """Entry line to its evidence."""
    n_old: int = 0
    left_out: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)


def write_disavow(
    verdicts: Iterable[Mapping[str, Any]], previous: Disavow | None, today: date, config: SiteConfig
) -> Written:
    """Write the file for these verdicts, merged with the old one.

    ``verdicts`` are rows of table ``verdicts``, all of them: a domain with links worth keeping is disavowed page by
    page.
    """
    rows = list(verdicts)
    plan = _Plan()
    chosen = _chosen(rows, config, plan)
    old = previous.entries if previous else ()
    domains = {entry.value for entry in (*old, *(entry for entry, _ in chosen)) if entry.kind == "domain"}
    domains = {domain for domain in domains if _refused(Entry(0, "domain", domain), config) is None}
    held = _keep_old(previous, domains, config, plan)
    for entry, evidence in chosen:
        if entry.text not in held and covering(entry, domains) is None:
            plan.new.setdefault(entry.text, []).append(evidence)
    return _laid_out(plan, today, config, n_links=sum(row["verdict"] == "disavow" for row in rows))


def _chosen(rows: Sequence[Mapping[str, Any]], config: SiteConfig, plan: _Plan) -> list[tuple[Entry, str]]:
    """Choose domain or page for each link to disavow, worst first."""
    worthy = {
        row["source_domain"]
        for row in rows
        if row["verdict"] == "keep" or (row["verdict"] == "act" and not row.get("kinds"))
    }
    out = []
    bad = sorted((row for row in rows if row["verdict"] == "disavow"),
                 key=lambda row: (row["source_domain"], -(row.get("harm") or 0.0), row["source_url"]))  # fmt: skip
    for row in bad:
        is_page = row["source_domain"] in worthy
        entry = Entry(0, "url", row["source_url"]) if is_page else Entry(0, "domain", row["source_domain"])
        if (why := _refused(entry, config)) is not None or len(entry.value) > MAX_URL:
            plan.left_out.append(f"{entry.text}: {why or 'longer than 2,048 characters'}")
            continue
        out.append((entry, f"{row['source_url']}: {row['reason']}"))
    return out


def _refused(entry: Entry, config: SiteConfig) -> str | None:
    """Say why an entry may never stand in the file; null where it may."""
    host = entry.value if entry.kind == "domain" else urls.host_of(entry.value)
    domain = urls.registrable_domain(host)
    if entry.kind == "domain" and urls.is_public_suffix(host):
        return "a public suffix: many owners"
    why = protected_as(domain, config) or ("own" if config.is_own_host(host) else None)
    if why == "platform" and is_members_host(host):
        return None
    words = {"own": "your own site", "partner": "a partner's site", "government": "a government's site",
             "platform": "a platform: many owners"}  # fmt: skip
    return words.get(why or "")


def _keep_old(previous: Disavow | None, domains: set[str], config: SiteConfig, plan: _Plan) -> set[str]:
    """Carry the old file over line by line, comments in their places; gives the entries kept."""
    held: set[str] = set()
    if previous is None:
        return held
    by_line = {entry.line: entry for entry in previous.entries}
    for n, raw in enumerate(previous.lines, 1):
        text = raw.strip()
        entry = by_line.get(n)
        if entry is None:
            if text.startswith("#") and not text.startswith("# ~"):
                plan.old.append(_clean(text))
            elif text and not text.startswith("#"):
                plan.left_out.append(f"{_clean(text)}: line {n} of the old file is no entry")
        elif (why := _refused(entry, config)) is not None:
            plan.left_out.append(f"{entry.text}: {why} (line {n} of the old file)")
        elif (domain := covering(entry, domains)) is not None:
            plan.changed.append(f"{_clean(text)} -> domain:{domain}, which covers it")
        elif entry.text not in held:
            if entry.text != text:
                plan.changed.append(f"{_clean(text)} -> {entry.text}")
            plan.old.append(entry.text)
            held.add(entry.text)
    plan.n_old = len(held)
    return held


def _clean(text: str, limit: int = MAX_EVIDENCE) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:limit]


def _laid_out(plan: _Plan, today: date, config: SiteConfig, *, n_links: int) -> Written:
    lines = [f"# ~ {line}" for line in _header(plan, today, config, n_links)]
    lines += [f"# ~ left out: {_clean(line)}" for line in plan.left_out[:200]]
    lines += [f"# ~ changed: {_clean(line)}" for line in plan.changed[:200]]
    if plan.old:
        lines += ["# ~ kept from the file before", *plan.old]
    if plan.new:
        lines.append(f"# ~ added {today.isoformat()}")
    for text, evidence in plan.new.items():
        lines += [*(f"# ~ {_clean(line)}" for line in evidence[:3]), text]
    left_out = list(plan.left_out)
    if not _fits(lines):
        lines = lines[:1] + [line for line in lines[1:] if not line.startswith("#")]
    if not _fits(lines):
        kept, size = [], 0
        for line in lines[: MAX_LINES - 1]:
            size += len(line.encode("utf-8", "replace")) + 1
            if size > MAX_BYTES:
                break
            kept.append(line)
        left_out.append(f"{len(lines) - len(kept):,} entries: beyond Google's limits of 2 MB and 100,000 lines")
        lines = kept
    return Written("\n".join(lines) + "\n", len(plan.new), plan.n_old, tuple(left_out), tuple(plan.changed))


def _fits(lines: Sequence[str]) -> bool:
    return len(lines) <= MAX_LINES and sum(len(line.encode("utf-8", "replace")) + 1 for line in lines) <= MAX_BYTES


def _header(plan: _Plan, today: date, config: SiteConfig, n_links: int) -> list[str]:
    head = [f"disavow file for {config.url}, {today.isoformat()}, by linkworthy"]
    if not plan.new and not plan.n_old:
        return [*head, "Nothing here calls for a disavow file: do not upload one."]
    if not plan.new:
        return [*head, "No link calls for new entries; what follows is the file before, cleaned.",
                "Upload it only in place of the file before."]  # fmt: skip
    return [
        *head,
        f"{len(plan.new)} new entries for {n_links} links, {plan.n_old} kept.",
        "Most sites need no such file: search engines ignore spam links by themselves.",
        "Upload it only where you had a manual action, or where you or an agency ordered these links.",
        "Look at the evidence above each entry first: a wrong entry throws good links away.",
        "An upload replaces the file before it.",
    ]


def disavow_file(answers: Answers, config: SiteConfig, previous: Disavow | None = None) -> Written:
    """Write the file that follows from a snapshot's verdicts, dated as the snapshot is.

    Raises: StageError where the links were not judged yet.
    """
    answers.need("verdicts", "judge")
    rows = answers.rows(
        """
        select source_url, source_domain, verdict, kinds, harm, reason from verdicts
        order by source_domain, source_url, link_id"""
    )
    return write_disavow(rows, previous, date.fromisoformat(answers.snapshot.created_at[:10]), config)
