"""``quality-audit``: findings on real pages that were read by hand: how many a professional would call false alarms.

``audit_decisions.csv`` keeps what was decided: which finding, right or false alarm, and why. The pages are crawled and
judged anew; a decision whose finding is gone counts as repaired where it was a false alarm, and as lost where it was
right. Two sets of pages: Debian's manuals from loopback, and the WCXB set in the mode ``list`` from an archive.
"""

from __future__ import annotations

import csv
import json
import sys
import tarfile
import tempfile
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from benchmarks import docsites, wcxb
from benchmarks.process import run
from benchmarks.result import Result, above, below, not_run
from linkworthy import urls
from linkworthy.archives.writer import WarcWriter
from linkworthy.questions import Answers
from linkworthy.site import Site

DECISIONS = Path(__file__).with_name("audit_decisions.csv")
SEVERITIES = ("issue", "warning", "opportunity", "notice")
MOST_FALSE, LEAST_KEPT = 0.05, 0.95
N_MANUALS = 12_000
_SETTINGS = """url = "{start}"
hosts = {hosts}
[limits]
max_pages = {n_pages}
max_outbound = 0
[network]
allow_private = true
"""


class Decision(NamedTuple):
    """One finding that was read: what it flagged, and whether rightly."""

    corpus: str
    rule: str
    severity: str
    key: str
    n: str
    verdict: str
    why: str

    @property
    def finding(self) -> tuple[str, str, str]:
        """What names the finding in its set of pages."""
        return self.rule, self.key, self.n


class Judged(NamedTuple):
    """What the audit says of a set of pages now."""

    findings: frozenset[tuple[str, str, str]]
    pages: frozenset[str]


def decisions() -> list[Decision]:
    """Read what was decided."""
    with DECISIONS.open(encoding="utf-8", newline="") as file:
        return [Decision(**row) for row in csv.DictReader(file)]


def benchmark(*, quick: bool) -> list[Result]:
    """Judge the real pages anew and hold the audit against the decisions; quickly, only pages that one is about."""
    said = decisions()
    held: list[tuple[Decision, bool]] = []
    without: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        if why := wcxb.absent():
            without.append(why)
        else:
            chosen = frozenset(one.key for one in said if one.corpus == "wcxb") if quick else None
            judged = _real_pages(home / "wcxb", chosen)
            held += hold(_of(said, "wcxb"), judged, only_pages=quick)
        missing = [name for name in docsites.PACKAGES if name not in docsites.present(list(docsites.PACKAGES))]
        if quick or missing:
            without.append("manuals only in the full run" if quick else f"not installed: {', '.join(missing)}")
        else:
            held += hold(_of(said, "manuals"), _manuals(home / "manuals"), only_pages=False)
    return results(held, without)


def _of(said: Iterable[Decision], corpus: str) -> list[Decision]:
    return [one for one in said if one.corpus == corpus]


def hold(said: Sequence[Decision], judged: Judged, *, only_pages: bool) -> list[tuple[Decision, bool]]:
    """Tell for each decision whether its finding still stands; those on pages that are gone are left out."""
    out = []
    for one in said:
        is_url = one.key.startswith(("/", "http"))
        if (only_pages or (is_url and one.key.startswith("/"))) and one.key not in judged.pages:
            continue
        out.append((one, one.finding in judged.findings))
    return out


def results(held: Sequence[tuple[Decision, bool]], without: Sequence[str]) -> list[Result]:
    """Give the share of false alarms of each severity, and the share of right findings that are still said."""
    note = "".join(f"; {why}" for why in without)
    out = []
    for severity in SEVERITIES:
        stands = [one for one, is_said in held if is_said and one.severity == severity]
        before = [one for one, _ in held if one.severity == severity]
        name = f"false alarms, {severity}"
        if not stands:
            out.append(not_run("quality-audit", name, unit="share", target=MOST_FALSE, why=f"no finding{note}"))
            continue
        rules = Counter(one.rule for one in stands if one.verdict != "right")
        n_before = sum(one.verdict != "right" for one in before)
        told = ", ".join(f"{rule} {n} of {sum(one.rule == rule for one in stands)}" for rule, n in rules.most_common())
        why = (
            f"{len(before)} findings read by hand, {n_before} of them false alarms when they were read; now by rule: "
            f"{told or 'none'}{note}"
        )
        share = sum(rules.values()) / len(stands)
        out.append(below("quality-audit", name, [share], unit="share", target=MOST_FALSE, peak_mb=None, why=why))
    right = [is_said for one, is_said in held if one.verdict == "right"]
    if right:
        lost = Counter(one.rule for one, is_said in held if one.verdict == "right" and not is_said)
        why = f"{len(right)} findings that were right when read; lost: {dict(lost) or 'none'}{note}"
        kept = sum(right) / len(right)
        out.append(above("quality-audit", "right findings still said", [kept], unit="share", target=LEAST_KEPT,
                         peak_mb=None, why=why))  # fmt: skip
    return out


def _real_pages(site: Path, chosen: frozenset[str] | None) -> Judged:
    """Judge the WCXB pages, or those chosen, as the pages of one site: a list read from an archive."""
    site.mkdir(parents=True)
    archive, listed = site / "pages.warc.gz", site / "list.txt"
    named = write_archive(archive, chosen)
    listed.write_text("\n".join(named), encoding="utf-8")
    hosts = sorted({urls.host_of(url) for url in named})
    _settle(site, "https://wcxb.example/", hosts)
    _run("crawl", str(site), "--list", str(listed), "--replay", str(archive), "--quiet")
    return audited(site, "")


def write_archive(path: Path, chosen: frozenset[str] | None) -> list[str]:
    """Write the pages as an archive, each under its own address; gives the addresses in order."""
    bodies: dict[str, bytes] = {}
    said: dict[str, str] = {}
    with tarfile.open(wcxb.archive()) as tar:
        for member in tar:
            stem, _, ending = member.name.rpartition("/")[2].partition(".")
            if member.isfile() and stem.isdecimal() and (stream := tar.extractfile(member)):
                if ending == "json":
                    said[stem] = json.loads(stream.read()).get("url") or ""
                else:
                    bodies[stem] = stream.read()
    named: dict[str, None] = {}
    with path.open("wb") as file:
        writer = WarcWriter(file)
        for stem in sorted(bodies):
            url = urls.normalise(said.get(stem, "")) or f"https://wcxb-{stem}.example/"
            if url not in named and (chosen is None or url in chosen):
                named[url] = None
                headers = [("content-type", "text/html; charset=utf-8")]
                writer.response(url, 200, headers, bodies[stem], datetime(2026, 1, 1, tzinfo=UTC))
    return sorted(named)


def _manuals(home: Path) -> Judged:
    """Judge the first pages of all manuals, crawled from loopback."""
    with docsites.served(home / "served", list(docsites.PACKAGES)) as start:
        site = home / "site"
        site.mkdir()
        _settle(site, start, [])
        _run("crawl", str(site), "--quiet")
        return audited(site, start.rstrip("/"))


def _settle(site: Path, start: str, hosts: Sequence[str]) -> None:
    settings = _SETTINGS.format(start=start, hosts=json.dumps(hosts), n_pages=N_MANUALS)
    (site / "site.toml").write_text(settings, encoding="utf-8")


def audited(site: Path, origin: str) -> Judged:
    """Judge a crawled site and give its findings, the origin taken off their keys."""
    _run("audit", str(site), "--quiet")
    with Answers(Site(site).latest()) as answers:
        rows = answers.rows('select rule, "key", n from findings')
        pages = answers.rows("select url from pages where is_own and state = 'answered'")
    findings = ((row["rule"], str(row["key"]).removeprefix(origin), _number(row["n"])) for row in rows)
    return Judged(frozenset(findings), frozenset(str(row["url"]).removeprefix(origin) for row in pages))


def _number(n: int | None) -> str:
    return "" if n is None else str(n)


def _run(*words: str) -> None:
    run([sys.executable, "-m", "linkworthy", *words])
