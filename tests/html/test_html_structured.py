"""Structured data, contacts, owners, media, kinds."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkworthy.html.structured import MAX_DATA_CHARACTERS, as_json, every_node, items_of, json_ld_nodes, read_json
from tests.support.parsed import facts, page
from tests.support.shared import shared


def ld(text: str) -> str:
    return f'<script type="application/ld+json">{text}</script>'


def test_json_ld_items_come_out_of_objects_lists_and_graphs() -> None:
    html = ld('{"@context":"https://schema.org","@type":"Product","name":"P"}') + ld(
        '[{"@context":"https://schema.org","@type":["Article","Thing"]},{"@context":"https://schema.org",'
        '"@graph":[{"@type":"https://schema.org/WebSite"},{"@type":"schema:Person"}]}]'
    )
    parsed = page(html)
    assert [(one.n, one.syntax, one.type, one.fault) for one in parsed.items] == [
        (0, "json-ld", "Product", None),
        (1, "json-ld", "Article", None),
        (2, "json-ld", "WebSite", None),
        (3, "json-ld", "Person", None),
    ]
    assert parsed.facts["schema_types"] == ["Product", "Article", "WebSite", "Person"]
    assert json.loads(parsed.items[0].data) == {"@context": "https://schema.org", "@type": "Product", "name": "P"}
    assert json.loads(parsed.items[2].data)["@context"] == "https://schema.org"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('<!-- {C"@type":"A"} -->', None),
        ('//<![CDATA[\n{C"@type":"A"}\n//]]>', None),
        ('{C"@type":"A"\n, "b":"c\td, }"}', None),
        ('{C"@type":"A",\n"b":[1,2,]}', "Trailing comma at line 2, column 9"),
        ('<!--\n{C"@type":"A",\n}\n-->', "Trailing comma at line 2, column 45"),
        ('/* note */ {C"@type":"A"}', "Comment at line 1, column 1"),
        ('{C"@type":"A","b":NaN}', "NaN is no number of JSON"),
    ],
    ids=range(7),
)
def test_json_ld_is_read_tolerantly_and_what_strict_readers_refuse_is_told(text: str, fault: str | None) -> None:
    text = text.replace("{C", '{"@context":"https://schema.org",')
    assert [(one.type, one.fault) for one in page(ld(text)).items] == [("A", fault)]


@pytest.mark.parametrize(
    ("context", "is_fault"),
    [
        ("https://schema.org", False), ("http://www.schema.org/", False), ("schema.org", False),
        (["https://schema.org", {"x": "y"}], False), ({"@vocab": "https://schema.org/"}, False),
        ("https://www.w3.org/ns/activitystreams", False), ("https://json-ld.org/contexts/person.jsonld", False),
        ("https://schema.com", True), ("http://shema.org/", True), ("https://schema.org/Product", True), (None, True),
        ("", True),
    ],
    ids=range(12),
)  # fmt: skip
def test_a_context_that_is_missing_or_but_looks_like_schema_org_is_told(context: Any, *, is_fault: bool) -> None:
    (one,) = page(ld(json.dumps({"@context": context, "@type": "Product", "name": "x"}))).items
    assert (one.fault is not None, one.type) == (is_fault, "Product")


@pytest.mark.parametrize("text", ["", "{", "{'a':1}", "[" * 100_000, '{"a":' * 100_000, "nonsense"])
def test_json_ld_that_cannot_be_read_is_kept_with_its_fault(text: str) -> None:
    (one,) = page(ld(text)).items
    assert one.fault
    assert one.type is None
    assert len(one.data) <= MAX_DATA_CHARACTERS


def test_microdata_becomes_items_of_the_same_shape() -> None:
    html = """<div itemscope itemtype="https://schema.org/Product">
    <h1 itemprop=name>A <b>chair</b></h1><meta itemprop=sku content=7>
    <img itemprop=image src=/i.png><a itemprop=url href=/u>x</a>
    <div itemprop=offers itemscope itemtype=https://schema.org/Offer><span itemprop=price content=9.5>9,50</span></div>
    <span itemprop="color tone">red</span><span itemprop=color>blue</span></div><p itemprop=name>not in an item</p>"""
    (one,) = page(html).items
    assert (one.syntax, one.type) == ("microdata", "Product")
    assert json.loads(one.data) == {
        "@type": "https://schema.org/Product",
        "name": "A chair",
        "sku": "7",
        "image": "/i.png",
        "url": "/u",
        "offers": {"@type": "https://schema.org/Offer", "price": "9.5"},
        "color": ["red", "blue"],
        "tone": "red",
    }


def test_opengraph_is_one_item() -> None:
    parsed = page(
        "<meta property=og:type content=article><meta property=og:image content=/a>"
        "<meta property=og:image content=/b><meta property=og:site_name content='The "
        "Site'>"
    )
    (one,) = parsed.items
    assert (one.syntax, one.type, json.loads(one.data)["og:image"]) == ("opengraph", "article", ["/a", "/b"])
    assert (parsed.facts["og_type"], parsed.facts["site_name"]) == ("article", "The Site")


def test_names_come_out_of_structured_data() -> None:
    found = facts(
        ld(
            '{"@type":"Article","author":{"@type":"Person","name":"Ann"},"publisher":{"@type":"Organization",'
            '"name":"Org"}}'
        )
    )
    assert (found["author"], found["site_name"]) == ("Ann", "Org")
    assert facts("<p>by <a rel=author href=/ann>Ann  A</a></p>")["author"] == "Ann A"


def test_large_data_stays_json_and_bounded() -> None:
    node: Any = {"@type": "A", "text": "x" * 50_000, "list": [{"b": "y" * 5_000}] * 100}
    text = as_json(node)
    assert len(text) <= MAX_DATA_CHARACTERS
    assert json.loads(text)["@type"] == "A"


_JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(
            st.sampled_from(
                ["@type", "@graph", "name", "author", "datePublished", "address", "telephone", "email", "x"]
            ),
            inner,
            max_size=5,
        ),
    ),
    max_leaves=20,
)


@settings(deadline=None)
@given(_JSON)
def test_any_json_gives_items_and_facts(value: Any) -> None:
    from tests.support.parsed import assert_fits

    assert_fits(page(ld(json.dumps(value).replace("<", "\\u003c"))))


@given(st.text(max_size=60))
def test_any_text_is_json_or_a_fault(text: str) -> None:
    value, fault = read_json(text)
    assert fault is None or value is None
    items_of([], list(every_node(json_ld_nodes(value))), {})


def test_contacts_come_from_links_structured_data_and_address_elements() -> None:
    found = facts(
        (
            "<a href='MAILTO:Info@Shop.example?subject=x'>m</a><a href='mailto:a@b.example,"
            "%63@d.example'>m</a><a href=mailto:broken>m</a>"
            "<a href='tel:+49 (30) 123-456'>t</a><a href=tel:0>t</a><address>Main Street "
            "5, Town</address><address>by Ann</address>"
        )
        + ld(
            '{"@type":"LocalBusiness","telephone":"030/998877","email":"x@y.example",'
            '"address":{"streetAddress":"Weg 1","postalCode":"1010","addressLocality":"Wien"}}'
        )
    )
    assert found["emails"] == ["info@shop.example", "a@b.example", "c@d.example", "x@y.example"]
    assert found["telephones"] == ["+4930123456", "030998877"]
    assert found["addresses"] == ["Weg 1, 1010, Wien", "Main Street 5, Town"]


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<script>ga('create', 'UA-7654321-3', 'auto')</script>", "google-analytics:UA-7654321"),
        (
            "<script async src='https://www.googletagmanager.com/gtag/js?id=G-AB12CD34EF'></script>",
            "google-tag:G-AB12CD34EF",
        ),
        (
            "<script>(function(w,d,s,l,i){})(window,document,'script','dataLayer','GTM-K5XQ7P');</script>",
            "google-tag-manager:GTM-K5XQ7P",
        ),
        (
            "<noscript><iframe src='https://www.googletagmanager.com/ns.html?id=GTM-K5XQ7P'></iframe></noscript>",
            "google-tag-manager:GTM-K5XQ7P",
        ),
        (
            (
                "<script src='https://pagead2.googlesyndication.com/pagead/js/adsbygoogle.js?client=ca-pub-9876543219876543'>"
                "</script>"
            ),
            "adsense:pub-9876543219876543",
        ),
        ("<script>fbq('init', '998877665544332');</script>", "facebook-pixel:998877665544332"),
        (
            (
                '<script>(function(c,l,a,r,i,t,y){t.src="https://www.clarity.ms/tag/"+i;})(window,'
                ' document, "clarity", "script", "ab3de6gh9k");</script>'
            ),
            "clarity:ab3de6gh9k",
        ),
        (
            (
                "<script>var _paq=[];(function(){var u='//stats.owner.example/';_paq.push(['setTrackerUrl',"
                "u+'matomo.php']);_paq.push(['setSiteId','12']);})()</script>"
            ),
            "matomo:stats.owner.example/12",
        ),
        (
            (
                "<script src=https://static.cloudflareinsights.com/beacon.min.js></script>"
                '<script>x={"token": "0123456789abcdef0123456789abcdef"}</script>'
            ),
            "cloudflare-beacon:0123456789abcdef0123456789abcdef",
        ),
        ("<meta name=google-site-verification content=abc_DEF-123>", "google-site-verification:abc_DEF-123"),
        ("<meta name=google-adsense-account content=ca-pub-9876543219876543>", "adsense:pub-9876543219876543"),
    ],
)
def test_identifiers_of_an_owner_are_found(html: str, expected: str) -> None:
    assert expected in facts(html)["owner_ids"]


@pytest.mark.parametrize(
    "html",
    [
        "<script>ga('create', 'UA-XXXXX-Y')</script>",
        "<script>ga('create', 'UA-00000000-1')</script>",
        "<script>ga('create', 'UA-12345678-1')</script>",
        "<script>gtag('config', 'G-XXXXXXXXXX')</script>",
        "<script>gtm('GTM-XXXXXXX')</script>",
        "<script>ads('ca-pub-0000000000000000')</script>",
        "<script>ads('ca-pub-1234567890123456')</script>",
        "<script>x='SUA-7654321-1 PNG-AB12CD34EF'</script>",
        "<p>In prose: UA-7654321-1</p>",
    ],
)
def test_placeholders_and_prose_are_no_identifiers(html: str) -> None:
    assert facts(html)["owner_ids"] == []


def test_identifiers_are_bounded() -> None:
    html = "<script>" + " ".join(f"'UA-{n:07d}-1'" for n in range(2_000_000, 2_001_000)) + "</script>"
    assert len(facts(html)["owner_ids"]) == 50


def test_images_and_resources() -> None:
    parsed = page(
        "<link rel=stylesheet href=http://cdn.example/a.css><script src=/s.js></script>"
        "<a href=/><img src=i.png alt='' width=10 height='20px' loading=LAZY></a>"
        "<img src=data:x width=x>"
        "<iframe src=//frame.example></iframe><video src=/v poster=/p.jpg></video>"
        "<link rel=preload as=font href=/f.woff2><form action=http://insecure.example/post>"
        "</form><img src=/i.png>"
    )
    assert [tuple(one) for one in parsed.images] == [
        (0, "https://www.shop.example/dir/i.png", "", 10, 20, "lazy", True),
        (1, None, None, None, None, None, False),
        (2, "https://www.shop.example/i.png", None, None, None, None, False),
    ]
    assert (parsed.facts["n_images"], parsed.facts["n_images_no_alt"]) == (3, 2)
    assert {(one.kind, one.resource_url, one.is_insecure) for one in parsed.resources} == {
        ("script", "https://www.shop.example/s.js", False),
        ("frame", "https://frame.example/", False),
        ("media", "https://www.shop.example/v", False),
        ("image", "https://www.shop.example/p.jpg", False),
        ("image", "https://www.shop.example/dir/i.png", False),
        ("image", "https://www.shop.example/i.png", False),
        ("form", "http://insecure.example/post", True),
        ("style", "http://cdn.example/a.css", True),
        ("font", "https://www.shop.example/f.woff2", False),
    }
    assert parsed.facts["n_insecure_resources"] == 1
    assert page("<script src=/x></script>", url="http://plain.example/").facts["n_insecure_resources"] == 0


def test_links_are_counted_by_where_they_lead() -> None:
    found = facts(
        "<a href=/1>a</a><a href=http://b.example/>b</a><a href=http://www.b.example/ "
        "rel=nofollow>b</a><a href=http://c.example/ rel=ugc>c</a><a href=mailto:x@y.example>"
        "m</a>"
    )
    counts = ("n_links", "n_internal_links", "n_external_links", "n_external_followed", "n_external_domains")
    assert [found[name] for name in counts] == [5, 1, 3, 1, 2]


def test_pages_of_one_template_have_near_fingerprints_and_others_do_not() -> None:
    def html(n: int, cards: int) -> str:
        card = "<div class='card shadow'><h3 class=card-title>t</h3><p class=text>x</p><a class=more href=/>m</a></div>"
        return (
            f"<body class=shop><header class=top><nav class=menu><ul><li class=item>"
            f"<a href=/>x</a></ul></nav></header><main class=grid>{card * cards}</main>"
            f"<footer class=f{n // 100}><p>x</footer>"
        )

    one, same, other = (
        facts(text)["template_hash"]
        for text in (
            html(1, 5),
            html(2, 50),
            "<table><tr><td><font><b>x</b></font><td><center><i>y</i></center></table><hr><dl><dt>a<dd>b</dl>",
        )
    )
    assert (one ^ same).bit_count() <= 3
    assert (one ^ other).bit_count() > 15


@pytest.mark.shared
def test_items_of_real_pages_agree_with_the_count_of_their_json_ld() -> None:
    folder = shared("structured-data", "tests", "samples")
    n = 0
    for path in sorted(folder.rglob("*.html")):
        from tests.support.parsed import assert_fits

        parsed = page(path.read_bytes())
        assert_fits(parsed)
        n += len(parsed.items)
    assert n > 60


@pytest.mark.shared
def test_types_of_microdata_samples_are_found() -> None:
    folder = shared("structured-data", "tests", "samples", "schema.org")
    for name, kind in (
        ("product.html", "Product"),
        ("Event.001.html", "Event"),
        ("MusicRecording.001.html", "MusicRecording"),
        ("LocalBusiness.002.html", "Restaurant"),
    ):
        assert kind in page((folder / name).read_bytes()).facts["schema_types"], name


def test_rdfa_of_schema_org_becomes_items_of_the_same_shape() -> None:
    html = """<p typeof="sioc:Item foaf:Document"><b property="dc:title">other words</b></p>
    <div vocab="https://schema.org/" typeof="Product" resource="#k"><span property="name">A <b>kettle</b></span>
    <div property=offers typeof=Offer><meta property=price content=3></div>
    <i property=color>red</i><i property=color>blue</i><i property="my:own">x</i></div>"""
    (one,) = page(html).items
    assert (one.syntax, one.type, one.fault) == ("rdfa", "Product", None)
    assert json.loads(one.data) == {
        "@type": "https://schema.org/Product", "@id": "#k", "name": "A kettle", "color": ["red", "blue"],
        "offers": {"@type": "https://schema.org/Offer", "price": "3"},
    }  # fmt: skip


@pytest.mark.parametrize("n", [300, 3_000, 60_000])
def test_rdfa_beyond_all_measure_is_left_out(n: int) -> None:
    html = "<div vocab=https://schema.org/ typeof=Product property=isRelatedTo>" * n
    assert len(page(html).items) <= 1


def test_an_author_that_is_named_by_its_id_is_found() -> None:
    graph = [
        {"@type": "Article", "author": {"@id": "#jane"}},
        {"@type": "Organization", "@id": "#org", "name": "Org"},
        {"@type": "Person", "@id": "#jane", "name": "Jane Doe"},
    ]
    assert facts(ld(json.dumps({"@context": "https://schema.org", "@graph": graph})))["author"] == "Jane Doe"
