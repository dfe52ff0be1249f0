"""What a browser measured in the lab: page load, phones, accessibility."""

from __future__ import annotations

from linkworthy.tables.form import Column as C  # noqa: N817 - a table reads as a list of columns
from linkworthy.tables.form import Table

_FAILED = "the page could not be measured"
_NO_PAINT = f"{_FAILED}, or nothing was painted"
_PHONE = f"{_FAILED}, or the device is a desktop"
_ABSENT = f"{_FAILED}, or the page has none"

LAB_PAGES = Table(
    name="lab_pages",
    about="A page that stands for its URL template, measured on one device. Times are medians of several loads, and a spread is the longest less the shortest.",
    key=("url", "device"),
    sort=("url", "device"),
    written_by="lab",
    columns=(
        C("url", "string", "normalised URL"),
        C("device", "string", "desktop (1350 by 940, 40 ms, 10.2 Mbit/s) or phone (412 by 823, 150 ms, 1.6 Mbit/s, four times slower)"),
        C("template", "string", "what it stands for: its folder with 0 for every number, and the names of its parameters; the start page for itself"),
        C("n_template_pages", "int64", "own pages of that template"),
        C("measured_at", "instant", "when it was measured"),
        C("n_loads", "int16", "loads that the medians are of; one before them is not counted"),
        C("state", "string", "measured or failed"),
        C("fault", "string", "why it failed", "it did not"),
        C("is_settled", "bool", "every load was over and quiet before its time was up", _FAILED),
        C("ttfb_ms", "double", "start of the load to the first byte: the line of the device, without the server", _FAILED, "ms"),
        C("ttfb_spread", "double", "its spread", _FAILED, "ms"),
        C("fcp_ms", "double", "first contentful paint", _NO_PAINT, "ms"),
        C("fcp_spread", "double", "its spread", _NO_PAINT, "ms"),
        C("lcp_ms", "double", "largest contentful paint", _NO_PAINT, "ms"),
        C("lcp_spread", "double", "its spread", _NO_PAINT, "ms"),
        C("load_ms", "double", "load event", f"{_FAILED}, or it never came", "ms"),
        C("load_spread", "double", "its spread", f"{_FAILED}, or it never came", "ms"),
        C("cls", "double", "cumulative layout shift", _FAILED),
        C("cls_spread", "double", "its spread", _FAILED),
        C("tbt_ms", "double", "total blocking time: what long tasks after the first paint take beyond 50 ms each", _NO_PAINT, "ms"),
        C("tbt_spread", "double", "its spread", _NO_PAINT, "ms"),
        C("inp_ms", "double", "slowest answer to the Tab key and to the first button that neither leads away nor sends a form", f"{_FAILED}, or each took under 16 ms", "ms"),
        C("inp_spread", "double", "its spread", f"{_FAILED}, or each took under 16 ms", "ms"),
        C("lcp_element", "string", "tag of what was painted largest", _NO_PAINT),
        C("lcp_url", "string", "its picture", f"{_NO_PAINT}, or it is text"),
        C("is_lcp_lazy", "bool", "it is an img with loading=lazy", _NO_PAINT),
        C("n_requests", "int32", "requests besides the page's own, the blocked ones included", _FAILED),
        C("n_blocked_requests", "int32", "of these, refused by host, method, robots.txt, or a limit", _FAILED),
        C("n_failed_requests", "int32", "of these, asked for and not answered", _FAILED),
        C("transfer_bytes", "int64", "bytes over the line, the page's own included", _FAILED, "bytes"),
        C("third_party_share", "double", "share of these that comes from other registrable domains, 0..1", _FAILED),
        C("n_console_errors", "int32", "calls of console.error, 1,000 at most", _FAILED),
        C("n_console_warnings", "int32", "calls of console.warn, 1,000 at most", _FAILED),
        C("n_script_errors", "int32", "exceptions that no script caught, 1,000 at most", _FAILED),
        C("n_browser_issues", "int32", "entries of the browser's list of issues, 1,000 at most", _FAILED),
        C("moved_to_url", "string", "where the page itself first wanted to lead", f"{_FAILED}, or it stayed"),
        C("is_too_wide", "bool", "it is wider than the screen", _PHONE),
        C("small_text_share", "double", "share of letters under 12 px, 0..1", f"{_PHONE}, or there is no text"),
        C("n_targets", "int32", "links, buttons and fields that can be seen, 3,000 at most", _PHONE),
        C("n_small_targets", "int32", "of these, under 24 by 24 px and nearer than that to another; links in running text left out", _PHONE),
        C("overlay_share", "double", "share of the first screen that lies under something fixed, 0..1", _PHONE),
        C("access_score", "double", "share of axe-core's rules that the page keeps, the broken ones weighed by impact, 0..1", f"{_FAILED}, or the device is a phone"),
        C("title", "string", "title after the scripts ran", _ABSENT),
        C("h1", "string", "first h1 after the scripts ran", _ABSENT),
        C("description", "string", "meta description after the scripts ran", _ABSENT),
        C("canonical_url", "string", "canonical after the scripts ran", _ABSENT),
        C("is_noindex", "bool", "noindex after the scripts ran", _FAILED),
        C("is_nofollow", "bool", "nofollow after the scripts ran", _FAILED),
        C("n_words", "int32", "words of visible text after the scripts ran", _FAILED, "words"),
        C("n_main_words", "int32", "words of the main region after the scripts ran", _FAILED, "words"),
        C("n_links", "int32", "a and area elements with href after the scripts ran", _FAILED),
        C("schema_types", "list<string>", "types of the structured data after the scripts ran", _FAILED),
    ),
)

ACCESS_FAULTS = Table(
    name="access_faults",
    about="A rule of accessibility that a page breaks, by axe-core.",
    key=("url", "n"),
    sort=("url", "n"),
    written_by="lab",
    columns=(
        C("url", "string", "normalised URL"),
        C("n", "int32", "number of the rule on its page, from 0"),
        C("device", "string", "device that it was tested on"),
        C("rule", "string", "name of axe-core's rule"),
        C("impact", "string", "minor, moderate, serious, critical"),
        C("level", "string", "level of WCAG that asks for it: A, AA, AAA, or best-practice"),
        C("n_nodes", "int32", "elements that break it"),
        C("example", "string", "markup of the first of them, 300 characters at most"),
        C("help", "string", "what the rule asks for"),
        C("help_url", "string", "its page"),
    ),
)

LAB = (LAB_PAGES, ACCESS_FAULTS)
