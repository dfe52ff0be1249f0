"""``linkworthy sources``: who reports what, where they contradict each other, and what none of them saw."""

from __future__ import annotations

from typing import Any

import click

from linkworthy.cli.common import SITE_HELP, json_option, open_site, site_argument, snapshot_option
from linkworthy.cli.output import cell, show_json, show_rows
from linkworthy.cli.readying import MERGED, ready_answers
from linkworthy.errors import InputError
from linkworthy.questions import (
    Answers,
    coverage,
    disagreements,
    dispute_counts,
    gains,
    overlaps,
    unseen,
    witnesses,
)
from linkworthy.questions.disputes import ABOUT
from linkworthy.questions.histories import UNITS

SHORT = (
    "source", "n_domains", "n_domains_alone", "n_links", "n_links_alone", "n_pages", "n_live", "n_gone", "first_at",
    "last_at",
)  # fmt: skip
SHORT_DISPUTES = ("about", "source_url", "target_url", "one", "one_says", "other", "other_says")
SAID = ("state", "is_nofollow", "is_ugc", "is_sponsored", "anchor", "kind", "n_visits", "opinions")


@click.command(
    help="Show what each source of links covers: what it alone knew, how much two share, what one more adds, where "
    f"they contradict each other, and how many referring domains none of them saw.\n\n{SITE_HELP}",
    epilog="""\b
Examples:
  linkworthy sources shop.example
  linkworthy sources . --by file --csv
  linkworthy sources . --about follow             every link that two sources call differently
  linkworthy sources . --link https://blog.example/post    who says what of a page's links""",
)
@site_argument
@snapshot_option
@click.option("--by", type=click.Choice(["source", "file"]), default="source", show_default=True)
@click.option("--unit", type=click.Choice(UNITS), default="domains", show_default=True, help="What overlaps count.")
@click.option("--about", type=click.Choice([*ABOUT, "all"]), help="List the disagreements of one sort, or all.")
@click.option("--source", help="Only disagreements of this source.")
@click.option("--link", help="A link's id or its linking page: every source's word on it, side by side.")
@click.option("--limit", type=click.IntRange(1), default=100, show_default=True, help="Disagreements to list.")
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV.")
@json_option
def command(
    site: str, *, snapshot_id: str, by: str, unit: str, about: str | None, source: str | None, link: str | None,
    limit: int, as_csv: bool, as_json: bool,
) -> None:  # fmt: skip
    """Show what each source of links covers."""
    with ready_answers(site, snapshot_id, MERGED) as answers:
        if link is not None:
            if as_csv:
                raise InputError("--link prints no CSV; 'linkworthy table SITE observations --csv' does")
            _links(witnesses(answers, open_site(site).config, link), as_json=as_json)
        elif about is not None or source is not None:
            found = disagreements(answers, about=None if about == "all" else about, source=source, limit=limit)
            shown = found if as_json or as_csv else found.select(SHORT_DISPUTES)
            show_rows(shown, as_json=as_json, as_csv=as_csv, note=f"{found.num_rows} disagreements")
        else:
            _overview(answers, by, unit, as_json=as_json, as_csv=as_csv)


def _overview(answers: Answers, by: str, unit: str, *, as_json: bool, as_csv: bool) -> None:
    import pyarrow as pa

    rows = coverage(answers, "files" if by == "file" else "reported_by")
    if as_csv:
        show_rows(pa.Table.from_pylist(rows), as_json=False, as_csv=True)
        return
    pairs, steps, counts = overlaps(answers, unit), gains(answers, unit), dispute_counts(answers)
    missing = unseen(answers, unit)
    if as_json:
        show_json({"sources": rows, "overlaps": pairs, "gains": steps, "disagreements": counts, "unseen": missing})
        return
    _titled("What each source knows; alone: no other knows it", [{name: row[name] for name in SHORT} for row in rows])
    _titled(f"{unit.capitalize()} that two sources both know, and the share of each", pairs)
    _titled(f"{unit.capitalize()} that each source adds to those before it", steps)
    _titled("Disagreements by sort and pair (--about shows the rows)", counts)
    click.echo(told(missing))
    for limit in missing["limits"] if missing["is_estimated"] else ():
        click.echo(f"  - {limit}")


def told(missing: dict[str, Any]) -> str:
    """Say in words what no source saw."""
    unit = missing["unit"]
    if not missing["is_estimated"]:
        return f"What no source saw is not estimated: {missing['reason']}."
    return (
        f"Seen {missing['n_seen']:,} {unit}; about {missing['n_total']:,} in all (95 %: {missing['low']:,} to "
        f"{missing['high']:,}), so about {missing['n_unseen']:,} that no source saw. {missing['method']}. Limits:"
    )


def _titled(title: str, rows: list[dict[str, Any]]) -> None:
    import pyarrow as pa

    if rows:
        click.echo(title)
        show_rows(pa.Table.from_pylist(rows), as_json=False)
        click.echo()


def _links(found: list[dict[str, Any]], *, as_json: bool) -> None:
    if as_json:
        show_json(found)
        return
    for link in found:
        target = link["target_url"] or "an own page that is not known"
        click.echo(f"{cell(link['source_url'])} -> {cell(target)}")
        click.echo(f"  {link['link_id']}  {link['kind']}, anchor {cell(link['anchor'])}")
        for word in link["words"]:
            place = f"{word['file']}:{word['row']}" if word["file"] else "own capture"
            click.echo(f"  {word['reported_by']} ({cell(place)}): {word['joined_by']}")
            said = [f"{name} {_said(word[name])}" for name in SAID if word[name] not in (None, {})]
            days = [
                f"{name.removesuffix('_at')} {cell(word[name])}" for name in word if name.endswith("_at") and word[name]
            ]
            click.echo("    " + "; ".join([*said, *days]))
            if word["disputes"]:
                click.echo(f"    DISPUTED: {', '.join(ABOUT[about] for about in word['disputes'])}")
        click.echo()


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        return ", ".join(f"{cell(key)}: {cell(text)}" for key, text in value.items())
    return cell(value)
