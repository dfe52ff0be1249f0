"""backlink-guard 0.11 and ours on the same linking sites in the same run: planted spam flagged, normal sites flagged.

The peer's own functions judge each page as its ``vet`` does with a home page, without what it would ask the network
for: its shared list, the Wayback Machine and paid services. Ours reads the same pages out of an archive and runs every
step from the import to the verdict. Flagged is, for the peer, a grade of avoid or caution; for ours a verdict of
disavow, or any kind of harm found but irrelevance, which is no word about a site.
"""

from __future__ import annotations

import importlib.util
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.guarded import NAME, OWN, STYLES, Site, sites
from benchmarks.result import Result, not_run
from benchmarks.wcxb import absent
from linkworthy.pipeline.job import Job, do_crawl, do_import, do_index, do_judge, do_measure, do_verify
from linkworthy.site import Site as Folder
from linkworthy.site import SiteConfig
from tests.support.warcs import HTML, write_warc

PEER = "backlink-guard 0.11"
SPAM_SHARE, NORMAL_SHARE = 0.7, 0.05
"""The peer publishes 28 of 40 spam sites flagged (0.7) and 21 of 60 normal ones (0.35)."""
_HOME = (
    "<!doctype html><html lang=en><title>Harbour Ceramics</title><main><h1>Harbour Ceramics</h1><p>We throw, glaze and "
    "fire stoneware plates, mugs and bowls in a small pottery by the harbour. Each mug is thrown on the wheel, dried, "
    "fired, glazed and fired again; our tableware goes into the dishwasher and the oven.</p></main>"
)
Flagged = dict[str, set[str]]


def compare(*, quick: bool) -> list[Result]:
    """Give both tools the same sites; figures of both, by style."""
    what = ("planted spam sites flagged, beside the peer", "normal sites flagged, beside the peer")
    why = absent() or (None if importlib.util.find_spec("backlink_guard") else f"{PEER} is not installed")
    if why is not None:
        return [not_run("quality-harm", name, unit="share", target=target, why=why)
                for name, target in zip(what, (SPAM_SHARE, NORMAL_SHARE), strict=True)]  # fmt: skip
    given = list(sites(120, 2, 260) if quick else sites(600, 8))
    spam, normal = ([site for site in given if site.is_spam is wanted] for wanted in (True, False))
    ours, peers = _ours(given), _peers(given)
    told = "; ".join(f"{style}: {_share(ours, spam, style)} against {_share(peers, spam, style)}" for style in STYLES)
    said = (
        f"{len(spam)} sites planted by us in groups of one owner on real pages, {len(normal)} real pages of as "
        f"many sites, on which no threshold of harm was fitted; neither tool had a network; by style {told}"
    )
    kinds = Counter(kind for site in normal for kind in ours.get(site.url, ()))
    return [
        _result(what[0], ours, peers, spam, SPAM_SHARE, said, is_more=True),
        _result(what[1], ours, peers, normal, NORMAL_SHARE, f"{said}; ours flagged for {dict(kinds) or 'nothing'}",
                is_more=False),
    ]  # fmt: skip


def _result(
    what: str, ours: Flagged, peers: Flagged, given: Sequence[Site], target: float, why: str, *, is_more: bool
) -> Result:
    mine, theirs = (sum(site.url in flagged for site in given) / len(given) for flagged in (ours, peers))
    met = mine >= target and mine > theirs if is_more else mine <= target and mine <= theirs
    return Result(
        name="quality-harm", target_name=what, ours=mine, peer=theirs, peer_name=PEER, unit="share",
        higher_is_better=is_more, target=target, met=met, peak_mb=None, n_runs=1,
        why=f"{PEER}: {theirs:.3f}, and ours must do better; {why}",
    )  # fmt: skip


def _share(flagged: Flagged, given: Sequence[Site], style: str) -> str:
    mine = [site for site in given if site.style == style]
    return f"{sum(site.url in flagged for site in mine)}/{len(mine)}"


def _ours(given: Sequence[Site]) -> Flagged:
    """Import, read out of an archive, measure and judge; gives the kinds found of each flagged page."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        pages = [(OWN, 200, HTML, _HOME.encode()), *((site.url, 200, HTML, site.html) for site in given)]
        archive = write_warc(folder / "pages.warc.gz", pages)
        links = folder / "links.csv"
        rows = "".join(f'"{site.url}",{OWN},"{site.anchor}"\n' for site in given)
        links.write_text(f"source_url,target_url,anchor\n{rows}", encoding="utf-8")
        topics = ("stoneware tableware", "pottery")
        config = SiteConfig(url=OWN, name=NAME, brands=(NAME,), topics=topics, languages=("en",))
        folder_of = Folder.create(folder / "site", config)
        run = folder_of.begin("run", {})
        job = Job(site=folder_of, config=config, run=run, replay=(archive,))
        do_import(job, [links], {})
        for step in (do_index, do_crawl, do_verify, do_measure, do_judge):
            step(job)
        with job.engine.connect(run.tables()) as db:
            judged = db.execute("select source_url, verdict, kinds from verdicts where label is null").fetchall()
        run.close()
    out: Flagged = {}
    for url, verdict, kinds in judged:
        if verdict == "disavow" or set(kinds) - {"irrelevant"}:
            out.setdefault(url, set()).update(kinds)
    return out


def _peers(given: Sequence[Site]) -> Flagged:
    """Judge each page with the peer's functions; gives the flags of each site graded avoid or caution."""
    page, vet = (importlib.import_module(f"backlink_guard.{name}") for name in ("page", "vet"))
    rows: list[dict[str, Any]] = []
    for site in given:
        html = site.html.decode("utf-8", "replace")
        parsed = page.parse(html, site.url)
        home = {"html": html, "final": site.url, "status": 200, "error": "", "blocked": False, "dead": False}
        read = {"home": home, "parsed": parsed, "texts": [parsed["text"]]}
        metrics = vet.outbound(read) | {"ids": vet.ids_of(html)}
        rows.append({**vet.target(site.url), "title": parsed["title"][:120], "flags": vet.page_flags(read),
                     "metrics": metrics, "cost": 0, "errors": [], "page": site.url})  # fmt: skip
    vet.shared_templates(rows)
    vet.shared_owners(rows)
    graded = [vet.finalize(row) for row in rows]
    return {
        row["page"]: {one["flag"] for one in row["flags"]} for row in graded if row["grade"] in {"avoid", "caution"}
    }
