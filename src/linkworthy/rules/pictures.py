"""Rules on images: what readers and search engines learn of them, what they weigh, whether they come at all."""

from __future__ import annotations

from linkworthy.rules.common import BLOCKED, GOOGLE, INDEXABLE, PAGE, SITE, TRANSIENT
from linkworthy.rules.forms import Form

CATEGORY = "Images"
_GUIDE = GOOGLE + "appearance/google-images"
_WEIGHT = "https://developer.chrome.com/docs/lighthouse/performance/uses-optimized-images"
_EACH = "Each file is listed once, with the first page that shows it."

_file = Form(
    category=CATEGORY, over="image_files", source=_GUIDE, shows="on_page n_pages",
    row={"url": SITE + "k.jpg", "on_page": SITE, "n_pages": 1, "n_uses": 1, "state": "answered", "status": 200,
         "final_status": 200, "is_own_host": True, "is_own_name": False, "is_counter": False, "host": "shop.example",
         "extension": "jpg", "value": 0.0},
)  # fmt: skip
_page = Form(
    category=CATEGORY, over="own_pages", row=PAGE, gate=INDEXABLE, closed=({"is_indexable": False},), source=_GUIDE
)
_HOTLINKED = {"is_own_host": False, "host": "stranger.example", "n_host_files": 1, "is_site_host": True}

PICTURES = (
    _file(
        "img-alt-text", "Linked image with an empty alt text", "issue low", "n_empty_linked > 0",
        bad={"n_empty_linked": 1}, good={"n_empty_linked": 0}, shows="n_empty_linked",
        why="The alt text of a linked image is the anchor of the link: empty, it tells neither readers nor search "
        "engines "
        "where the link leads.",
        fix="Say in the alt text where the link leads; leave it empty where text stands beside the image in the same "
        "link.",
        limits="An image beside text in one link is told from one alone by the number of links without words: pages "
        "with fewer of them than of such images are left out, and so are links that open an image. "
        + _EACH,
    ),
    _file(
        "img-alt-long", "Alt text over 100 characters", "notice low", "longest_alt > 100",
        bad={"longest_alt": 101}, good={"longest_alt": 100}, shows="alt longest_alt",
        absent_is_known=True,
        why="A screen reader reads it in one go, and cannot stop.", fix="Shorten it, and move the rest into a caption.",
        source="https://www.w3.org/WAI/tutorials/images/tips/", limits=_EACH,
    ),
    _file(
        "img-heavy", "Image over 100 KB", "opportunity medium", "n_bytes > 100000",
        bad={"n_bytes": 100_001}, good={"n_bytes": 100_000}, shows="n_bytes content_type width height",
        gate="status = 200", closed=({"status": 404},), needs="files",
        why="Images make up half of what a page weighs; on a phone each one is waited for.",
        fix="Save it at the size at which it is shown, as AVIF or WebP.", source=_WEIGHT, limits=_EACH,
    ),
    _file(
        "img-legacy-format", "Large image in an old format", "opportunity low",
        "n_bytes > 100000 and content_type in ('image/jpeg', 'image/png', 'image/gif', 'image/bmp')",
        bad=tuple({"n_bytes": 100_001, "content_type": f"image/{kind}"} for kind in ("jpeg", "png", "gif", "bmp")),
        good=({"n_bytes": 100_000, "content_type": "image/png"}, {"n_bytes": 200_000, "content_type": "image/webp"}),
        gate="status = 200", closed=({"status": 404},), shows="n_bytes content_type", needs="files",
        why="AVIF and WebP show the same picture in half the bytes.",
        fix="Offer AVIF or WebP in a picture element, with the old file for old browsers.",
        source="https://developer.chrome.com/docs/lighthouse/performance/uses-webp-images",
        limits="A newer file that a picture element offers beside this one is not seen. " + _EACH,
    ),
    _file(
        "img-broken", "Image that does not come", "issue medium",
        f"(status >= 400 and status not in {BLOCKED}) or (state = 'failed' and fault not in {TRANSIENT})",
        bad=({"status": 400}, {"status": 404}, {"state": "failed", "status": None, "fault": "name-not-found"}),
        good=(
            {"status": 399}, *({"status": status} for status in (401, 403, 407, 429, 451, 503, 999)),
            {"fault": "refused"},
            *({"state": "failed", "status": None, "fault": fault} for fault in
              ("timeout", "too-slow", "name-failure", "disallowed", "private-address", "not-recorded", "not-rendered")),
        ),
        shows="status fault", needs="files",
        why="The reader sees a gap.", fix="Put the file back, or take the image off the page.", limits=_EACH,
    ),
    _file(
        "img-redirect", "Image that redirects", "notice low", "redirect_url is not null",
        bad={"redirect_url": SITE + "new.jpg"}, good={}, shows="redirect_url final_status", needs="files",
        why="Each redirect is a request more, before the picture can come.", fix="Name the file's new address.",
        limits=_EACH,
    ),
    _file(
        "img-hotlinked", "Image from another site", "warning low",
        "not is_own_host and not is_own_name and not is_counter and n_host_files < 20 and is_site_host "
        "and extension <> '' and not regexp_matches(lower(url), 'badge|seal|button') "
        "and not regexp_matches(host, "
        "'(?i)(cdn|static|img|image|media|asset|cloudfront|akamai|fastly|imgix|cloudinary|shopify|wp[.]com|gravatar|"
        "googleusercontent|ggpht|ytimg|twimg|fbcdn|amazonaws|azureedge|b-cdn|shields[.]io|githubusercontent|wikimedia)')",
        bad={"is_own_host": False, "host": "stranger.example", "n_host_files": 19, "is_site_host": True},
        good=(
            {**_HOTLINKED, "is_own_host": True},
            {**_HOTLINKED, "host": "staticfiles.example"},
            {**_HOTLINKED, "n_host_files": 20},
            {**_HOTLINKED, "is_own_name": True, "host": "shop-pictures.example"},
            {**_HOTLINKED, "is_counter": True},
            {**_HOTLINKED, "is_site_host": False, "host": "seals.stranger.example"},
            {**_HOTLINKED, "extension": ""},
            {**_HOTLINKED, "url": "https://stranger.example/Badges/best.png"},
        ),
        shows="host",
        why="The other site can change or remove it at any time, pays for it, and may not have allowed it.",
        fix="Ask for leave, and keep a copy on your own site.",
        limits="Only hosts where readers find a site count (its bare domain, www or blog): others serve files, seals "
        "and advertisements to those who embed them. Hosts that are named like a store of files or like the site "
        "itself, whose domain holds 20 images or more, badges, and images that count visits are left out. " + _EACH,
        source="https://www.w3.org/Provider/Style/URI",
    ),
    _file(
        "img-no-lazy", "Image below the fold is loaded at once", "opportunity low", "is_below_fold",
        bad={"is_below_fold": True}, good={"is_below_fold": False},
        why="It competes with what the reader sees first.", fix='Add loading="lazy" to images that come later.',
        source="https://web.dev/articles/browser-level-image-lazy-loading", limits=_EACH,
    ),
    _file(
        "img-wrong-size", "Image has far more pixels than are shown", "opportunity medium", "n_saved_bytes > 4096",
        bad={"n_saved_bytes": 4097}, good={"n_saved_bytes": 4096}, shows="n_saved_bytes width height",
        why="The reader waits for pixels that the browser throws away.",
        fix="Offer several sizes with srcset, and let the browser choose.",
        source="https://developer.chrome.com/docs/lighthouse/performance/uses-responsive-images", limits=_EACH,
    ),
    _file(
        "map-image-missing", "Image that no sitemap names", "notice low", "not is_in_image_sitemap",
        bad={"is_in_image_sitemap": False, "width": 300}, good={"is_in_image_sitemap": True, "width": 300},
        gate="width >= 300 and is_own_host", closed=({"width": 299}, {"is_own_host": False}),
        why="Image search finds pictures that scripts load late by sitemaps alone.",
        fix="Name large pictures in the sitemap, with the image extension.",
        source=GOOGLE + "crawling-indexing/sitemaps/image-sitemaps", category="Sitemaps", limits=_EACH,
    ),
    _page(
        "img-background", "Picture of the content stands in a style", "notice low", "n_background_images > 0",
        bad={"n_background_images": 1}, good={"n_background_images": 0}, shows="n_background_images",
        why="Image search does not index pictures of style sheets, and they have no alt text.",
        fix="Use img for pictures that say something.", needs="browser",
    ),
    _page(
        "img-picture-no-img", "Picture element without img", "issue low", "n_pictures_without_img > 0",
        bad={"n_pictures_without_img": 1}, good={"n_pictures_without_img": 0}, shows="n_pictures_without_img",
        why="Nothing is shown: picture only chooses the file for the img inside it.", fix="Put an img inside.",
        source="https://html.spec.whatwg.org/multipage/embedded-content.html#the-picture-element",
    ),
    _page(
        "img-lcp-lazy", "Main picture is told to load late", "warning medium", "is_lcp_lazy",
        bad={"is_lcp_lazy": True}, good={"is_lcp_lazy": False},
        why="What the reader waits for is asked for last.",
        fix='Remove loading="lazy" from the first large image, and add fetchpriority="high".',
        source="https://web.dev/articles/lcp-lazy-loading",
    ),
)  # fmt: skip
