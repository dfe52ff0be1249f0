"""Rules on page load measured in a browser: Web Vitals, what to improve, phones, and accessibility."""

from __future__ import annotations

from linkworthy.catalogue.rule import Rule
from linkworthy.rules.common import ANSWERED, GOOGLE, INDEXABLE, PAGE
from linkworthy.rules.forms import Form

LOAD = "Page load"
MOBILE = "Mobile"
ACCESS = "Accessibility"
_LIGHTHOUSE = "https://developer.chrome.com/docs/lighthouse/performance/"
_PHONE = GOOGLE + "crawling-indexing/mobile/mobile-sites-mobile-first-indexing"
_LAB = (
    "Measured in a browser on this machine as a slow phone, the median of several loads; what visitors meet differs, "
    "and the server's own time is left out."
)

_page = Form(
    category=LOAD, over="own_pages", row=PAGE, gate=ANSWERED, closed=({"status": 404},), shows="n_referring_domains"
)
_phone = Form(
    category=MOBILE, over="own_pages", row=PAGE, gate=ANSWERED, closed=({"status": 404},), source=_PHONE,
    shows="n_referring_domains",
)  # fmt: skip
_audit = Form(
    category=LOAD, over="load_audits", shows="device amount items",
    row={"url": PAGE["url"], "n": 0, "device": "phone", "state": "measured"}, gate="state = 'measured'",
    closed=({"state": "failed"},),
)  # fmt: skip


def _psi(slug: str, audit: str, over: float, title: str, why: str, fix: str, page: str) -> Rule:
    """Give the rule on one audit of page load: an amount beyond which it is worth the work."""
    return _audit(
        f"psi-{slug}", title, "opportunity medium", f"audit = '{audit}' and amount > {over:g}",
        bad={"audit": audit, "amount": over + 1},
        good=({"audit": audit, "amount": over}, {"audit": "another", "amount": over + 1}),
        why=why, fix=fix, source=_LIGHTHOUSE + page, limits=_LAB,
    )  # fmt: skip


_BYTES = "Readers wait for bytes that they do not need, longest on phones."

LOADING = (
    _psi("server-time", "server-response-time", 600, "Server takes over 0.6 s for the page",
         "Nothing can be shown before the first byte is there.", "Cache the page, or find out what the server does.",
         "server-response-time"),
    _psi("render-blocking", "render-blocking-resources", 0, "Scripts or styles hold up the first paint",
         "The screen stays white until they are there.",
         "Load scripts with defer, and write the first styles into the page.",
         "render-blocking-resources"),
    _psi("offscreen", "offscreen-images", 0, "Pictures below the fold come first",
         "They take the line away from what the reader sees.", 'Add loading="lazy" to pictures further down.',
         "offscreen-images"),
    _psi("encode", "uses-optimized-images", 4096, "Pictures could be saved smaller", _BYTES,
         "Save them again with a lower quality that nobody sees.", "uses-optimized-images"),
    _psi("size-images", "uses-responsive-images", 4096, "Pictures have more pixels than are shown", _BYTES,
         "Offer several sizes with srcset.", "uses-responsive-images"),
    _psi("min-css", "unminified-css", 2048, "Styles could be minified", _BYTES, "Minify them when the site is built.",
         "unminified-css"),
    _psi("min-js", "unminified-javascript", 2048, "Scripts could be minified", _BYTES,
        "Minify them when the site is built.",
         "unminified-javascript"),
    _psi("unused-css", "unused-css-rules", 10240, "Styles that the page does not use", _BYTES,
         "Part style sheets by kind of page.", "unused-css-rules"),
    _psi("unused-js", "unused-javascript", 20480, "Scripts that the page does not use", _BYTES,
         "Load scripts where they are used.", "unused-javascript"),
    _psi("nextgen", "modern-image-formats", 8192, "Pictures in old formats", _BYTES, "Offer AVIF or WebP.",
         "uses-webp-images"),
    _psi("text-compression", "uses-text-compression", 1400, "Text sent without compression", _BYTES,
         "Switch Brotli, gzip or Zstandard on.", "uses-text-compression"),
    _psi("preconnect", "uses-rel-preconnect", 0, "Connections to needed hosts begin late",
         "Name, connection and encryption take a round trip each.", "Add rel=preconnect for hosts of the first paint.",
         "uses-rel-preconnect"),
    _psi("redirects", "redirects", 1, "Page is reached through several redirects",
        "Each is a round trip with a white screen.",
         "Link to the final address.", "redirects"),
    _psi("preload", "uses-rel-preload", 0, "What is seen first is asked for late",
         "The browser learns of the main picture or font only after other files.", "Add rel=preload for it.",
         "uses-rel-preload"),
    _psi("animated", "efficient-animated-content", 102400, "Film in a GIF", _BYTES, "Use a video element.",
         "efficient-animated-content"),
    _psi("cache", "uses-long-cache-ttl", 0, "Files that browsers may not keep", "Each visit loads them again.",
         "Send Cache-Control with a long max-age, and change the name with the content.", "uses-long-cache-ttl"),
    _psi("main-thread", "mainthread-work-breakdown", 4000, "The browser is busy for over 4 s",
         "Taps and keys wait meanwhile.", "Do less at the start, and part long scripts.", "mainthread-work-breakdown"),
    _psi("js-exec", "bootup-time", 2000, "Scripts run for over 2 s", "Taps and keys wait meanwhile.",
         "Load fewer scripts, and later.", "bootup-time"),
    _psi("font-display", "font-display", 0, "Text waits for its font",
        "Readers see nothing although the text is there.",
         "Write font-display: swap.", "font-display"),
    _psi("legacy-js", "legacy-javascript", 0, "Scripts made for old browsers", _BYTES,
         "Build for browsers of the last years.", "legacy-javascript"),
    _psi("img-dimensions", "unsized-images", 0, "Pictures without a size move the text",
         "What the reader is about to tap moves away.", "Write width and height.", "unsized-images"),
    _psi("layout-shift", "layout-shifts", 0.1, "Parts of the page jump", "What the reader is about to tap moves away.",
         "Keep the place free for what comes later.", "layout-shift-elements"),
    Form(category=LOAD, over="load_audits", row={"url": PAGE["url"], "n": 0, "device": "phone"}, shows="device items")(
        "psi-error", "Page load could not be measured", "warning low", "state = 'failed'",
        bad={"state": "failed"}, good={"state": "measured"},
        why="Nothing is known of this page's load: it is neither good nor bad.", fix="Measure it again.",
        source=_LIGHTHOUSE,
    ),
    _page(
        "cwv-fcp", "First content appears late", "warning medium", "fcp_ms > 1800",
        bad={"fcp_ms": 1801.0}, good={"fcp_ms": 1800.0}, shows="fcp_ms",
        why="Readers look at a white screen.", fix="Answer sooner, and hold nothing up before the first paint.",
        source="https://web.dev/articles/fcp", limits=_LAB,
    ),
    _page(
        "page-requests", "Page asks for over 100 files", "opportunity low", "n_requests > 100",
        bad={"n_requests": 101}, good={"n_requests": 100}, shows="n_requests",
        why="Each file is waited for on a phone.", fix="Drop what is not needed, and join small files.",
        source=_LIGHTHOUSE + "resource-summary", needs="browser",
    ),
    _page(
        "page-third-party", "Half of the page comes from other firms", "opportunity medium", "third_party_share > 0.5",
        bad={"third_party_share": 0.51}, good={"third_party_share": 0.5}, shows="third_party_share",
        why="Others decide how quickly the page loads.",
        fix="Look through the list of scripts of others, and drop some.",
        source=_LIGHTHOUSE + "third-party-summary", limits=_LAB,
    ),
    _page(
        "val-carbon", "Page in the heaviest band of carbon", "notice low", "carbon_g > 0.359",
        bad={"carbon_g": 0.36}, good={"carbon_g": 0.359}, shows="carbon_g transfer_bytes",
        why="Bytes cost energy: the page is among the heaviest twentieth.", fix="Send less.",
        source="https://sustainablewebdesign.org/digital-carbon-ratings/", limits="An estimate from bytes sent.",
    ),
    _phone(
        "mob-target", "Buttons too small or too near on a phone", "warning medium", "n_small_targets > 0",
        bad={"n_small_targets": 1}, good={"n_small_targets": 0}, shows="n_small_targets",
        why="Fingers hit the wrong one.", fix="Make them at least 24 by 24 pixels, with room between.",
        source="https://www.w3.org/TR/WCAG22/#target-size-minimum",
    ),
    _phone(
        "mob-width", "Page wider than a phone", "warning medium", "is_too_wide",
        bad={"is_too_wide": True}, good={"is_too_wide": False}, why="Readers must push it from side to side.",
        fix="Let pictures and tables shrink with the screen.",
    ),
    _phone(
        "mob-font", "Letters too small for a phone", "warning medium", "small_text_share > 0.4",
        bad={"small_text_share": 0.41}, good={"small_text_share": 0.4}, shows="small_text_share",
        why="Much of the text is under 12 pixels.", fix="Use 16 pixels for text.",
    ),
    _phone(
        "mob-plugins", "Page needs a plug-in that no browser has", "issue medium", "n_plugins > 0",
        bad={"n_plugins": 1}, good={"n_plugins": 0}, shows="n_plugins",
        why="Flash, Silverlight and applets show nothing.",
        fix="Remove it, or make it anew.",
    ),
    _phone(
        "mob-alternate", "Separate page for phones", "notice low", "has_mobile_alternate",
        bad={"has_mobile_alternate": True}, good={"has_mobile_alternate": False},
        why="Two pages must say the same, and links are divided.", fix="Serve one page that fits every screen.",
    ),
    _phone(
        "mob-parity", "Phones get less text", "warning high", "mobile_n_main_words < n_main_words * 0.8",
        bad={"mobile_n_main_words": 79, "n_main_words": 100}, good={"mobile_n_main_words": 80, "n_main_words": 100},
        shows="mobile_n_main_words n_main_words",
        why="Google reads the page as a phone gets it: the rest is not found.",
        fix="Send phones the same content.",
    ),
    _phone(
        "mob-interstitial", "Overlay covers the page on a phone", "warning medium", "overlay_share > 0.3",
        bad={"overlay_share": 0.31}, good={"overlay_share": 0.3}, shows="overlay_share",
        why="Readers must close it before they can read; Google ranks such pages lower.",
        fix="Use a strip at the edge; what the law asks for is fine.",
        source=GOOGLE + "appearance/avoid-intrusive-interstitials",
    ),
    Form(
        category=ACCESS, over="access_faults", shows="rule level n_nodes example",
        source="https://dequeuniversity.com/rules/axe/",
        row={"url": PAGE["url"], "n": 0, "rule": "image-alt", "impact": "serious", "level": "A"},
    )(
        "a11y-axe-*", "Page breaks a rule of accessibility", "issue medium", "level in ('A', 'AA') and n_nodes > 0",
        bad=({"n_nodes": 1}, {"n_nodes": 1, "level": "AA"}),
        good=({"n_nodes": 0}, {"n_nodes": 1, "level": "best-practice"}),
        why="Some readers cannot use the page, and the law of many countries asks that they can.",
        fix="Follow the page of the rule that is named.",
        limits="A program finds about half of what a person finds.",
    ),
    Form(
        category=ACCESS, over="own_pages", row=PAGE, gate=INDEXABLE, closed=({"is_indexable": False},),
        source="https://www.w3.org/WAI/test-evaluate/",
    )(
        "a11y-score-poor", "Page is hard to use for many", "warning medium", "access_score < 0.9",
        bad={"access_score": 0.89}, good={"access_score": 0.9}, shows="access_score",
        why="Several rules of accessibility are broken at once.", fix="Begin with the serious ones.",
    ),
)  # fmt: skip
