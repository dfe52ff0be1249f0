"""Which part of a page a link or a block stands in."""

from __future__ import annotations

import pytest

from tests.support.parsed import page

PROSE = "A few words of prose that are no link at all. "


def region(html: str) -> str | None:
    found = [one for one in page(html).links if one.href == "/x"]
    return found[0].region


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ("<p>", "main"),
        ("<main>", "main"),
        ("<nav>", "nav"),
        ("<header>", "header"),
        ("<footer>", "footer"),
        ("<aside>", "sidebar"),
        ("<div role=navigation>", "nav"),
        ("<div role=contentinfo>", "footer"),
        ("<div role=banner>", "header"),
        ("<div role=complementary>", "sidebar"),
        ("<div class='site-footer'>", "footer"),
        ("<div class=siteFooter>", "footer"),
        ("<div id=footer>", "footer"),
        ("<div class='footerless'>", "main"),
        ("<div id=sidebar>", "sidebar"),
        ("<div class=widget-area>", "sidebar"),
        ("<ul class=main-menu><li>", "nav"),
        ("<div id=comments>", "comment"),
        ("<ol class=comment-list><li class=comment>", "comment"),
        ("<div class=kommentare>", "comment"),
        ("<div class=author-box>", "author"),
        ("<article><header>", "main"),
        ("<article><footer>", "main"),
        ("<main><nav>", "nav"),
        ("<header><nav>", "nav"),
        ("<footer><div class=content>", "footer"),
        ("<aside><article>", "sidebar"),
        ("<div class=page-wrapper>", "main"),
        ("<div class=has-sidebar>", "main"),
        ("<div class=post-header>", "main"),
        ("<article><div class=comments-count>", "main"),
        ("<div class=sidebar><main>", "main"),
        ("<article><section id=comments><ul class=menu><li>", "comment"),
    ],
)
def test_a_region_is_told_from_structure_role_class_and_id(before: str, expected: str) -> None:
    assert region(f"{before}{PROSE}<a href=/x>link</a>{PROSE}") == expected


def test_a_list_of_links_is_one_and_a_list_of_sentences_is_not() -> None:
    bare = "".join(f"<li><a href={href}>Some site</a></li>" for href in ("/x", "/y", "/z"))
    assert region(f"<main><ul>{bare}</ul>") == "list"
    prose = "".join(f"<li>{PROSE}<a href={href}>Some site</a></li>" for href in ("/x", "/y", "/z"))
    assert region(f"<main><ul>{prose}</ul>") == "main"
    assert region("<main><ul><li><a href=/x>One</a><li><a href=/y>Two</a></ul>") == "main"


def test_blocks_know_their_region_their_words_and_their_link_words() -> None:
    blocks = page(
        f"<nav><a href=/x>Home page</a></nav><main><h1>Big title</h1><p>{PROSE}<a href=/y>two words</a></main>"
    ).blocks
    assert [(one.tag, one.region, one.n_words, one.n_link_words) for one in blocks] == [
        ("nav", "nav", 2, 2),
        ("h1", "main", 2, 0),
        ("p", "main", 13, 2),
    ]
    assert [one.n for one in blocks] == [0, 1, 2]


def test_what_nobody_sees_is_no_block() -> None:
    html = (
        "<title>t</title><body><script>s</script><style>c</style><noscript>n</noscript>"
        "<p hidden>h</p><template>t</template><textarea>a</textarea><p>seen</p>"
    )
    assert [one.text for one in page(html).blocks] == ["seen"]


def test_equal_text_has_an_equal_hash_whatever_its_case_and_space() -> None:
    first, second, third = page("<p>One  Two</p><p>one\ntwo</p><p>one three</p>").blocks
    assert first.text_hash == second.text_hash != third.text_hash


def test_line_breaks_part_words_and_keep_a_block() -> None:
    assert [one.text for one in page("<p>one<br>two</p>").blocks] == ["one two"]


def test_words_of_scripts_without_spaces_are_counted_by_characters() -> None:
    (one,) = page("<p>これは日本語の文章です</p>").blocks
    assert one.n_words == 5


def test_posts_of_a_forum_are_its_main_text_and_no_comments() -> None:
    html = f"<meta name=generator content='Discourse 3.1'><div class='comment' id=post_1>{PROSE}<a href=/x>l</a></div>"
    assert region(html) == "main"
    assert page(html).facts["n_comments"] == 0


def test_a_visitor_counts_each_comment_once() -> None:
    html = "<ol id=comments class=comment-list>" + "".join(
        f"<li class='comment even' id=comment-{n}><article id=div-comment-{n} class='comment-body'>text</article>"
        for n in range(3)
    )
    assert page(html).facts["n_comments"] == 3
    items = "".join(
        "<div itemprop=comment itemscope itemtype=https://schema.org/Comment><p>text</p></div>" for _ in range(2)
    )
    assert page(f"<article>{items}</article>").facts["n_comments"] == 2
