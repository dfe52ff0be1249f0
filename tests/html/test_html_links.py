"""Links: what counts as one, where it leads, what it says, where it stands."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkworthy import urls
from linkworthy.html.links import Resolver
from linkworthy.html.page import Link
from tests.support.parsed import URL, page


def links(html: str, url: str = URL) -> list[Link]:
    return page(html, url=url).links


def link(html: str) -> Link:
    (one,) = links(html)
    return one


def test_a_and_area_with_href_are_links_and_others_are_not() -> None:
    found = links(
        "<a href=/1>x</a><a name=q>x</a><map><area href=/2 alt=two></map><link "
        "href=/3><template><a href=/4>x</a></template><button>b</button>"
    )
    assert [(one.n, one.href, one.kind, one.anchor) for one in found] == [
        (0, "/1", "text", "x"),
        (1, "/2", "area", "two"),
    ]


def test_noscript_is_read_as_a_browser_without_scripts_reads_it() -> None:
    assert [one.href for one in links("<noscript><a href=/n>x</a></noscript>")] == ["/n"]


@pytest.mark.parametrize(
    ("href", "url"),
    [
        ("/a", "https://www.shop.example/a"),
        ("b?x=1#f", "https://www.shop.example/dir/b?x=1"),
        ("../c", "https://www.shop.example/c"),
        ("//Other.Example", "https://other.example/"),
        (" \n/s p ", "https://www.shop.example/s%20p"),
        ("", "https://www.shop.example/dir/page.html"),
        ("#top", "https://www.shop.example/dir/page.html"),
        ("HTTP://user:secret@other.example.:80/x", "http://other.example/x"),
        ("mailto:a@b.example", None),
        ("javascript:void(0)", None),
        ("tel:+49 30", None),
        ("http://", None),
        ("data:text/html,x", None),
    ],
)
def test_a_href_is_resolved_and_normalised_or_kept_without_url(href: str, url: str | None) -> None:
    one = link(f'<a href="{href}">x</a>')
    assert (one.href, one.url) == (href, url)
    assert (one.target_host is None) == (url is None) == (one.target_domain is None)


_HREFS = st.one_of(
    st.text(max_size=30),
    st.text("/.?#:@%2eEab-\\ \t\n_~=&+;,!$*()'x", max_size=20),
    st.from_regex(
        r"https?://([a-z0-9-]{1,5}\.){1,3}[a-z0-9]{1,4}(/[a-z.%]{0,4}){0,3}(\?[a-z'=.]{0,4})?(#.*)?", fullmatch=True
    ),
)


@given(_HREFS, st.sampled_from(["utf-8", "windows-1252", "shift_jis"]))
def test_the_short_cut_for_plain_hrefs_agrees_with_the_parser(href: str, encoding: str) -> None:
    for base in (URL, "http://b.example:8080/x/y?z"):
        resolved = urls.resolve(href, base, encoding)
        assert Resolver(base, encoding).url(href or "#") == (
            urls.normalise(resolved) if resolved and href else base if not href else None
        )


def test_internal_is_the_same_registrable_domain_with_platforms_as_owners() -> None:
    found = links(
        "<a href=http://b.shop.example/>x</a><a href=http://other.example/>x</a><a href=mailto:x@shop.example>x</a>"
    )
    assert [one.is_internal for one in found] == [True, False, False]
    found = links("<a href=http://you.github.io/>x</a>", "https://me.github.io/")
    assert [one.is_internal for one in found] == [False]


def test_base_changes_where_links_lead() -> None:
    assert (
        links("<base target=x><base href=/b/><base href=/c/><a href=x>x</a>")[0].url == "https://www.shop.example/b/x"
    )
    assert links("<a href=x>x</a><base href=http://late.example/b/>")[0].url == "http://late.example/b/x"


@pytest.mark.parametrize("base", ["javascript:alert(1)", "data:text/html,x", "http://[", "mailto:x@y.example", ""])
def test_a_hostile_base_is_as_good_as_none(base: str) -> None:
    parsed = page(f'<base href="{base}"><a href=x>x</a>')
    assert parsed.links[0].url == "https://www.shop.example/dir/x"


def test_rel_is_read_by_white_space_and_case() -> None:
    one = link("<a href=/ rel=' NoFollow\n\tUGC  sponsored '>x</a>")
    assert one.rel == "nofollow ugc sponsored"
    assert (one.is_nofollow, one.is_ugc, one.is_sponsored) == (True, True, True)
    one = link("<a href=/ rel='nofollower, ugc'>x</a>")
    assert (one.is_nofollow, one.is_ugc) == (False, True)
    assert (link("<a href=/ rel>x</a>").rel, link("<a href=/>x</a>").rel) == ("", None)


@pytest.mark.parametrize(
    ("inner", "kind", "anchor"),
    [
        (" two \n  <b>wo</b>rds ", "text", "two words"),
        ("<img src=i alt=' an  image '>", "image", "an image"),
        ("<img src=i alt=i> text", "text", "text"),
        ("<img src=i>", "empty", ""),
        ("<img src=i alt=''>", "empty", ""),
        ("", "empty", ""),
        ("<script>x</script><style>y</style>", "empty", ""),
        ("a<br>b<div>c</div>", "text", "a b c"),
        ("<svg><title>t</title><path /></svg>", "empty", ""),
    ],
)
def test_an_anchor_is_the_text_else_the_alt(inner: str, kind: str, anchor: str) -> None:
    one = link(f"<a href=/>{inner}</a>")
    assert (one.kind, one.anchor) == (kind, anchor)


def test_the_path_counts_among_siblings_of_the_same_tag() -> None:
    found = links(
        "<div></div><p></p><div><span></span><a href=/1>x</a><b><a href=/2>y</a>"
        "</b></div><img usemap=#m><map><area href=/3><area href=/4></map>"
    )
    assert [one.path for one in found] == [
        "div:nth-of-type(2) > a:nth-of-type(1)",
        "div:nth-of-type(2) > b:nth-of-type(1) > a:nth-of-type(1)",
        "map:nth-of-type(1) > area:nth-of-type(1)",
        "map:nth-of-type(1) > area:nth-of-type(2)",
    ]


def test_a_path_is_bounded() -> None:
    one = link("<div>" * 1000 + "<a href=/>x</a>")
    assert one.path is not None
    assert one.path.count(" > ") == 39


def test_position_is_the_share_of_the_links_before() -> None:
    assert [one.position for one in links("<a href=/1>x</a>" * 4)] == [0, 0.25, 0.5, 0.75]


def test_before_and_after_are_the_words_of_the_block() -> None:
    one = links("<p>Other block</p><p>Some <b>words</b> before <a href=/1>the link</a> and  after it.<p>Not this")[0]
    assert (one.before, one.after) == ("Some words before", "and after it.")
    first, second = links("<p>aa <a href=/1>one</a> bb <a href=/2>two</a> cc</p>")
    assert (first.before, first.after) == ("aa", "bb two cc")
    assert (second.before, second.after) == ("aa one bb", "cc")


def test_before_and_after_are_cut_at_a_hundred_characters() -> None:
    one = link(f"<p>{'x' * 300} {'y' * 60} <a href=/>l</a> {'z' * 300}</p>")
    assert one.before is not None
    assert one.after is not None
    assert (len(one.before), len(one.after)) == (100, 100)
    assert one.before.endswith("x " + "y" * 60)


def test_a_link_around_blocks_has_their_text() -> None:
    one = link("<section>before <a href=/><h3>Title</h3><p>Text</p></a> after</section>")
    assert (one.anchor, one.before, one.after) == ("Title Text", "before", "after")


@pytest.mark.parametrize(
    "html",
    [
        "<a hidden href=/>x</a>",
        "<div hidden><p><a href=/>x</a></p></div>",
        "<a href=/ style='display : none'>x</a>",
        "<div style='color:red;DISPLAY:none!important'><a href=/>x</a></div>",
        "<span style='visibility:hidden'><a href=/>x</a></span>",
        "<p style='font-size:0'><a href=/>x</a></p>",
        "<p style='font-size:0px;'><a href=/>x</a></p>",
        "<p style='text-indent:-9999px'><a href=/>x</a></p>",
        "<div style='position:absolute;left:-9999px'><a href=/>x</a></div>",
        "<div style='position:absolute; top: -5000px'><a href=/>x</a></div>",
        "<div style='height:0;overflow:hidden'><a href=/>x</a></div>",
        "<div style='opacity:0'><a href=/>x</a></div>",
    ],
)
def test_a_hidden_link_is_found_hidden(html: str) -> None:
    one = link(html)
    assert one.is_hidden is True
    assert one.anchor == "x"


@pytest.mark.parametrize(
    "style",
    [
        "font-size:0.8em",
        "font-size:10px",
        "opacity:0.5",
        "left:-10px",
        "margin-left:-15px",
        "height:0",
        "display:block",
        "overflow:hidden",
        "text-indent:-10px",
        "",
    ],
)
def test_a_visible_link_is_not_hidden(style: str) -> None:
    assert link(f"<div aria-hidden=true style='{style}'><a href=/>x</a></div>").is_hidden is False


def test_text_next_to_a_hidden_link_stays_its_context() -> None:
    one = link("<p>seen <span style='display:none'>unseen <a href=/>x</a></span> too</p>")
    assert (one.before, one.after) == ("seen", "too")


def test_nested_links_out_of_broken_markup_are_two() -> None:
    found = links("<a href=/1>one <a href=/2>two</a> three")
    assert [(one.href, one.anchor) for one in found] == [("/1", "one"), ("/2", "two")]


def test_a_table_inside_a_link_keeps_its_links() -> None:
    found = links("<a href=/1>a<table><tr><td><a href=/2>b</a></table>c")
    assert [one.href for one in found][:2] == ["/1", "/1"] or [one.href for one in found] == ["/1", "/2"]
    assert "/2" in [one.href for one in found]
