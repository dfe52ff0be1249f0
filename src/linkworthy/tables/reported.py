"""What others say: imports, observations, visits, rejects, the merged link index, and what verification found."""

from __future__ import annotations

from linkworthy.tables.form import Column as C  # noqa: N817 - a table reads as a list of columns
from linkworthy.tables.form import Table

_UNSAID = "the source does not say"

IMPORTS = Table(
    name="imports",
    about="One file of link data that was read. rows_in = rows_used + rows_rejected, always.",
    key=("file",),
    sort=("file",),
    written_by="import",
    columns=(
        C("file", "string", "path as given; what an archive holds stands behind !, a sheet behind #"),
        C("reported_by", "string", "who speaks: ahrefs, bing, majestic, moz, search-console, semrush, screaming-frog, access-log, warc, wat, list, or the name of a popularity list", "not recognised"),
        C("recognised_as", "string", "the layout in words, with what told it"),
        C("state", "string", "read, damaged (the rest was read), refused, left out (a sheet without link data, beside sheets with)"),
        C("detail", "string", "what was wrong, and where", "nothing was"),
        C("n_bytes", "int64", "size of the file", "", "bytes"),
        C("content_hash", "string", "XXH3-128 of the file, of a member unpacked, of a sheet as text; hexadecimal"),
        C("n_rows_in", "int64", "rows, lines or records seen"),
        C("n_rows_used", "int64", "rows that gave an observation, a visit, a page or a link"),
        C("n_rows_rejected", "int64", "rows kept in rejects with a reason"),
        C("first_at", "instant", "earliest date in the file", "it holds no date"),
        C("last_at", "instant", "latest date in the file", "it holds no date"),
        C("imported_at", "instant", "when it was read"),
    ),
)

OBSERVATIONS = Table(
    name="observations",
    about="One report of one link by one source: its words and its dates, kept as they came.",
    key=("file", "row"),
    sort=("file", "row"),
    written_by="import",
    columns=(
        C("source_url", "string", "linking page, normalised"),
        C("source_domain", "string", "its registrable domain"),
        C("target_url", "string", "own page that it links to, normalised; a competitor's where rival_domain says so", "the source names linking pages only"),
        C("rival_domain", "string", "competitor that it links to: no backlink, but a hint where links are to be had", "it links to an own page, or names none"),
        C("anchor", "string", "anchor as reported", _UNSAID),
        C("kind", "string", "text, image, redirect, canonical, frame, form, empty, area, unknown"),
        C("is_nofollow", "bool", "reported as nofollow", _UNSAID),
        C("is_ugc", "bool", "reported as ugc", _UNSAID),
        C("is_sponsored", "bool", "reported as sponsored", _UNSAID),
        C("reported_by", "string", "who says so"),
        C("file", "string", "file that says so"),
        C("row", "int64", "its row, line or record, from 1"),
        C("first_seen_at", "instant", "first seen, by the source's word", _UNSAID),
        C("last_seen_at", "instant", "last seen, by the source's word", _UNSAID),
        C("lost_at", "instant", "lost, by the source's word", "not lost, or " + _UNSAID),
        C("state", "string", "live or lost, by the source's word", _UNSAID),
        C("is_lead", "bool", "names a possible link that has to be verified: a log's referrer"),
        C("n_visits", "int64", "visits that came by it", "not a log"),
        C("source_title", "string", "title of the linking page as reported", _UNSAID),
        C("region", "string", "region as reported, in our words", _UNSAID),
        C("opinions", "map<string,string>", "the source's own scores and flags, by its column names in lower case"),
    ),
)

VISITS = Table(
    name="visits",
    about="Visits by day, referrer and target, out of access logs.",
    key=("day", "referrer_url", "target_url", "status", "referrer_kind"),
    sort=("day", "referrer_url", "target_url", "status", "referrer_kind"),
    written_by="import",
    columns=(
        C("day", "date", "day in UTC"),
        C("referrer_url", "string", "referrer, normalised, without the parameters that name a visit; empty text where the request names none"),
        C("referrer_domain", "string", "its registrable domain; empty text where the request names none"),
        C("referrer_kind", "string", "link, search, social, assistant, mail, ad, own, spam, local (an address that only its own network reaches), app (a program on a telephone), none (no referrer); ad, mail, social, search or assistant also where the parameters of the request say so"),
        C("target_url", "string", "own URL that was asked for, normalised, without the parameters that name a visit"),
        C("status", "int16", "HTTP status that the log shows"),
        C("n_visits", "int64", "requests by people"),
        C("n_bots", "int64", "requests by declared bots"),
    ),
)

REJECTS = Table(
    name="rejects",
    about="One row of input that could not be used, with the reason.",
    key=("file", "row", "reason"),
    sort=("file", "row"),
    written_by="import, crawl, verify",
    columns=(
        C("file", "string", "file or stage"),
        C("row", "int64", "its row, line, record or byte offset, from 1"),
        C("reason", "string", "one of few fixed texts, so that reasons can be counted"),
        C("sample", "string", "the first 200 characters of what was rejected"),
    ),
)

LINK_INDEX = Table(
    name="link_index",
    about="One link once: source page, target page, anchor and kind, merged over all reports and captures.",
    key=("link_id",),
    sort=("target_url", "source_url", "anchor"),
    written_by="index",
    columns=(
        C("link_id", "string", "link identity (urls.link_identity)"),
        C("source_url", "string", "linking page"),
        C("source_host", "string", "its host"),
        C("source_domain", "string", "its registrable domain"),
        C("target_url", "string", "own page that it links to", "only the linking page is known so far"),
        C("anchor", "string", "anchor in its most frequent spelling", "no source says"),
        C("kind", "string", "text, image, redirect, canonical, frame, form, empty, area, unknown"),
        C("n_occurrences", "int64", "occurrences in the newest capture of the source page", "never captured"),
        C("is_lead", "bool", "known from logs only, and not seen on the page"),
        C("is_nofollow", "bool", "nofollow in the newest capture, else as reported", "nobody says"),
        C("is_ugc", "bool", "ugc in the newest capture, else as reported", "nobody says"),
        C("is_sponsored", "bool", "sponsored in the newest capture, else as reported", "nobody says"),
        C("reported_by", "list<string>", "who reports it, in alphabetical order"),
        C("files", "list<string>", "files that report it, in alphabetical order"),
        C("n_reports", "int64", "rows that report it"),
        C("first_seen_at", "instant", "earliest date any source gives", "no source gives one"),
        C("last_seen_at", "instant", "latest date any source gives", "no source gives one"),
        C("lost_at", "instant", "latest date at which a source calls it lost", "none does"),
        C("is_disputed", "bool", "by the newest word of each, one source calls it live and another lost"),
        C("n_visits", "int64", "visits by it in the logs", "no log at hand"),
        C("opinions", "map<string,string>", "vendors' scores and flags, as vendor.column"),
    ),
)

DISAGREEMENTS = Table(
    name="disagreements",
    about="Two sources that contradict each other on one link, or dates of one source that cannot be; each with the rows behind it.",
    key=("about", "link_id", "other_link_id", "one", "other", "one_file", "one_row"),
    sort=("about", "source_url", "target_url", "one", "other", "one_row"),
    written_by="index",
    columns=(
        C("about", "string", "state (live or lost), follow (followed or nofollow), anchor, kind, target, date"),
        C("link_id", "string", "link that the first source speaks of"),
        C("other_link_id", "string", "link that the other source speaks of: the same one for state and follow", "about date"),
        C("source_url", "string", "linking page"),
        C("source_domain", "string", "its registrable domain"),
        C("target_url", "string", "own page that the first source names", "neither names one"),
        C("one", "string", "who says so; the first of the two in alphabetical order, archive for a captured page"),
        C("other", "string", "who contradicts", "about date: the source contradicts itself"),
        C("one_says", "string", "its newest word"),
        C("other_says", "string", "the newest word of the other", "about date"),
        C("one_at", "instant", "date of its word: lost, else last seen, else first seen", _UNSAID),
        C("other_at", "instant", "date of the other word", _UNSAID + ", or about date"),
        C("one_file", "string", "file that says so", "a capture says so"),
        C("one_row", "int64", "its row, line or record, from 1", "a capture says so"),
        C("other_file", "string", "file of the other word", "a capture says so, or about date"),
        C("other_row", "int64", "its row, line or record, from 1", "a capture says so, or about date"),
    ),
)

CHECKS = Table(
    name="checks",
    about="What verification found of one link: its state, and apart from it whether it counts.",
    key=("link_id", "n"),
    sort=("source_url", "target_url", "n"),
    written_by="verify",
    columns=(
        C("link_id", "string", "link identity in the link index (of the reported link where it is gone)"),
        C("source_url", "string", "linking page as reported"),
        C("source_domain", "string", "its registrable domain"),
        C("target_url", "string", "own page: the one found, else the one reported", "neither found nor reported"),
        C("target_domain", "string", "registrable domain of the target page", "neither found nor reported"),
        C("state", "string", "live, gone, could not check"),
        C("reason", "string", "gone: page-404, page-410, link-removed, page-redirected, domain-gone; could not check: a status, a Fault of fetch.base, robots, rate-limited, not-html, too-large, kind-not-read, page-not-named", "live"),
        C("counts", "string", "yes, no, not known: whether search engines credit it"),
        C("counts_reason", "string", "no: nofollow, ugc, sponsored, page-nofollow, noindex, robots, canonicalised, hidden, target-404, target-410, target-redirected-away, or why it is gone; yes, with a remark: redirected; not known: target-status or -fault, or why it could not be checked", "it counts without remark"),
        C("status", "int16", "HTTP status of the linking page", _UNSAID),
        C("final_source_url", "string", "URL that the linking page was read at", "no answer"),
        C("anchor", "string", "anchor as found", "not found"),
        C("kind", "string", "text, image, empty, area; redirect or canonical where the page points at the site without a link", "not found"),
        C("rel", "string", "rel as found", "no rel, or not found"),
        C("n", "int32", "number of the link on its page", "not found, or a redirect or canonical"),
        C("region", "string", "region as found", "not found"),
        C("path", "string", "element path as found", "not found"),
        C("position", "double", "place in the order of links, 0..1", "not found"),
        C("before", "string", "text before the link", "not found"),
        C("after", "string", "text after the link", "not found"),
        C("is_hidden", "bool", "hidden by attribute or inline style", "not found"),
        C("n_occurrences", "int32", "links from this page to this own page", "not found"),
        C("target_status", "int16", "HTTP status of the target page where its redirects end", "the target was not fetched"),
        C("target_final_url", "string", "where the target page ends", "the target was not fetched"),
        C("checked_at", "instant", "when"),
        C("n_attempts", "int16", "requests made; the second, slow pass is counted"),
        C("evidence_hash", "uint64", "XXH3-64 of the decoded body that was read", "no answer"),
        C("evidence", "string", "HTML or text around the link, at most 300 characters", "not found"),
    ),
)

REPORTED = (IMPORTS, OBSERVATIONS, VISITS, REJECTS, LINK_INDEX, DISAGREEMENTS, CHECKS)
