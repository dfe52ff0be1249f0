"""What a page is, what runs it and what it takes."""

from __future__ import annotations

import pytest

from tests.support.parsed import facts

PROSE = "<p>" + "A sentence of honest prose that says something about bicycles and their repair. " * 40 + "</p>"


def ld(kind: str) -> str:
    return f'<script type="application/ld+json">{{"@type":"{kind}"}}</script>'


@pytest.mark.parametrize(
    ("url", "html", "kind"),
    [
        ("http://a.example/", PROSE, "home"),
        ("http://a.example/x", ld("NewsArticle") + PROSE, "article"),
        ("http://a.example/x", ld("Product"), "product"),
        ("http://a.example/x", ld("DiscussionForumPosting"), "forum"),
        ("http://a.example/x", "<meta property=og:type content=article>" + PROSE, "article"),
        ("http://a.example/blog/x", PROSE, "article"),
        ("http://a.example/contact-us", "<p>Write to us", "contact"),
        ("http://a.example/kontakt.html", "<title>Kontakt</title>", "contact"),
        ("http://a.example/viewtopic.php?t=1", "<body id=phpbb><p>post", "forum"),
        (
            "http://a.example/memberlist.php?mode=viewprofile",
            "<body id=phpbb><title>Viewing profile - x</title>",
            "profile",
        ),
        ("http://a.example/profile/ann", "<p>Ann", "profile"),
        (
            "http://a.example/directory/x",
            "<ul>" + "".join(f"<li><a href=http://s{n}.example/>Site</a>" for n in range(9)) + "</ul>",
            "directory",
        ),
        ("http://a.example/category/x", "<p>x", "listing"),
        ("http://a.example/x", "<p>Hello", "other"),
    ],
)
def test_a_page_kind_is_told(url: str, html: str, kind: str) -> None:
    assert facts(html, url=url)["page_kind"] == kind


@pytest.mark.parametrize(
    ("html", "engine"),
    [
        ("<meta name=generator content='WordPress 6.4'>", "wordpress"),
        ("<link rel=stylesheet href=/wp-content/themes/x/style.css>", "wordpress"),
        ("<meta name=generator content='Discourse 3.2.0'>", "discourse"),
        ("<body id=phpbb class=ltr>", "phpbb"),
        ("<meta name=generator content='MediaWiki 1.41'>", "mediawiki"),
        ("<meta name=generator content='Drupal 10 (https://www.drupal.org)'>", "drupal"),
        ("<meta name=generator content='Joomla! - Open Source'>", "joomla"),
        ("<script src=https://cdn.shopify.com/s/x.js></script>", "shopify"),
        ("<meta name=generator content='vBulletin 4.2.2'>", "vbulletin"),
        ("<meta name=generator content='Ghost 5.8'>", "ghost"),
        ("<meta name=generator content='Hugo 0.120'>", "hugo"),
        ("<meta name=generator content='Elementor; WordPress'>", "wordpress"),
        ("<p>x", None),
    ],
)
def test_an_engine_is_recognised(html: str, engine: str | None) -> None:
    assert facts(html)["engine"] == engine


@pytest.mark.parametrize(
    "html",
    [
        "<form id=commentform action=/wp-comments-post.php><textarea name=comment></textarea></form>",
        "<form action=/x><h3>Leave a Reply</h3><textarea name=text></textarea></form>",
        "<form><label>Kommentar schreiben</label><textarea name=t></textarea></form>",
        "<form class=comment-form><input name=url><textarea></textarea></form>",
    ],
)
def test_a_comment_form_is_recognised(html: str) -> None:
    assert facts(html)["has_comment_form"] is True


@pytest.mark.parametrize(
    "html",
    [
        "<form action=/search><input name=q></form>",
        "<form><textarea name=message></textarea><button>Send</button></form>",
        "<p>Leave a comment",
    ],
)
def test_other_forms_take_no_comments(html: str) -> None:
    assert facts(html)["has_comment_form"] is False


@pytest.mark.parametrize(
    "html",
    [
        "<form action=/join><input type=password name=a><input type=password name=b></form>",
        "<form id=register><input name=user><input type=password name=a></form>",
        "<a href=/x>Sign up</a>",
        "<a href=/x>Registrieren</a>",
        "<a href='/ucp.php?mode=register'>x</a>",
        "<a href=/account/register/>x</a>",
    ],
)
def test_registration_is_recognised(html: str) -> None:
    assert facts(html)["has_registration"] is True


@pytest.mark.parametrize(
    "html",
    [
        "<form action=/login><input name=u><input type=password name=p></form>",
        "<a href=http://other.example/register>Sign up</a>",
        "<a href=/x>Cash register</a>",
    ],
)
def test_a_login_or_anothers_form_registers_nothing(html: str) -> None:
    assert facts(html)["has_registration"] is False


@pytest.mark.parametrize(
    "html",
    [
        "<a href=/x>Submit your site</a>",
        "<a href=/submit>x</a>",
        "<a href=/x>Firma eintragen</a>",
        "<form action=/add-url><input name=url></form>",
        "<form><h2>Add your business</h2><input name=name></form>",
        "<a href=/write-for-us/>Write for us</a>",
    ],
)
def test_a_submission_is_recognised(html: str) -> None:
    assert facts(html)["has_submission"] is True


@pytest.mark.parametrize(
    "html",
    [
        "<form action=/s><input type=submit value=Submit></form>",
        "<p>Submit your site",
        "<a href=http://other.example/submit>Submit your site</a>",
    ],
)
def test_a_submit_button_is_no_submission(html: str) -> None:
    assert facts(html)["has_submission"] is False
