"""Pages of HTML that show duplicate text: one page with its words by kind, or two pages side by side."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

import jinja2

from linkworthy.metrics.sharing import COMMON, DUPLICATE, UNIQUE, Sharing
from linkworthy.questions.duplicates import SideBySide, pieces_of
from linkworthy.reports.cells import harmless

_FOLDER = files("linkworthy.reports") / "templates"
_OTHERS = 100
_PASSAGES = 10


def _render(**values: Any) -> str:
    environment = jinja2.Environment(
        loader=jinja2.FunctionLoader(lambda name: (_FOLDER / name).read_text(encoding="utf-8")),
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    environment.filters["harmless"] = harmless
    css = (_FOLDER / "report.css").read_text(encoding="utf-8")
    return environment.get_template("duplicates.html.j2").render(css=css, **values)


def page_html(sharing: Sharing) -> str:
    """Show one page's text with duplicate and common words marked, and the pages that share it."""
    text = sharing.text
    counts = {name: sharing.n_of(kind) for name, kind in
              (("unique", UNIQUE), ("common", COMMON), ("duplicate", DUPLICATE))}  # fmt: skip
    others = [
        {
            "url": one.url, "n_words": one.n_words, "share": one.n_words / max(1, text.n_words),
            "passages": [{"n_words": b - a, "text": text.quote(a, b)} for a, b in one.passages[:_PASSAGES]],
        }
        for one in sharing.others[:_OTHERS]
    ]  # fmt: skip
    return _render(
        url=text.url, n_words=text.n_words, counts=counts, others=others, n_others=len(sharing.others), pair=None,
        columns=[{"url": text.url, "blocks": pieces_of(text, sharing.kinds)}],
    )  # fmt: skip


def pair_html(beside: SideBySide) -> str:
    """Show two pages side by side; each passage has its number on both sides and links to the other."""
    columns = [
        {"url": beside.url, "blocks": beside.blocks, "side": "a", "across": "b"},
        {"url": beside.other_url, "blocks": beside.other_blocks, "side": "b", "across": "a"},
    ]
    return _render(url=beside.url, pair=beside, columns=columns, n_words=0, counts={}, others=[], n_others=0)
