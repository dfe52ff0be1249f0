"""Structured data against schema.org and what Google asks for."""

from __future__ import annotations

import json
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkworthy.metrics.structured import MAX_OBJECTS, MAX_ROWS, check, check_page, structured_checks
from linkworthy.metrics.vocabulary import is_a, meant_property, meant_type, types_of
from tests.support.runs import START

_OFFER = {"@type": "Offer", "price": "12.50", "priceCurrency": "GBP", "availability": "https://schema.org/InStock"}
_RATING = {"@type": "AggregateRating", "ratingValue": 4.5, "reviewCount": 12}
_PLACE = {"@type": "Place", "name": "Hall", "address": "1 High Street"}


def item(kind: Any, **said: Any) -> dict[str, Any]:
    return {"@context": "https://schema.org", "@type": kind, **said}


def step(**said: Any) -> dict[str, Any]:
    return {"@type": "ListItem", **said}


def of(node: dict[str, Any], column: str) -> list[str]:
    return [one for row in check(json.dumps(node)) for one in row[column]]


MISSING: list[tuple[dict[str, Any], list[str]]] = [
    (item("Product", name="K"), ["offers|review|aggregateRating"]),
    (item("MusicEvent", name="x", startDate="2026-01-01"), ["location"]),
    (item("Event", name="x", startDate="2026-01-01", location={"@type": "Place", "name": "x"}), ["location.address"]),
    (item("Event", name="x", startDate="2026-01-01", location=[_PLACE, {"@type": "VirtualLocation", "url": "x"}]), []),
    (item("Bakery", name="x"), ["address"]),
    (item("NewsArticle"), []),
    (item(["Product", "Car"], name="x"), ["offers|review|aggregateRating"]),
    (item(["Thing", "Recipe"], name="x"), ["image"]),
    (item("BreadcrumbList", itemListElement=[step(position=1, name="a", item="/a"), step(position=2, name="b")]), []),
    (
        item("BreadcrumbList", itemListElement=[step(name="a"), step(position=2)]),
        ["itemListElement.position", "itemListElement.item", "itemListElement.name"],
    ),
    (item("BreadcrumbList", itemListElement=[step(position=1, item={"@id": "/a", "name": "a"})]), []),
    (item("ItemList", itemListElement=[step(url="/a")]), ["itemListElement.position"]),
    (item("ItemList", itemListElement=["a", "b"]), []),
    (
        item("Review", reviewRating={"@type": "Rating"}),
        ["author", "reviewRating.ratingValue", "itemReviewed"],
    ),
    (item("Product", name="x", review={"@type": "Review", "author": "A", "reviewRating": {"ratingValue": 4}}), []),
    (item("Review", author="A", reviewRating={"ratingValue": 4}, itemReviewed=item("Product", name="K")), []),
    (
        item("QAPage", mainEntity={"@type": "Question", "name": "Q"}),
        ["mainEntity.answerCount", "mainEntity.acceptedAnswer|suggestedAnswer"],
    ),
    (item("ProfilePage", mainEntity={"@type": "Person"}), ["mainEntity.name|alternateName"]),
    (item("Product", name="x", offers={"@type": "AggregateOffer", "lowPrice": 3}), ["priceCurrency"]),
    (item("Product", name="x", offers={"@type": "Offer", "priceSpecification": {"price": 3}}), []),
    (item("SoftwareApplication", name="x", offers={"@type": "Offer", "price": 0}), ["aggregateRating|review"]),
    (item("Course", name="x", hasCourseInstance={"@type": "CourseInstance"}), ["description"]),
    (
        item("JobPosting", title="x", description="x", datePosted="2026-01-01", hiringOrganization={"name": "N"},
             jobLocation={"@type": "Place", "address": {"addressLocality": "York"}}),
        ["jobLocation.address.addressCountry"],
    ),
    (item("Book", name="x"), []),
    (item("WebPage", about={"@type": "Product", "name": "x", "image": "y"}), []),
    (item("CreativeWorkSeries", aggregateRating=_RATING), []),
    (item("FancyThing", name="x"), []),
    ({"@type": "http://example.com/ns#Product"}, []),
]  # fmt: skip


@pytest.mark.parametrize(("node", "expected"), MISSING, ids=range(len(MISSING)))
def test_what_google_requires_is_asked_of_an_item_by_all_its_types(node: dict[str, Any], expected: list[str]) -> None:
    assert of(node, "missing") == expected


WRONG: list[tuple[dict[str, Any], str]] = [
    (item("Prodct", name="x"), "@type: Prodct (did you mean Product?)"),
    (item("Zzyzx", name="x"), "@type: Zzyzx (schema.org has no such type)"),
    ({"@context": "https://schema.org", "name": "x"}, "@type: none is named"),
    (item("Thing", colour="x"), "colour: no property of schema.org (did you mean color?)"),
    (item("Thing", datepublished="2026"), "datepublished: no property of schema.org (did you mean datePublished?)"),
    (item("Offer", availability="in stock"), "availability: in stock (write InStock)"),
    (item("Offer", availability="sometimes"), "availability: sometimes (none of InStock, OutOfStock, PreOrder …)"),
    (item("Rating", ratingValue=9), "ratingValue: 9 (above the best, 5)"),
    (item("Rating", ratingValue="11", bestRating="10"), "ratingValue: 11 (above the best, 10)"),
    (item("Rating", ratingValue=0), "ratingValue: 0 (below the worst, 1)"),
    (item("Rating", ratingValue="good"), "ratingValue: good"),
    (item("AggregateRating", ratingValue=4, reviewCount=-1), "reviewCount: -1 (below 0)"),
    (item("AggregateRating", ratingValue=4, reviewCount=0), "ratingCount: 0 (nobody has rated)"),
    (item("GeoCoordinates", latitude=999), "latitude: 999 (beyond 90 degrees)"),
    (item("OpeningHoursSpecification", opens="9am"), "opens: 9am (a time is written as 09:00)"),
    (item("LocalBusiness", openingHours="9 to 5"), "openingHours: 9 to 5 (hours are written as Mo-Fr 09:00-17:00)"),
    (item("Article", datePublished="2026-13-01"), "datePublished: 2026-13-01 (no such day)"),
    (item("Article", datePublished="1 May"), "datePublished: 1 May"),
    (item("Event", startDate="2026-05-02", endDate="2026-05-01"), "endDate: 2026-05-01 (before startDate)"),
    (item("Offer", priceCurrency="EUX"), "priceCurrency: EUX (no currency of ISO 4217)"),
    (item("Offer", price="-3"), "price: -3 (below 0)"),
    (item("Recipe", cookTime="20 minutes"), "cookTime: 20 minutes"),
    (item("Product", gtin13="4006381333932"), "gtin13: 4006381333932 (check digit is wrong)"),
    (item("JobPosting", employmentType="full time"), "employmentType: full time (write FULL_TIME)"),
    (item("Dataset", description="short"), "description: short (5 characters; 50 to 5,000 are asked for)"),
    (item("WebPage", aggregateRating=_RATING), "aggregateRating: Google shows no stars for WebPage"),
]


@pytest.mark.parametrize(("node", "expected"), WRONG, ids=range(len(WRONG)))
def test_what_cannot_be_is_told_with_what_would_be_right(node: dict[str, Any], expected: str) -> None:
    assert of(node, "wrong") == [expected]


RIGHT: list[dict[str, Any]] = [
    item("Rating", ratingValue="60%"),
    item("Rating", ratingValue="6 / 10"),
    item("Rating", ratingValue="88", bestRating=100, worstRating=0),
    item("AggregateRating", ratingValue="4,5", ratingCount="1,234", reviewCount=0),
    item("Offer", price="1,299.00", priceCurrency="GBP", availability="InStock", itemCondition="http://schema.org/NewCondition"),
    item("LocalBusiness", openingHours=["Mo-Fr 09:00-17:00", "Sa,Su 10:00-12:00,13:00-15:00", "Mo-Su", "24/7"]),
    item("OpeningHoursSpecification", opens="09:00", closes="17:30:00", dayOfWeek=["Monday", "https://schema.org/Friday"]),
    item("Recipe", cookTime="PT20M", totalTime="P0DT1H0.5S"),
    item("Article", datePublished="2026-05-01T08:00:00+02:00", dateModified="2026"),
    item("Product", gtin13="4006381333931", gtin="http://id.example/1"),
    item("WebSite", potentialAction={"@type": "SearchAction", "query-input": "required name=q"}),
    {"@context": ["https://schema.org", {"my": "https://e.example/"}], "@type": "Foo", "namee": "x"},
    {"@context": "https://www.w3.org/ns/activitystreams", "@type": "Note", "namee": "x"},
    {"@type": "https://e.example/Foo", "namee": "x"},
]  # fmt: skip


@pytest.mark.parametrize("node", RIGHT, ids=range(len(RIGHT)))
def test_what_is_right_or_of_another_vocabulary_is_left_alone(node: dict[str, Any]) -> None:
    assert of(node, "wrong") == []


def test_items_of_a_page_are_read_together_by_their_ids() -> None:
    graph = [
        item("Event", name="x", startDate="2026-01-01", location={"@id": "#hall"}),
        item("Place", name="Hall") | {"@id": "#hall"},
        item("Product", name="K", review={"@id": "#r"}),
        item("Review", author={"@id": "https://other.example/#ann"}, reviewRating={"ratingValue": 4}) | {"@id": "#r"},
        item("Product", name="named elsewhere") | {"@id": "#p"},
    ]
    rows = [{"n": n, "syntax": "json-ld", "data": json.dumps(one)} for n, one in enumerate(graph)]
    assert [(row["item"], row["missing"]) for row in check_page(rows) if row["missing"]] == [(0, ["location.address"])]


def test_objects_are_numbered_by_their_place_on_the_page_and_bounded() -> None:
    whole = item("Product", name="x", image="/i", description="y", brand="z", offers=_OFFER)
    rows = [{"n": n, "syntax": "microdata", "data": json.dumps(one)} for n, one in enumerate([whole, item("Bakery")])]
    assert [(row["n"], row["item"], row["syntax"]) for row in check_page(rows)] == [(2, 1, "microdata")]
    many = item("Thing", hasPart=[{"@type": "Recipe", "hasPart": [{"@type": "Recipe", "x": 1}] * 90, "x": 2}] * 90)
    found = check(json.dumps(many))
    assert len(found) == MAX_ROWS
    assert max(row["n"] for row in found) < MAX_OBJECTS


def test_data_of_scripts_that_strict_readers_refuse_are_checked_as_well() -> None:
    rows = [
        {"url": START, "n": n, "syntax": syntax, "data": json.dumps(item("Bakery")), "fault": fault}
        for n, (syntax, fault) in enumerate(
            [("json-ld", "Trailing comma at line 1"), ("rdfa", None), ("opengraph", None), ("json-ld", "@context …")]
        )
    ]
    db = duckdb.connect()
    db.register("structured", pa.Table.from_pylist(rows))
    db.register("own_page", pa.table({"url": [START]}))
    found = [row for table in structured_checks(db) for row in table.to_pylist()]
    assert [(row["url"], row["n"], row["item"], row["missing"]) for row in found] == [
        (START, 0, 0, ["name", "address"]), (START, 1, 1, ["name", "address"]),
    ]  # fmt: skip


def test_the_vocabulary_knows_what_stands_below_what() -> None:
    assert is_a(["MusicEvent"], "Event")
    assert is_a(["Bakery"], "Organization")
    assert is_a(["Bakery"], "Place")
    assert not is_a(["Place"], "Organization")
    assert not is_a([], "Thing")
    assert types_of(["https://schema.org/A1", "http://www.schema.org/B", "schema:C", "D", "og:E", "x y", 3, None]) == [
        "A1", "B", "C", "D",
    ]  # fmt: skip
    assert (meant_type("Recpie"), meant_type("Recipe"), meant_type("Foo")) == ("Recipe", None, "")
    assert (meant_property("autor"), meant_property("author-input"), meant_property("qqqq")) == ("author", None, "")


@given(
    st.recursive(
        st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=6), st.sampled_from(["2026", "60%", "#a"])),
        lambda inner: st.dictionaries(
            st.sampled_from(
                ["@type", "@id", "@context", "itemListElement", "offers", "price", "ratingValue", "review", "startDate"]
            ),
            st.one_of(inner, st.lists(inner, max_size=3), st.sampled_from(["Product", "Review", "BreadcrumbList"])),
            max_size=5,
        ),
        max_leaves=12,
    )
)
def test_any_item_is_judged_without_a_crash(value: Any) -> None:
    rows = check(json.dumps(value))
    assert len({row["n"] for row in rows}) == len(rows)
