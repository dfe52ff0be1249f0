"""What one page says before a template dresses it, and the small pieces of HTML that sites share."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from html import escape


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """One comment below a post; the author links to ``url`` where there is one."""

    author: str
    html: str
    day: date
    url: str = ""
    rel: str = "external nofollow ugc"


@dataclass(frozen=True, slots=True, kw_only=True)
class Doc:
    """One page: its words and its metas."""

    path: str
    title: str
    h1: str
    main: str
    description: str = ""
    author: str = ""
    author_html: str = ""
    published: date | None = None
    comments: tuple[Comment, ...] = ()
    takes_comments: bool = False
    canonical: str | None = None
    """Null: its own URL. Empty: none."""
    robots: str = ""
    has_viewport: bool = True
    head: str = ""
    kind: str = "page"
    """home, article, product, listing, thread, profile, page."""
    crumbs: tuple[tuple[str, str], ...] = ()
    sidebar: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    delay_s: float = 0.0
    n_refusals: int = 0
    in_sitemap: bool = True
    schema: dict[str, object] = field(default_factory=dict)


def a(url: str, text: str, rel: str = "") -> str:
    """Write a link."""
    quoted = f' rel="{rel}"' if rel else ""
    return f'<a href="{escape(url)}"{quoted}>{escape(text)}</a>'


def p(*paragraphs: str) -> str:
    """Write paragraphs whose text is HTML already."""
    return "\n".join(f"<p>{text}</p>" for text in paragraphs)


def text(words: str) -> str:
    """Escape plain text."""
    return escape(words, quote=False)


def ul(items: Iterable[str], name: str = "") -> str:
    """Write a list of HTML items."""
    named = f' class="{name}"' if name else ""
    return f"<ul{named}>" + "".join(f"<li>{item}</li>" for item in items) + "</ul>"


def insert(paragraphs: Sequence[str], n: int, sentence: str) -> list[str]:
    """Put a sentence of HTML behind the first sentence of the n-th plain paragraph; all others are escaped."""
    out = [text(paragraph) for paragraph in paragraphs]
    head, dot, tail = out[n].partition(". ")
    out[n] = f"{head}. {sentence} {tail}" if dot else f"{out[n]} {sentence}"
    return out


def json_ld(data: dict[str, object]) -> str:
    """Write structured data."""
    whole = {"@context": "https://schema.org", **data}
    return f'<script type="application/ld+json">{json.dumps(whole, ensure_ascii=False)}</script>'
