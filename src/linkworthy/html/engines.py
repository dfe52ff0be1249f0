"""The software that runs a site, from its generator meta and the marks that its pages carry."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

FORUM_ENGINES = frozenset(
    {
        "phpbb",
        "discourse",
        "vbulletin",
        "smf",
        "xenforo",
        "mybb",
        "invision",
        "flarum",
        "vanilla",
        "nodebb",
        "punbb",
        "fluxbb",
        "phorum",
        "yabb",
        "woltlab",
    }
)
"""Software whose pages are discussions: their posts are main content."""
SHOP_ENGINES = frozenset(
    {"shopify", "magento", "prestashop", "opencart", "bigcommerce", "shopware", "woocommerce", "oxid"}
)
"""Software whose pages are shops."""

# A word of the generator meta, and the engine; the first that is found counts.
_GENERATORS = (
    ("wordpress", "wordpress"), ("phpbb", "phpbb"), ("discourse", "discourse"), ("mediawiki", "mediawiki"),
    ("drupal", "drupal"), ("joomla", "joomla"),
    ("shopify", "shopify"), ("vbulletin", "vbulletin"), ("ghost", "ghost"), ("hugo", "hugo"), ("jekyll", "jekyll"),
    ("blogger", "blogger"), ("typo3", "typo3"),
    ("wix", "wix"), ("squarespace", "squarespace"), ("prestashop", "prestashop"), ("magento", "magento"),
    ("opencart", "opencart"), ("xenforo", "xenforo"),
    ("mybb", "mybb"), ("flarum", "flarum"), ("vanilla", "vanilla"), ("nodebb", "nodebb"), ("dokuwiki", "dokuwiki"),
    ("contao", "contao"), ("bitrix", "bitrix"),
    ("concrete", "concrete"), ("craft", "craft"), ("webflow", "webflow"), ("gatsby", "gatsby"), ("next.js",
    "nextjs"), ("nuxt", "nuxt"), ("astro", "astro"), ("eleventy", "eleventy"),
    ("docusaurus", "docusaurus"), ("mkdocs", "mkdocs"), ("sphinx", "sphinx"), ("hexo", "hexo"), ("plone", "plone"),
    ("moodle", "moodle"), ("weebly", "weebly"), ("movable type", "movabletype"),
    ("typepad", "typepad"), ("serendipity", "serendipity"), ("textpattern", "textpattern"), ("smf", "smf"),
    ("simple machines", "smf"), ("invision", "invision"), ("woltlab", "woltlab"),
    ("phplinkdirectory", "phpld"), ("php link directory", "phpld"), ("esyndicat", "esyndicat"),
)  # fmt: skip

# A piece of a script's, style sheet's or image's address, and the engine.
_ADDRESSES = (
    ("/wp-content/", "wordpress"), ("/wp-includes/", "wordpress"), ("cdn.shopify.com/", "shopify"),
    ("/sites/default/files/", "drupal"), ("/core/misc/drupal", "drupal"),
    ("/media/jui/", "joomla"), ("/media/system/js/", "joomla"), ("/load.php?", "mediawiki"), ("/styles/prosilver/",
    "phpbb"), ("vbulletin", "vbulletin"), ("/smf_", "smf"),
    ("/themes/default/scripts/script.js", "smf"), ("static.parastorage.com", "wix"), ("static1.squarespace.com",
    "squarespace"), ("/typo3temp/", "typo3"), ("/typo3conf/", "typo3"),
    ("discourse", "discourse"), ("/js/xf/", "xenforo"), ("/styles/default/xenforo", "xenforo"), ("/bitrix/",
    "bitrix"), ("/_next/static/", "nextjs"), ("/_nuxt/", "nuxt"),
    ("/skin/frontend/", "magento"), ("/static/frontend/", "magento"), ("catalog/view/theme", "opencart"),
    ("cdn11.bigcommerce.com", "bigcommerce"), ("blogger.com/static", "blogger"),
    ("website-files.com", "webflow"), ("hs-scripts.com", "hubspot"), ("/bundles/storefront", "shopware"),
    ("jscripts/general.js", "mybb"), ("cdn.flarum", "flarum"), ("ips4", "invision"),
)  # fmt: skip

# An id or class word of html or body, and the engine.
_BODY_MARKS = (
    ("phpbb", "phpbb"),
    ("mediawiki", "mediawiki"),
    ("xenforo", "xenforo"),
    ("ipsapp", "invision"),
    ("ipslayout", "invision"),
    ("flarum", "flarum"),
    ("discourse", "discourse"),
    ("nodebb", "nodebb"),
)


_MAX_REMEMBERED = 2_000
"""Characters of addresses whose engine is remembered: the pages of a site share their scripts and styles."""


def engine_of(generator: str | None, addresses: Sequence[str], marks: str) -> str | None:
    """Name the software that runs a page, null where nothing gives it away.

    ``marks`` holds the id and class of the html and body elements.
    """
    named = _named(generator) if generator else None
    if named:
        return named
    marks = marks[:2_000].lower()
    if not marks.isspace():
        for word, name in _BODY_MARKS:
            if word in marks:
                return name
    text = "\n".join([address[:300] for address in addresses[:300]])
    return _addressed(text) if len(text) > _MAX_REMEMBERED else _remembered(text)


@lru_cache(maxsize=1_024)
def _named(generator: str) -> str | None:
    lowered = generator.lower()
    # MediaWiki's forum skin, WordPress behind a page builder and the like name the engine first.
    found = min(((lowered.find(word), name) for word, name in _GENERATORS if word in lowered), default=None)
    return found[1] if found else None


def _addressed(text: str) -> str | None:
    lowered = text.lower()
    return next((name for piece, name in _ADDRESSES if piece in lowered), None)


_remembered = lru_cache(maxsize=1_024)(_addressed)
