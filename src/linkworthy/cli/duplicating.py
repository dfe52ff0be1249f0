"""``linkworthy duplicates``: duplicate, common and unique text, and where it stands."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from linkworthy.cli.common import open_site, snapshot_option
from linkworthy.cli.exporting import export_of, export_options, limit_option, show_or_export
from linkworthy.cli.output import show_json
from linkworthy.errors import InputError
from linkworthy.metrics.sharing import COMMON, DUPLICATE, UNIQUE, Sharing
from linkworthy.questions import Answers
from linkworthy.questions.duplicates import SideBySide, SiteText, pieces_of
from linkworthy.reports.cells import harmless
from linkworthy.reports.duplicates import page_html, pair_html
from linkworthy.reports.formats import replacing
from linkworthy.site import Duplicates

_SHORT = ("url", "n_words", "duplicate_share", "common_share", "unique_share", "nearest_url", "nearest_share",
          "n_near_duplicates")  # fmt: skip
_LISTED = 20


@click.command(
    epilog="""\b
Examples:
  linkworthy duplicates shop.example                     the site and its pages, most duplicate words first
  linkworthy duplicates . /tea/sencha                    one page: its words, the other pages, the passages
  linkworthy duplicates . /tea/sencha /tea/gyokuro       two pages side by side
  linkworthy duplicates . /a /b --html ab.html           the same with the passages highlighted
  linkworthy duplicates . --near --similarity 0.8        pairs of near-duplicates
  linkworthy duplicates . --clusters --words 5 -o clusters.csv"""
)
@click.argument("site", metavar="SITE")
@click.argument("url", required=False)
@click.argument("other", required=False)
@snapshot_option
@click.option("--near", "kind", flag_value="near", help="List pairs of near-duplicates.")
@click.option("--clusters", "kind", flag_value="clusters", help="List clusters of near-duplicates.")
@click.option("--words", type=click.IntRange(3, 32), help="Words in a row that make a copy. Default: the setting, 7.")
@click.option(
    "--common", "common_share", type=click.FloatRange(0.01, 1),
    help="Share of pages from which text is template. Default: the setting, 0.5.",
)  # fmt: skip
@click.option(
    "--similarity", "similarity_share", type=click.FloatRange(0.1, 1),
    help="Likeness that makes near-duplicates. Default: the setting, 0.9.",
)  # fmt: skip
@click.option(
    "--html", type=click.Path(dir_okay=False, path_type=Path), help="Write the page or the pair, highlighted, here."
)
@limit_option
@click.option("--offset", type=click.IntRange(0), default=0)
@export_options
def command(
    site: str, url: str | None, other: str | None, *, snapshot_id: str, kind: str | None, limit: int | None,
    offset: int, html: Path | None, **options: Any,
) -> None:  # fmt: skip
    """Show which text stands on several own pages of SITE: for the site, for the page URL, for URL and OTHER.

    Thresholds may be changed here or in site.toml, [duplicates]; nothing is fetched again. A URL may be a path.
    """
    given = {name: options.pop(name) for name in ("words", "common_share", "similarity_share")}
    opened = open_site(site)
    settings = replace(opened.config.duplicates, **{name: value for name, value in given.items() if value is not None})
    with Answers(opened.snapshot(snapshot_id) if snapshot_id else opened.latest()) as answers:
        text = SiteText(answers, settings, is_anew=_is_anew(opened.config.duplicates, settings, url))
        if url is None:
            if html is not None:
                raise InputError("--html shows a page or a pair: name its URL after the site")
            _show_site(text, kind, limit, offset, options)
        else:
            sharing = text.page(_whole(url, opened.config.url))
            beside = text.beside(sharing, _whole(other, opened.config.url)) if other else None
            _show_page(sharing, beside, html, limit, options)


def _is_anew(stored: Duplicates, wanted: Duplicates, url: str | None) -> bool:
    """Tell whether the site has to be split anew: one page is read anew in any case."""
    return url is None and stored != wanted


def _whole(url: str, start: str) -> str:
    """Give the URL that a path stands for."""
    from urllib.parse import urljoin

    return urljoin(start, url) if url.startswith("/") else url


def _show_site(text: SiteText, kind: str | None, limit: int | None, offset: int, options: dict[str, Any]) -> None:
    to = export_of(options)
    ask = {"near": text.about_near, "clusters": text.about_clusters}.get(kind or "", text.about_pages)
    if to.form == "json" and to.output is None and kind is None:
        pages = text.answers.answer(ask(limit=limit, offset=offset)).to_pylist()
        show_json({**text.summary(), "settings": _said(text.settings), "pages": pages})
        return
    if kind is None and not to.form:
        click.echo(_summary(text.summary()))
    asked = ask(limit=to.limit(limit), offset=offset)
    show_or_export(text.answers, asked, to, title=kind or "duplicates", short=() if kind else _SHORT)


def _said(settings: Duplicates) -> dict[str, Any]:
    return {name: getattr(settings, name) for name in ("words", "common_share", "similarity_share")}


def _percent(share: float | None) -> str:
    return "not known" if share is None else f"{100 * share:.1f} %"


def _summary(site: dict[str, Any]) -> str:
    shares = ", ".join(f"{_percent(site[f'{name}_share'])} {name}" for name in ("unique", "common", "duplicate"))
    near = f"{site['n_near_duplicate_pages']:,} pages have near-duplicates, in {site['n_clusters']:,} clusters"
    return f"{site['n_words']:,} words on {site['n_pages']:,} pages: {shares} (common: the template)\n{near}\n"


def _show_page(
    sharing: Sharing, beside: SideBySide | None, html: Path | None, limit: int | None, options: dict[str, Any]
) -> None:
    to = export_of(options)
    if to.output is not None or to.form not in {"", "json"}:
        raise InputError("a page is shown as text, as --json or as --html FILE; tables of all pages can be exported")
    if html is not None:
        with replacing(html) as temporary:
            temporary.write_text(pair_html(beside) if beside else page_html(sharing), encoding="utf-8")
        click.echo(html)
    elif to.form:
        show_json(beside.as_dict() if beside else _page_data(sharing, limit))
    elif beside:
        _tell_pair(beside)
    else:
        _tell_page(sharing, limit or _LISTED)


def _page_data(sharing: Sharing, limit: int | None) -> dict[str, Any]:
    text = sharing.text
    counts = {f"n_{name}": sharing.n_of(kind) for name, kind in _COUNTED}
    others = [
        {
            "url": one.url, "n_words": one.n_words, "share": one.n_words / max(1, text.n_words),
            "passages": [{"n_words": b - a, "passage": text.quote(a, b)} for a, b in one.passages],
        }
        for one in sharing.others[:limit]
    ]  # fmt: skip
    blocks = [[{"text": p.text, "kind": p.kind} for p in pieces] for pieces in pieces_of(text, sharing.kinds)]
    return {"url": text.url, "n_words": text.n_words, **counts, "n_others": len(sharing.others), "others": others,
            "blocks": blocks}  # fmt: skip


_COUNTED = (("unique", UNIQUE), ("common", COMMON), ("duplicate", DUPLICATE))


def _tell_page(sharing: Sharing, limit: int) -> None:
    n = sharing.text.n_words
    click.echo(f"{harmless(sharing.text.url)}: {n:,} words")
    for name, kind in _COUNTED:
        click.echo(f"  {name:10} {sharing.n_of(kind):7,} words  {_percent(sharing.n_of(kind) / n if n else None)}")
    if not sharing.others:
        click.echo("No other page shares text with it, template left out.")
        return
    click.echo(f"\n{len(sharing.others):,} other pages share text with it, template left out:")
    for one in sharing.others[:limit]:
        click.echo(f"\n{harmless(one.url)}: {one.n_words:,} words, {_percent(one.n_words / n)}")
        for first, end in one.passages[:3]:
            click.echo(f"  {end - first:5,} words  {_short(sharing.text.quote(first, end))}")
        if len(one.passages) > 3:
            click.echo(f"        and {len(one.passages) - 3:,} more passages")
    if len(sharing.others) > limit:
        click.echo(f"\n{len(sharing.others) - limit:,} more pages; --limit shows more, --json all")


def _tell_pair(beside: SideBySide) -> None:
    click.echo(f"{harmless(beside.url)}\n{harmless(beside.other_url)}")
    click.echo(
        f"{beside.n_shared_words:,} words in {len(beside.passages)} passages stand on both, template left out; "
        f"likeness {_percent(beside.similarity_share)}"
    )
    for number, passage in enumerate(beside.passages, 1):
        click.echo(f"\n[{number}] {passage.n_words:,} words\n  {harmless(passage.text)}")


def _short(passage: str) -> str:
    said = harmless(passage)
    return said if len(said) <= 160 else f"{said[:100]} … {said[-57:]}"
