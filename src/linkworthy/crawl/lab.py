"""The stage of the lab: one page of each URL template is measured in a browser; ``lab_pages`` and ``access_faults``.

Each page is a part of its own, so that a killed run goes on with the next page.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from statistics import median
from typing import TYPE_CHECKING, Any, Final

from linkworthy.engine.embedded import Embedded
from linkworthy.engine.progress import Progress
from linkworthy.errors import InputError
from linkworthy.fetch.base import Exchange, Fetcher, Request
from linkworthy.fetch.browser import encoded, is_page
from linkworthy.html.parse import parse
from linkworthy.site import Run, SiteConfig

if TYPE_CHECKING:
    from linkworthy.fetch.lab import Lab, Load

GROUP: Final = "lab"
_TIMES: Final = ("ttfb_ms", "fcp_ms", "lcp_ms", "load_ms")
_SAID: Final = (
    "title", "h1", "description", "canonical_url", "is_noindex", "is_nofollow", "n_words", "n_main_words", "n_links",
    "schema_types",
)  # fmt: skip
_WEIGHTS: Final = {"minor": 0.5, "moderate": 1.0, "serious": 2.0, "critical": 3.0}
_LEVELS: Final = (("A", ("wcag2a", "wcag21a")), ("AA", ("wcag2aa", "wcag21aa", "wcag22aa")), ("AAA", ("wcag2aaa",)))
_CHOSEN: Final = """
    with shaped as (
        select url, depth, regexp_extract(url, '^https?://[^/?#]+', 0)
                || regexp_replace(regexp_extract(url, '^https?://[^/?#]+([^?#]*)', 1), '[^/]*$', '')
                || if(contains(url, '?'), '?' || array_to_string(list_sort(list_distinct(list_transform(
                    string_split(regexp_extract(url, '[?](.*)$', 1), '&'),
                    lambda one: regexp_extract(one, '^[^=]*', 0)))), '&'), '') as folder, template_hash
        from pages where is_own and role = 'own' and status = 200 and is_html and redirect_url is null
        qualify row_number() over (partition by url order by fetched_at desc) = 1),
    counted as (
        select *, if(depth = 0, '', regexp_replace(folder, '[0-9]+', '0', 'g')) as template,
            count(*) over (partition by if(depth = 0, '', regexp_replace(folder, '[0-9]+', '0', 'g'))) as n_pages
        from shaped)
    select url, if(template = '', url, template) as template, n_pages from counted
    qualify row_number() over (partition by template order by depth nulls last, url) = 1
    order by template <> '', n_pages desc, url limit ?
"""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A page that stands for its template."""

    url: str
    template: str
    n_pages: int


def chosen(run: Run, engine: Embedded, limit: int) -> list[Chosen]:
    """Choose the start page, and of each template, the largest first, the page that is nearest to it.

    A template is a folder, whatever numbers are in it, with the names of the query's parameters.
    """
    with engine.connect(run.tables()) as db:
        return [Chosen(*row) for row in db.execute(_CHOSEN, [limit]).fetchall()]


async def measure_lab(
    run: Run,
    config: SiteConfig,
    engine: Embedded,
    progress: Progress,
    fetcher: Fetcher,
    *,
    limit: int = 20,
    n_loads: int = 3,
) -> dict[str, Any]:
    """Measure a page of each template, on a desktop and on a phone; gives counts.

    Raises: InputError where Playwright, Chromium or axe is not installed; FetchError where Chromium cannot be started.
    """
    pages = chosen(run, engine, limit)
    lab = _open(config, fetcher, n_loads)
    n_failed = 0
    progress.start("lab", len(pages))
    try:
        for n, page in enumerate(pages):
            if not run.path("lab_pages", GROUP, n).exists():
                rows, faults = await _measured(lab, fetcher, config, page)
                run.write("access_faults", GROUP, faults, n)
                run.write("lab_pages", GROUP, rows, n)
                n_failed += rows[0]["state"] == "failed"
            progress.update(n + 1, len(pages), page.url)
    finally:
        await lab.close()
    if not pages:
        run.write("lab_pages", GROUP, [])
    run.discard("lab_pages", GROUP, max(len(pages), 1))
    run.discard("access_faults", GROUP, max(len(pages), 1))
    progress.finish(f"{len(pages)} pages measured, {n_failed} of them in vain")
    return {"n_pages": len(pages), "n_failed": n_failed}


def _open(config: SiteConfig, fetcher: Fetcher, n_loads: int) -> Lab:
    try:
        from linkworthy.fetch.lab import Lab  # noqa: PLC0415 - loads Playwright
    except ModuleNotFoundError:
        raise InputError("the lab needs Playwright: pip install 'linkworthy[browser]'") from None
    return Lab(fetcher, config.network, config.limits, config.browser, n_loads)


async def _measured(
    lab: Lab, fetcher: Fetcher, config: SiteConfig, page: Chosen
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Give the rows of one page: one a device, and what axe-core found."""
    from linkworthy.fetch.lab import LoadError  # noqa: PLC0415 - loads Playwright

    base = {"url": page.url, "template": page.template, "n_template_pages": page.n_pages, "n_loads": lab.n_loads,
        "measured_at": datetime.now(UTC)}  # fmt: skip
    exchange = await fetcher.fetch(
        Request(url=page.url, max_bytes=config.limits.max_bytes, timeout_s=config.limits.timeout_s)
    )
    why = "" if is_page(exchange) else exchange.fault or f"it answers {exchange.status}, or no HTML"
    loads: dict[str, list[Load]] = {}
    try:
        loads = {} if why else await lab.measure(exchange)
    except LoadError as fault:
        why = str(fault)
    if why:
        return [{**base, "device": name, "state": "failed", "fault": why} for name in ("desktop", "phone")], []
    rows = [{**base, **_row(exchange, name, some)} for name, some in sorted(loads.items())]
    axe = next((load.axe for load in loads["desktop"] if load.axe), None)
    if axe is not None:
        rows[0]["access_score"] = _score(axe)
    return rows, list(_faults(page.url, axe)) if axe is not None else []


def _row(exchange: Exchange, device: str, loads: Sequence[Load]) -> dict[str, Any]:
    last = loads[-1]
    row: dict[str, Any] = {"device": device, "state": "measured"}
    figures: dict[str, list[float | None]] = {name: [load.times.get(name) for load in loads] for name in _TIMES}
    figures["cls"] = [cls_of(load.times["shifts"]) for load in loads]
    figures["tbt_ms"] = [tbt_of(load.times["tasks"], load.times.get("fcp_ms")) for load in loads]
    figures["inp_ms"] = [load.inp_ms for load in loads]
    for name, values in figures.items():
        known = [float(value) for value in values if value is not None]
        row[name] = median(known) if known else None
        row[f"{name.removesuffix('_ms')}_spread"] = max(known) - min(known) if known else None
    facts = parse(encoded(last.html, exchange.header("content-type")), exchange.headers, exchange.url).facts
    return {
        **row,
        **last.phone,
        **{name: facts[name] for name in _SAID},
        "is_settled": all(load.is_settled for load in loads),
        "lcp_element": last.times.get("lcp_element"),
        "lcp_url": last.times.get("lcp_url") or None,
        "is_lcp_lazy": last.times.get("is_lcp_lazy"),
        "n_requests": last.n_requests,
        "n_blocked_requests": last.n_blocked,
        "n_failed_requests": last.n_failed,
        "transfer_bytes": last.n_bytes,
        "third_party_share": last.n_foreign_bytes / last.n_bytes if last.n_bytes else None,
        "n_console_errors": last.n_console_errors,
        "n_console_warnings": last.n_console_warnings,
        "n_script_errors": last.n_script_errors,
        "n_browser_issues": last.n_issues,
        "moved_to_url": last.moved_to_url,
    }


def cls_of(shifts: Sequence[Sequence[float]]) -> float:
    """Give the cumulative layout shift: the largest sum of a burst of at most 5 s with gaps under 1 s.

    Source: https://web.dev/articles/cls
    """
    most = total = first = last = 0.0
    for at, value in shifts:
        if not total or at - last >= 1_000 or at - first >= 5_000:
            total, first = 0.0, at
        total += value
        last = at
        most = max(most, total)
    return most


def tbt_of(tasks: Sequence[Sequence[float]], fcp_ms: float | None) -> float | None:
    """Give the total blocking time: what tasks after the first paint take beyond 50 ms each; null without a paint.

    Source: https://web.dev/articles/tbt
    """
    if fcp_ms is None:
        return None
    after = (start + length - max(start, fcp_ms) for start, length in tasks)
    return float(sum(max(0.0, length - 50.0) for length in after))


def _score(axe: Mapping[str, Any]) -> float:
    """Give the share of axe-core's rules that the page keeps; broken ones weigh 0.5 to 3 by their impact."""
    broken = sum(_WEIGHTS.get(one["impact"], 1.0) for one in axe["violations"])
    whole = axe["n_passes"] + broken
    return float(axe["n_passes"] / whole) if whole else 1.0


def _faults(url: str, axe: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for n, one in enumerate(sorted(axe["violations"], key=lambda found: str(found["rule"]))):
        level = next((name for name, tags in _LEVELS if not set(tags).isdisjoint(one["tags"])), "best-practice")
        kept = {name: one[name] for name in ("rule", "impact", "n_nodes", "example", "help", "help_url")}
        yield {"url": url, "n": n, "device": "desktop", "level": level, **kept}
