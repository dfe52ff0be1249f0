"""Documents made of odd tags, and what a reading of them gathered in a form that can be compared."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from hypothesis import strategies as st

from linkworthy.html.linked import columns_of
from linkworthy.html.scan import Walk
from linkworthy.html.skeleton import simhash

START = "<!DOCTYPE html><html><head><title>t</title></head><body>"


def everything(walked: Walk) -> dict[str, Any]:
    """Give all that a reading gathered, comparable."""
    found = walked.found
    columns = columns_of(found)
    gathered = {field.name: getattr(found, field.name) for field in fields(found) if field.name != "links"}
    template = simhash(found.skeleton) if found.template_hash is None else found.template_hash
    return gathered | {"columns": columns, "items": walked.items, "template_hash": template}


TAGS = st.sampled_from(
    [
        "a",
        "p",
        "div",
        "span",
        "b",
        "li",
        "ul",
        "ol",
        "dl",
        "dt",
        "dd",
        "table",
        "tbody",
        "thead",
        "tr",
        "td",
        "th",
        "caption",
        "form",
        "input",
        "button",
        "select",
        "option",
        "h1",
        "h2",
        "svg",
        "path",
        "title",
        "br",
        "hr",
        "img",
        "em",
        "template",
        "pre",
        "section",
        "noscript",
        "script",
        "style",
        "textarea",
        "address",
        "article",
        "optgroup",
        "center",
        "font",
    ]
)
TAG = st.one_of(
    TAGS.map(lambda tag: f"<{tag}>"),
    TAGS.map(lambda tag: f"</{tag}>"),
    st.sampled_from(
        [
            "<a href=/x>", '<a href="/y?a=1&copy=2&amp;b">', "<a href=x/>", "<br/>", "<p/>", "<img src='i' alt='a>b'>",
            "<div class='nav x' id=y>", "<div hidden>", "<p style='display:none'>", "<div itemscope itemprop=a>",
            "<span itemprop=n>", "<A HREF=/z>", "</A>", "<!-- c -->", "<!--<a href=c>-->", "<!-->",
            "<script><a></script>",
            "<script><!--<script></script>", "<style>a>b</style>", "<li class=comment id=c1>", "<table><tr><td>",
            "</td></tr></table>", "<ul><li>x<li>y</ul>", "<p>x<p>y", "<dl><dt>x<dd>y</dl>", "<![CDATA[x]]>",
            "<?php x ?>",
            "<div a=1 a=2>", "<a title=\"&lt;\" href='&#x2f;&eacute&eacute;'>", "<a b<c href=q>", "<area href=/r>",
            "<b\xc6>", "</b\xc6>", "<i\x1c>", "</i\x1c>", "<\u212a>", "</a*b>", "<lin\u212a>",
            "<p \xcb='x' hre\xa0lang=a>", "<meta \xcbname=a content=b>",
            "<form><textarea>\n</textarea></form>",
            '<a href=""" rel="">', '<a " href=x rel=nofollow>',
        ]
    ),
    st.sampled_from(["text ", "&amp;", "&copy x", " ", "\n", "é", "a < b", "a > b", "\x0c", "&"]),
)  # fmt: skip
