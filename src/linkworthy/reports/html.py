"""The report as one self-contained HTML file: nothing is loaded from outside, and it reads without scripts."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from datetime import date, datetime
from importlib.resources import files
from typing import Any

import jinja2

from linkworthy import __version__
from linkworthy.reports.cells import harmless, plain, shaped
from linkworthy.reports.context import CRITERIA, KINDS, SEVERITIES, VERDICTS, Report

_FOLDER = files("linkworthy.reports") / "templates"


def render(report: Report, *, is_open: bool = False) -> str:
    """Write the report; ``is_open`` unfolds the evidence that calls for work, for paper."""
    environment = jinja2.Environment(
        loader=jinja2.FunctionLoader(lambda name: (_FOLDER / name).read_text(encoding="utf-8")),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    filters: dict[str, Callable[..., str]] = {
        "cell": cell,
        "share": share,
        "day": day,
        "number": number,
        "count": count,
        "words": label,
    }
    environment.filters.update(filters)
    template = environment.get_template("report.html.j2")
    script = (_FOLDER / "report.js").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return template.render(
        r=report,
        is_open=is_open,
        severities=SEVERITIES,
        verdicts=VERDICTS,
        criteria=CRITERIA,
        kinds=KINDS,
        css=(_FOLDER / "report.css").read_text(encoding="utf-8"),
        script=script,
        script_hash=f"sha256-{digest}",
        version=__version__,
    )


def cell(value: Any) -> str:
    """Give the text of any value: lists joined, floats short, unknown as a dash."""
    value = shaped(value)
    if value is None or value == []:
        return "–"
    if isinstance(value, (bool, int, float)):
        return figure(value)
    if isinstance(value, (datetime, date)):
        return day(value)
    if isinstance(value, dict):
        return "; ".join(f"{key}: {cell(item)}" for key, item in value.items())
    if isinstance(value, list):
        return ", ".join(cell(item) for item in value)
    return short(harmless(plain(value)))


def figure(value: float) -> str:
    """Give a truth value as a word, and a number with separators and at most two decimals."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:,}" if isinstance(value, int) else f"{value:,.2f}".rstrip("0").rstrip(".")


def short(text: str) -> str:
    """Cut a long text."""
    return text if len(text) <= 400 else text[:399] + "…"


def share(value: float | None) -> str:
    """Give a share as a percentage."""
    return "not known" if value is None else f"{100 * value:.0f} %"


def day(value: datetime | date | str | None) -> str:
    """Give the day of an instant."""
    if value is None:
        return "–"
    return value[:10] if isinstance(value, str) else value.strftime("%Y-%m-%d")


def number(value: float | None) -> str:
    """Give a number with separators."""
    return "–" if value is None else f"{value:,.0f}" if float(value).is_integer() else f"{value:,.1f}"


def count(value: float, noun: str) -> str:
    """Give a number of things, named as one or as several."""
    return f"{number(value)} {noun}{'' if value == 1 else 's'}"


def label(name: str) -> str:
    """Turn a column's name into words."""
    text = name.removeprefix("n_").removeprefix("is_").removesuffix("_at").replace("_", " ")
    return text[:1].upper() + text[1:]
