"""Values picked out of a page as a user asks for them."""

from __future__ import annotations

import pytest

from linkworthy.errors import InputError
from linkworthy.html.pick import MAX_VALUES, Field, pick

PAGE = """<html><head><meta name="author" content="Ann &amp; Bo"></head><body>
<p class="price">12 <b>euro</b></p><p class=price>3 euro</p><a HREF="/x?a=1&amp;b=2" class="a b">SKU: 77, sku: 8</a>"""


@pytest.mark.parametrize(
    ("kind", "expression", "values"),
    [
        ("css", ".price", ["12 euro", "3 euro"]),
        ("css", ".price::text", ["12 euro", "3 euro"]),
        ("css", "p:first-of-type b::html", ["<b>euro</b>"]),
        ("css", "a::attr(href)", ["/x?a=1&b=2"]),
        ("css", "p::attr(href)", []),
        ("css", "a::attr(class)", ["a b"]),
        ("xpath", "//meta[@name='author']/@content", ["Ann & Bo"]),
        ("xpath", "//p/b", ["euro"]),
        ("xpath", "count(//p)", ["2"]),
        ("xpath", "//p[1]/@class = 'price'", ["true"]),
        ("regex", r"(?i)sku: (\d+)", ["77", "8"]),
        ("regex", r"\d+ euro", ["3 euro"]),
        ("text", "CLASS=PRICE", ["CLASS=PRICE"]),
        ("text", "missing", []),
    ],
)
def test_a_field_has_the_values_that_its_expression_finds(kind: str, expression: str, values: list[str]) -> None:
    assert pick(PAGE, [Field("x", kind, expression)]) == {"x": values}


@pytest.mark.parametrize(("kind", "expression"), [("css", "p[["), ("xpath", "//p["), ("regex", "(")])
def test_a_wrong_expression_is_named_with_its_field(kind: str, expression: str) -> None:
    with pytest.raises(InputError, match=f"{kind} price="):
        Field("price", kind, expression).check()


def test_values_of_one_page_are_bounded() -> None:
    page = "<i>x</i>" * (MAX_VALUES + 5)
    found = pick(page, [Field("a", "css", "i"), Field("b", "regex", "x")])
    assert [len(values) for values in found.values()] == [MAX_VALUES] * 2
