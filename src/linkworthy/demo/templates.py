"""Dresses a page in the HTML of its site: one look per kind of software, with class names of the site's own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from html import escape

from linkworthy.demo.page import Comment, Doc, json_ld
from linkworthy.demo.words.form import words


@dataclass(frozen=True, slots=True, kw_only=True)
class Skin:
    """What all pages of one site have in common."""

    style: str
    """modern, wordpress, divs, tables, phpbb, shop, wiki, guestbook."""
    origin: str
    site: str
    tagline: str
    nav: tuple[tuple[str, str], ...]
    footer: str
    sidebar: str = ""
    ids: str = ""
    """Scripts that carry the owner's identifiers."""
    variant: int = 0
    """Which of the style's looks."""
    classes: dict[str, str] = field(default_factory=dict)
    has_feed: bool = False

    def of(self, name: str) -> str:
        """Give the site's own class name for a part."""
        return self.classes.get(name, name)


CLASS_NAMES: dict[str, tuple[str, ...]] = {
    "wrap": words("wrap|page|container|outer|site|frame"),
    "top": words("top|masthead|head|banner|kopf|titlebar"),
    "menu": words("menu|mainnav|links-top|navlist|tabs|topmenu"),
    "main": words("content|copy|column-a|text|body-text|inhalt"),
    "side": words("side|rail|column-b|right|extras|boxes"),
    "bottom": words("bottom|foot|colophon|base|endnote|lower"),
    "post": words("post|entry|story|piece|item|note"),
    "meta": words("meta|byline|posted|info|dateline|details"),
}


def dress(doc: Doc, skin: Skin) -> str:
    """Give the whole document."""
    return f"{_head(doc, skin)}\n{_BODIES[skin.style](doc, skin)}\n</html>\n"


def _head(doc: Doc, skin: Skin) -> str:
    url = skin.origin + doc.path
    canonical = url if doc.canonical is None else doc.canonical
    is_old = skin.style in {"tables", "guestbook"}
    lines = [
        '<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01 Transitional//EN">' if is_old else "<!DOCTYPE html>",
        "<html>" if is_old else '<html lang="en">',
        "<head>",
        '<meta http-equiv="Content-Type" content="text/html; charset=utf-8">' if is_old else '<meta charset="utf-8">',
        f"<title>{escape(doc.title, quote=False)}</title>",
    ]
    if doc.description:
        lines.append(f'<meta name="description" content="{escape(doc.description)}">')
    if doc.has_viewport and not is_old:
        lines.append('<meta name="viewport" content="width=device-width, initial-scale=1">')
    if doc.robots:
        lines.append(f'<meta name="robots" content="{escape(doc.robots)}">')
    if canonical and not is_old:
        lines.append(f'<link rel="canonical" href="{escape(canonical)}">')
    lines += _metas(doc, skin)
    lines += [f'<link rel="stylesheet" href="{_stylesheet(skin)}">', doc.head, skin.ids, "</head>"]
    return "\n".join(line for line in lines if line)


def _metas(doc: Doc, skin: Skin) -> list[str]:
    lines: list[str] = []
    if skin.style == "wordpress":
        lines.append(f'<meta name="generator" content="WordPress 6.{skin.variant % 7}">')
    if skin.style == "wiki":
        lines.append(f'<meta name="generator" content="MediaWiki 1.{31 + skin.variant}.0">')
    if skin.has_feed:
        lines.append(f'<link rel="alternate" type="application/rss+xml" title="{escape(skin.site)}" href="/feed/">')
    if doc.kind == "article" and skin.style in {"modern", "wordpress"}:
        lines.append('<meta property="og:type" content="article">')
        lines.append(f'<meta property="og:site_name" content="{escape(skin.site)}">')
        if doc.published:
            lines.append(f'<meta property="article:published_time" content="{doc.published}T08:30:00+00:00">')
        if doc.author:
            lines.append(f'<meta name="author" content="{escape(doc.author)}">')
    if doc.schema:
        lines.append(json_ld(doc.schema))
    return lines


def _stylesheet(skin: Skin) -> str:
    return {
        "wordpress": f"/wp-content/themes/{skin.of('theme')}/style.css?ver=6.{skin.variant % 7}",
        "phpbb": "/styles/prosilver/theme/stylesheet.css",
        "wiki": "/load.php?modules=site.styles",
    }.get(skin.style, f"/{skin.of('wrap')}.css")


def _nav(skin: Skin) -> str:
    return "".join(f'<li><a href="{escape(path)}">{escape(label)}</a></li>' for label, path in skin.nav)


def _crumbs(doc: Doc) -> str:
    if not doc.crumbs:
        return ""
    trail = " &rsaquo; ".join(f'<a href="{escape(path)}">{escape(label)}</a>' for label, path in doc.crumbs)
    return f'<p class="breadcrumb">{trail}</p>'


def _dated(doc: Doc, skin: Skin) -> str:
    if not doc.published:
        return ""
    day = f"{doc.published:%d %B %Y}"
    by = f' by <span class="author">{escape(doc.author)}</span>' if doc.author else ""
    if skin.style in {"modern", "wordpress"}:
        return f'<p class="{skin.of("meta")}"><time datetime="{doc.published}">{day}</time>{by}</p>'
    return f'<div class="{skin.of("meta")}">{day}{by}</div>'


def _author_box(doc: Doc) -> str:
    return (
        f'<div class="author-box author-bio"><h3>About the author</h3>{doc.author_html}</div>'
        if doc.author_html
        else ""
    )


def _comments(doc: Doc, skin: Skin) -> str:
    if not doc.comments and not doc.takes_comments:
        return ""
    if skin.style == "wordpress":
        return _wordpress_comments(doc)
    rows = "".join(
        f'<div class="comment reply"><strong>{_commenter(c)}</strong> <em>{c.day:%d.%m.%Y}</em><p>{c.html}</p></div>'
        for c in doc.comments
    )
    form = (
        '<form method="post" action="/comment"><input name="name"><input name="url">'
        '<textarea name="comment"></textarea><button>Send comment</button></form>'
        if doc.takes_comments
        else ""
    )
    return f'<div class="comments" id="comments"><h3>Comments</h3>{rows}{form}</div>'


def _wordpress_comments(doc: Doc) -> str:
    rows = "".join(
        f'<li class="comment depth-1" id="comment-{n}"><div class="comment-body"><div class="comment-author vcard">'
        f'<cite class="fn">{_commenter(c)}</cite> <span class="says">says:</span></div>'
        f'<div class="comment-metadata"><time datetime="{c.day}">{c.day:%d %B %Y}</time></div>'
        f"<p>{c.html}</p></div></li>"
        for n, c in enumerate(doc.comments, 11)
    )
    form = (
        '<div id="respond" class="comment-respond"><h3 id="reply-title">Leave a reply</h3>'
        '<form action="/wp-comments-post.php" method="post" id="commentform" class="comment-form">'
        '<textarea id="comment" name="comment"></textarea><input name="author"><input name="email"><input name="url">'
        '<input name="submit" type="submit" value="Post Comment"></form></div>'
        if doc.takes_comments
        else ""
    )
    return f'<div id="comments" class="comments-area"><ol class="comment-list">{rows}</ol>{form}</div>'


def _commenter(comment: Comment) -> str:
    if not comment.url:
        return escape(comment.author)
    rel = f' rel="{comment.rel}"' if comment.rel else ""
    return f'<a href="{escape(comment.url)}" class="url"{rel}>{escape(comment.author)}</a>'


def _modern(doc: Doc, skin: Skin) -> str:
    tag = "article" if doc.kind in {"article", "product"} else "div"
    side = doc.sidebar or skin.sidebar
    aside = f'<aside class="{skin.of("side")}">{side}</aside>' if side else ""
    before, after = (aside, "") if skin.variant % 2 else ("", aside)
    return f"""<body class="{skin.of("wrap")}-{doc.kind}">
<header class="{skin.of("top")}"><p class="brand"><a href="/">{escape(skin.site)}</a></p>
<nav class="{skin.of("menu")}"><ul>{_nav(skin)}</ul></nav></header>
<div class="{skin.of("wrap")}">{before}<main class="{skin.of("main")}">{_crumbs(doc)}
<{tag} class="{skin.of("post")}"><h1>{escape(doc.h1)}</h1>{_dated(doc, skin)}
{doc.main}
</{tag}>{_author_box(doc)}{_comments(doc, skin)}</main>{after}</div>
<footer class="{skin.of("bottom")}">{skin.footer}</footer>
</body>"""


def _wordpress(doc: Doc, skin: Skin) -> str:
    single = "single single-post" if doc.kind == "article" else "page"
    menu = f'<nav id="site-navigation" class="{skin.of("menu")}"><ul class="menu">{_nav(skin)}</ul></nav>'
    side = doc.sidebar or skin.sidebar
    widgets = f'<aside id="secondary" class="widget-area {skin.of("side")}">{side}</aside>' if side else ""
    top = (
        f'<div class="site-branding"><a href="/" rel="home">{escape(skin.site)}</a><p>{escape(skin.tagline)}</p></div>'
    )
    header = menu + top if skin.variant % 3 == 0 else top + menu
    return f"""<body class="{single} wp-theme-{skin.of("theme")}">
<div id="page" class="{skin.of("wrap")}"><header id="masthead" class="site-header {skin.of("top")}">{header}</header>
<div id="content" class="{skin.of("main")}"><main id="main">{_crumbs(doc)}
<article class="{skin.of("post")} hentry"><header class="entry-header"><h1 class="entry-title">{escape(doc.h1)}</h1>
{_dated(doc, skin)}</header><div class="entry-content">
{doc.main}
</div>{_author_box(doc)}</article>{_comments(doc, skin)}</main>{widgets}</div>
<footer id="colophon" class="{skin.of("bottom")}">{skin.footer}</footer></div>
</body>"""


def _divs(doc: Doc, skin: Skin) -> str:
    side = doc.sidebar or skin.sidebar
    column = f'<div id="sidebar" class="{skin.of("side")}">{side}</div>' if side else ""
    return f"""<body>
<div class="{skin.of("wrap")}"><div id="header" class="{skin.of("top")}"><a href="/">{escape(skin.site)}</a>
<span>{escape(skin.tagline)}</span></div><div id="nav" class="{skin.of("menu")}"><ul>{_nav(skin)}</ul></div>
<div id="content" class="{skin.of("main")}">{_crumbs(doc)}<div class="{skin.of("post")}"><h1>{escape(doc.h1)}</h1>
{_dated(doc, skin)}{doc.main}</div>{_author_box(doc)}{_comments(doc, skin)}</div>{column}
<div id="footer" class="{skin.of("bottom")}">{skin.footer}</div></div>
</body>"""


def _tables(doc: Doc, skin: Skin) -> str:
    menu = "<br>".join(f'<a href="{escape(path)}">{escape(label)}</a>' for label, path in skin.nav)
    side = doc.sidebar or skin.sidebar
    return f"""<body bgcolor="#fff{skin.variant % 10}e0">
<table width="760" align="center" cellpadding="6"><tr><td colspan="2"><font size="5">{escape(skin.site)}</font><br>
<i>{escape(skin.tagline)}</i></td></tr><tr><td width="150" valign="top">{menu}{"<hr>" + side if side else ""}</td>
<td valign="top">{_crumbs(doc)}<h1>{escape(doc.h1)}</h1>{_dated(doc, skin)}
{doc.main}{_author_box(doc)}{_comments(doc, skin)}</td></tr>
<tr><td colspan="2" align="center"><small>{skin.footer}</small></td></tr></table>
</body>"""


def _phpbb(doc: Doc, skin: Skin) -> str:
    return f"""<body id="phpbb" class="nojs notouch section-{"viewtopic" if doc.kind == "thread" else "index"} ltr">
<div id="wrap" class="wrap"><div id="page-header"><div class="headerbar"><a id="logo" class="logo" href="/">
{escape(skin.site)}</a><p>{escape(skin.tagline)}</p></div>
<div class="navbar"><ul id="nav-main" class="nav-main linklist">{_nav(skin)}</ul></div></div>
<div id="page-body" class="page-body">{_crumbs(doc)}<h2 class="topic-title">{escape(doc.h1)}</h2>
{doc.main}</div>
<div id="page-footer" class="page-footer"><div class="copyright">Powered by phpBB&reg; Forum Software
&copy; phpBB Limited</div>{skin.footer}</div></div>
</body>"""


def _wiki(doc: Doc, skin: Skin) -> str:
    return f"""<body class="mediawiki ltr sitedir-ltr ns-{2 if doc.kind == "profile" else 0}">
<div id="content" class="mw-body"><h1 id="firstHeading" class="firstHeading">{escape(doc.h1)}</h1>
<div id="bodyContent" class="mw-body-content"><div id="mw-content-text">{doc.main}</div></div></div>
<div id="mw-navigation"><div id="p-navigation" class="portal"><h3>Navigation</h3><ul>{_nav(skin)}
<li><a href="/index.php?title=Special:CreateAccount">Create account</a></li></ul></div></div>
<div id="footer">{skin.footer} Powered by MediaWiki</div>
</body>"""


def _guestbook(doc: Doc, skin: Skin) -> str:
    return f"""<body bgcolor="#{skin.variant % 10}06090" text="#ffffff"><center><h1>{escape(doc.h1)}</h1>
<p>{_nav(skin)}</p></center><table border="1" width="90%">{doc.main}</table>
<form action="/guestbook.php" method="post">Name <input name="name"> Homepage <input name="homepage">
<textarea name="comment"></textarea><input type="submit" value="Sign guestbook"></form>
<center>{skin.footer} Powered by Lazarus Guestbook</center>
</body>"""


_BODIES: dict[str, Callable[[Doc, Skin], str]] = {
    "modern": _modern,
    "shop": _modern,
    "wordpress": _wordpress,
    "divs": _divs,
    "tables": _tables,
    "phpbb": _phpbb,
    "wiki": _wiki,
    "guestbook": _guestbook,
}
