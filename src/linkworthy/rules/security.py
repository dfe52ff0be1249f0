"""Rules on safety: encryption, headers of hosts, cookies, links and forms that leave readers open."""

from __future__ import annotations

from linkworthy.rules.common import ANSWERED, GOOGLE, ON_THIS_MACHINE, PAGE, RFC, SITE
from linkworthy.rules.forms import Form

CATEGORY = "Security"
_OWASP = "https://owasp.org/www-project-secure-headers/"
_ONCE = "One finding for each host; the pages that lack it are counted."

_host = Form(
    category=CATEGORY, over="own_hosts", shows="n_pages on_page", source=_OWASP,
    row={"host_url": "https://shop.example", "on_page": SITE, "n_pages": 9, "is_secure": True, "value": 0.0},
)  # fmt: skip
_page = Form(category=CATEGORY, over="own_pages", row=PAGE, gate=ANSWERED, closed=({"status": 404},))

SECURITY = (
    _host(
        "sec-hsts", "Host does not insist on https", "warning low", "n_no_hsts > 0",
        bad={"n_no_hsts": 1}, good={"n_no_hsts": 0}, gate="is_secure", closed=({"is_secure": False},),
        shows="n_no_hsts",
        why="The first request of each visitor may go over http, where anybody on the way can read and change it.",
        fix="Send Strict-Transport-Security with a max-age of a year once everything works over https.",
        source=RFC + "rfc6797", limits=_ONCE,
    ),
    _host(
        "sec-hsts-weak", "Host insists on https for under half a year", "opportunity low", "hsts_max_age < 15552000",
        bad={"hsts_max_age": 15_551_999}, good={"hsts_max_age": 15_552_000},
        gate="is_secure", closed=({"is_secure": False},), shows="hsts_max_age",
        why="A visitor who stays away longer is unprotected again on return.",
        fix="Raise max-age to 31536000.", source=RFC + "rfc6797#section-6.1.1",
    ),
    _host(
        "sec-xcto", "Browsers may guess the kind of files", "warning low", "n_sniffed > 0",
        bad={"n_sniffed": 1}, good={"n_sniffed": 0}, shows="n_sniffed",
        why="A file that a visitor uploaded as text may run as a script.",
        fix="Send X-Content-Type-Options: nosniff.", limits=_ONCE,
    ),
    _host(
        "sec-xfo", "Pages may be framed by any site", "warning low", "n_framed > 0",
        bad={"n_framed": 1}, good={"n_framed": 0}, shows="n_framed",
        why="Another site can lay your page under its own buttons and catch clicks.",
        fix="Send Content-Security-Policy: frame-ancestors 'self', or X-Frame-Options.",
        source="https://www.w3.org/TR/CSP3/#directive-frame-ancestors", limits=_ONCE,
    ),
    _host(
        "sec-csp", "No rule on where scripts may come from", "notice low", "n_no_csp > 0",
        bad={"n_no_csp": 1}, good={"n_no_csp": 0}, shows="n_no_csp",
        why="A script that somebody smuggles into a page runs with all rights of the site: hidden links are put there "
        "so.",
        fix="Send a Content-Security-Policy, first as Report-Only.", source="https://www.w3.org/TR/CSP3/",
        limits="A policy in a meta element is not read. " + _ONCE,
    ),
    _host(
        "sec-referrer", "Full addresses are told to other sites", "warning low", "n_unsafe_referrer > 0",
        bad={"n_unsafe_referrer": 1}, good={"n_unsafe_referrer": 0}, shows="n_unsafe_referrer n_no_referrer",
        why="The policy unsafe-url tells every linked site the whole address, private parameters included.",
        fix="Send Referrer-Policy: strict-origin-when-cross-origin.", source="https://www.w3.org/TR/referrer-policy/",
        limits="The list of checks that this one comes from flags a missing policy too; browsers have a safe default "
        "by now, so only unsafe-url is a fault.",
    ),
    _host(
        "sec-version-leak", "Server tells its version", "opportunity low",
        "server_version is not null or powered_by is not null or generator_version is not null",
        bad=({"server_version": "nginx/1.2"}, {"powered_by": "PHP/5.4"}, {"generator_version": "Blog 4.1"}),
        good={"server_version": None}, shows="server_version powered_by generator_version",
        why="Whoever looks for sites with a known hole finds them by version.",
        fix="Switch the version off in server and generator, and keep both up to date.",
    ),
    _host(
        "sec-cookie-flags", "Cookie without Secure or SameSite", "warning low", "weak_cookie is not null",
        bad={"weak_cookie": "id=7; path=/"}, good={"weak_cookie": None}, shows="weak_cookie n_cookies",
        why="The cookie travels over http, or with requests that other sites make.",
        fix="Set Secure and SameSite on every cookie, and HttpOnly on those that scripts do not need.",
        source=RFC + "rfc6265#section-4.1.2",
        limits="HttpOnly is not asked for: some cookies are for scripts. One cookie is shown for each host.",
    ),
    _host(
        "sec-tls-expiry", "Certificate is not valid", "issue high", "tls_fault is not null or certificate_days <= 30",
        bad=({"tls_fault": "tls-expired"}, {"certificate_days": 30}), good={"certificate_days": 31},
        shows="tls_fault certificate_days",
        why="Browsers show a warning instead of the page, and most visitors turn back.",
        fix="Renew the certificate, and let a program renew it from now on.", source=RFC + "rfc5280#section-4.1.2.5",
    ),
    _host(
        "sec-tls-old", "Host accepts outdated encryption", "warning medium", "oldest_tls in ('1.0', '1.1')",
        bad=({"oldest_tls": "1.0"}, {"oldest_tls": "1.1"}), good={"oldest_tls": "1.2"}, shows="oldest_tls",
        why="TLS below 1.2 has known holes; browsers have given it up.",
        fix="Allow TLS 1.2 and 1.3 alone.", source=RFC + "rfc8996",
    ),
    _host(
        "resp-http1-only", "Host does not speak HTTP/2", "opportunity low",
        "n_versions > 0 and http_version in ('1.0', '1.1')",
        bad=({"n_versions": 1, "http_version": "1.0"}, {"n_versions": 1, "http_version": "1.1"}),
        good=({"n_versions": 1, "http_version": "2"}, {"n_versions": 0, "http_version": "1.1"}),
        gate="is_secure", closed=({"is_secure": False},), shows="http_version",
        why="Over HTTP/1.1 a browser asks for a few files at a time; phones far away feel it most.",
        fix="Switch HTTP/2 on: a line in the settings of most servers.", source=RFC + "rfc9113",
        limits="HTTP/3 is not asked for; a crawl with HTTP/2 switched off cannot tell.", category="Page load",
    ),
    _page(
        "sec-form-on-http", "Form on a page without encryption", "issue high",
        f"(n_entry_forms > 0 or has_comment_form) and starts_with(url, 'http://') and not {ON_THIS_MACHINE}",
        bad=(
            {"url": "http://shop.example/k", "has_comment_form": False, "n_entry_forms": 1},
            {"url": "http://shop.example/k", "has_comment_form": True, "n_entry_forms": 0},
        ),
        good=(
            {"has_comment_form": True, "n_entry_forms": 1},
            {"url": "http://shop.example/k", "has_comment_form": False, "n_entry_forms": 0},
            {"url": "http://localhost:8000/k", "has_comment_form": False, "n_entry_forms": 1},
        ),
        shows="n_entry_forms has_comment_form",
        why="Browsers say 'not secure' while the reader types, and anybody on the way can change the form.",
        fix="Serve the page over https, and redirect the http address (301).",
        source="https://www.w3.org/TR/mixed-content/",
        limits="A search box alone is not counted, told by where it leads, and neither is a form that names no target "
        "and takes no comments: a script reads it. A site that the same machine serves to itself, for a try, is left "
        "out.",
    ),
    _page(
        "sec-unsafe-cross-origin", "Link opens another site that may steer this tab", "notice low", "n_blank_links > 0",
        bad={"n_blank_links": 1}, good={"n_blank_links": 0}, shows="n_blank_links",
        why="In browsers from before 2021, a page opened with target=_blank can replace the page that it came from.",
        fix="Add rel=noopener to links with target=_blank.",
        source="https://html.spec.whatwg.org/multipage/links.html#link-type-noopener",
        limits="Browsers of today add noopener themselves: a notice, where older lists of checks warn.",
    ),
    _page(
        "sec-proto-relative", "Resource without a scheme", "notice low", "n_protocol_relative > 0",
        bad={"n_protocol_relative": 1}, good={"n_protocol_relative": 0}, shows="n_protocol_relative",
        why="An address that begins with // is loaded over http wherever the page is.",
        fix="Write https:// in full.", source="https://www.w3.org/TR/mixed-content/",
    ),
    _page(
        "sec-hidden-outlinks", "Links to other sites that nobody can see", "issue high", "n_hidden_outlinks > 0",
        bad={"n_hidden_outlinks": 1}, good={"n_hidden_outlinks": 0}, shows="n_hidden_outlinks n_external_links",
        why="Hidden links are what a break-in leaves behind: the site is used to feed others, and search engines "
        "punish it.",
        fix="Look for files and posts that nobody of you made, close the hole, and remove the links.",
        source=GOOGLE + "essentials/spam-policies#hidden-text-and-links",
        limits="Rule out-hidden judges links hidden by attribute or inline style without a browser.",
    ),
    Form(
        category=CATEGORY, over="own_files", shows="kind content_type n_pages on_page",
        row={"url": SITE + "a.js", "kind": "script", "status": 200, "content_type": "text/javascript", "value": 0.0},
        gate="status = 200 and has_headers", closed=({"status": 404}, {"has_headers": False}),
        source="https://mimesniff.spec.whatwg.org/",
    )(
        "sec-content-type", "File of the wrong declared kind", "warning low",
        "content_type is null or (kind = 'script' and not contains(content_type, 'script') and not "
        "contains(content_type, "
        "'json')) or (kind = 'style' and content_type <> 'text/css')",
        bad=(
            {"has_headers": True, "content_type": None}, {"has_headers": True, "content_type": "text/html"},
            {"has_headers": True, "kind": "style", "content_type": "text/plain"},
        ),
        good=(
            {"has_headers": True}, {"has_headers": True, "content_type": "application/json"},
            {"has_headers": True, "kind": "style", "content_type": "text/css"},
            {"has_headers": True, "kind": "image", "content_type": "image/png"},
        ),
        needs="files",
        why="A strict browser refuses to run the script or the style; one that guesses may run what should not run.",
        fix="Declare scripts as text/javascript and styles as text/css.",
    ),
)  # fmt: skip
