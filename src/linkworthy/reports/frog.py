"""Screaming Frog's most used reports out of a snapshot, under its file names and column names, as CSV.

A report is a choice of columns of every URL and a condition, or a query of its own; the names are those of its exports,
so that sheets, dashboards and scripts made for them go on working.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa

from linkworthy.questions import Answers, Question
from linkworthy.reports.cells import csv_cell
from linkworthy.reports.columns import values_of
from linkworthy.reports.formats import replacing
from linkworthy.reports.frog_columns import COLUMNS, open_frog
from linkworthy.rules import RULES


class Report(NamedTuple):
    """One export: its file's name, what it lists, and the query."""

    name: str
    about: str
    sql: str


_BASE = ("Address", "Content Type", "Status Code", "Status", "Indexability", "Indexability Status")
_TITLE = (
    "Address",
    "n_titles as Occurrences",
    "Title 1",
    "Title 1 Length",
    "Title 1 Pixel Width",
    "Indexability",
    "Indexability Status",
)
_DESCRIPTION = ("Address", "n_descriptions as Occurrences", "Meta Description 1", "Meta Description 1 Length",
                "Meta Description 1 Pixel Width", "Indexability", "Indexability Status")  # fmt: skip
_H1 = ("Address", "n_h1 as Occurrences", "H1-1", "H1-1 Length", "Indexability", "Indexability Status")
_H2 = (
    "Address",
    "len(h2) as Occurrences",
    "H2-1",
    "H2-1 Length",
    "H2-2",
    "H2-2 Length",
    "Indexability",
    "Indexability Status",
)
_CANONICAL = ("Address", "n_canonical_tags as Occurrences", "Indexability", "Indexability Status",
              "Canonical Link Element 1", "HTTP Canonical", "Meta Robots 1", "X-Robots-Tag 1", 'rel="next" 1',
              'rel="prev" 1', 'HTTP rel="next" 1', 'HTTP rel="prev" 1')  # fmt: skip
_DIRECTIVES = ("Address", "n_directives as Occurrences", "Meta Robots 1", "X-Robots-Tag 1", "Meta Refresh 1",
               "Canonical Link Element 1", "HTTP Canonical", "Indexability", "Indexability Status")  # fmt: skip
_RESPONSE = (*_BASE, "Inlinks", "Response Time", "Redirect URL", "Redirect Type")
_CONTENT = ("Address", "Word Count", "Sentence Count", "Average Words Per Sentence", "Flesch Reading Ease Score",
            "Readability", "Closest Near Duplicate Match", "No. Near Duplicates", "Spelling Errors", "Grammar Errors",
            "Language", "Hash", "Indexability", "Indexability Status")  # fmt: skip
_URL = ("Address", "Content Type", "Status Code", "Status", "Indexability", "Indexability Status", "Hash",
        'length("Address") as Length', "Canonical Link Element 1", "URL Encoded Address")  # fmt: skip
_HTML = "is_own and is_html and code = 200"
_TEXT = f"{_HTML} and is_indexable"


def _of(name: str, about: str, where: str, columns: tuple[str, ...] = _BASE) -> Report:
    listed = ", ".join(_listed(column) for column in columns)
    return Report(name, about, f'select {listed} from frog_url where {where} order by "Address"')


def _listed(column: str) -> str:
    value, _, name = column.partition(" as ")
    return f'{value} as "{name}"' if name else '"' + column.replace('"', '""') + '"'


_LINKS = """select * exclude (is_internal, n) from frog_link {where} order by {order}, n"""
_CHAINS = """
with shown as (select * from redirects {where}),
first_link as (select "Destination", arg_min({{'source': "Source", 'alt': "Alt Text", 'anchor': "Anchor",
        'path': "Link Path", 'place': "Link Position"}}, ("Source", n)) as link
    from frog_link where "Type" = 'Hyperlink' and "Destination" in (select url from shown) group by 1)
select case when len(list_distinct(kinds)) > 1 then 'Mixed' when kinds[1] = 'meta-refresh' then 'Meta Refresh'
        else 'HTTP Redirect' end as "Chain Type",
    n_hops as "Number of Redirects", case when is_loop then 'true' else 'false' end as "Loop",
    coalesce(l.link.source, linked_from[1]) as "Source",
    case when is_temporary then 'true' else 'false' end as "Temp Redirect in Chain", r.url as "Address",
    r.final_url as "Final Address", f."Indexability" as "Final Indexability",
    f."Indexability Status" as "Final Indexability Status", f."Content Type" as "Final Content",
    r.final_status as "Final Status Code", f."Status" as "Final Status", l.link.alt as "Alt Text",
    l.link.anchor as "Anchor Text", l.link.path as "Link Path", l.link.place as "Link Position"{steps}
from shown r left join first_link l on l."Destination" = r.url left join frog_url f on f."Address" = r.final_url
{joins} order by r.url
"""
_STEP = """, s{n}."Content Type" as "Content {n}", case when len(r.urls) >= {n} then s{n}."Status Code" end
    as "Status Code {n}", s{n}."Status" as "Status {n}",
    case r.kinds[{n}] when 'http' then 'HTTP Redirect' when 'meta-refresh' then 'Meta Refresh' end
    as "Redirect Type {n}", r.urls[{n} + 1] as "Redirect URL {n}\""""
_STEP_JOIN = 'left join frog_url s{n} on s{n}."Address" = r.urls[{n}]'
_ISSUES = """
select coalesce(any_value(r.title), rule) as "Issue Name",
    case any_value(severity) when 'issue' then 'Issue' when 'warning' then 'Warning' else 'Opportunity' end
        as "Issue Type",
    upper(left(any_value(priority), 1)) || lower(any_value(priority)[2:]) as "Issue Priority", count(*) as "URLs",
    round(100.0 * count(*) / nullif((select count(*) from frog_url where is_own), 0), 2) as "% of Total",
    any_value(r.why) as "Description", any_value(r.fix) as "How To Fix", any_value(r.source) as "Help URL"
from findings f left join frog_rule r on r.slug = f.rule group by rule order by 4 desc, rule
"""
_HREFLANG = """
select "Address", "Title 1", len(hreflang) as "Occurrences"{codes}, "Indexability", "Indexability Status"
from frog_url where is_own and len(hreflang) > 0 order by 1
"""
_CODE = ', hreflang[{n}].lang as "HTML hreflang {n}", hreflang[{n}].url as "HTML hreflang {n} URL"'
_IMAGES = """
with shown as (
    select i.image_url as url, count(distinct i.url) as n_pages, max(i.width) as width, max(i.height) as height
    from images i join pages p on p.url = i.url and p.is_own and p.role <> 'probe'
    where i.image_url is not null {where} group by 1)
select s.url as "Address", f."Content Type", f."Size (bytes)", s.n_pages as "IMG Inlinks", f."Indexability",
    f."Indexability Status", case when s.width is not null and s.height is not null
        then s.width || 'x' || s.height end as "Dimensions"
from shown s left join frog_url f on f."Address" = s.url order by 1
"""
_ALL = tuple(name for name, _value in COLUMNS)

REPORTS: tuple[Report, ...] = (
    _of("internal_all", "every own URL with all columns", "is_own", _ALL),
    _of("internal_html", "own HTML pages", "is_own and is_html", _ALL),
    _of("internal_redirection_(3xx)", "own URLs that redirect", "is_own and code between 300 and 399", _ALL),
    _of("external_all", "URLs of other sites", "not is_own", (*_BASE, "Redirect URL", "Redirect Type")),
    _of("response_codes_all", "every URL", "true", _RESPONSE),
    _of("response_codes_blocked_by_robots_txt", "not fetched: robots.txt", "state = 'disallowed'", _RESPONSE),
    _of("response_codes_no_response", "no answer", "code is null and state = 'failed'", _RESPONSE),
    _of("response_codes_success_(2xx)", "2xx", "code between 200 and 299", _RESPONSE),
    _of("response_codes_redirection_(3xx)", "3xx", "code between 300 and 399", _RESPONSE),
    _of("response_codes_redirection_(meta_refresh)", "meta refresh", "meta_refresh_url is not null", _RESPONSE),
    _of("response_codes_client_error_(4xx)", "4xx", "code between 400 and 499", _RESPONSE),
    _of("response_codes_server_error_(5xx)", "5xx", "code >= 500", _RESPONSE),
    _of("url_all", "own URLs", "is_own", _URL),
    _of("url_parameters", "own URLs with a query", """is_own and "Address" like '%?%'""", _URL),
    _of("url_uppercase", "own URLs with capital letters in the path",
        """is_own and regexp_matches("Address", '^https?://[^/]+/.*[A-Z]')""", _URL),
    _of("url_over_115_characters", "long own URLs", 'is_own and length("Address") > 115', _URL),
    _of("page_titles_all", "titles", _HTML, _TITLE),
    _of("page_titles_missing", "without title", f"""{_TEXT} and coalesce("Title 1", '') = ''""", _TITLE),
    _of("page_titles_duplicate", "title of another page too", f"{_TEXT} and title_twins > 0", _TITLE),
    _of("page_titles_over_60_characters", "long titles", f'{_TEXT} and "Title 1 Length" > 60', _TITLE),
    _of("page_titles_below_30_characters", "short titles", f'{_TEXT} and "Title 1 Length" between 1 and 29', _TITLE),
    _of("page_titles_same_as_h1", "title is the h1", f'{_TEXT} and lower("Title 1") = lower("H1-1")', _TITLE),
    _of("page_titles_multiple", "several titles", f"{_TEXT} and n_titles > 1", _TITLE),
    _of("meta_description_all", "descriptions", _HTML, _DESCRIPTION),
    _of("meta_description_missing", "without description", f"""{_TEXT} and coalesce("Meta Description 1", '') = ''""",
        _DESCRIPTION),
    _of("meta_description_duplicate", "description of another page too", f"{_TEXT} and description_twins > 0",
        _DESCRIPTION),
    _of("meta_description_over_155_characters", "long descriptions", f'{_TEXT} and "Meta Description 1 Length" > 155',
        _DESCRIPTION),
    _of("meta_description_below_70_characters", "short descriptions",
        f'{_TEXT} and "Meta Description 1 Length" between 1 and 69', _DESCRIPTION),
    _of("meta_description_multiple", "several descriptions", f"{_TEXT} and n_descriptions > 1", _DESCRIPTION),
    _of("h1_all", "first h1", _HTML, _H1),
    _of("h1_missing", "without h1", f"""{_TEXT} and coalesce("H1-1", '') = ''""", _H1),
    _of("h1_duplicate", "h1 of another page too", f"{_TEXT} and h1_twins > 0", _H1),
    _of("h1_multiple", "several h1", f"{_TEXT} and n_h1 > 1", _H1),
    _of("h2_all", "first h2", _HTML, _H2),
    _of("h2_missing", "without h2", f"{_TEXT} and len(h2) = 0", _H2),
    _of("content_all", "words and near-duplicates", _HTML, _CONTENT),
    _of("content_exact_duplicates", "the same main text", f"{_TEXT} and content_twins > 0", _CONTENT),
    _of("content_near_duplicates", "alike", f'{_TEXT} and "No. Near Duplicates" > 0', _CONTENT),
    _of("content_low_content_pages", "under 200 words", f'{_TEXT} and "Word Count" < 200', _CONTENT),
    _of("canonicals_all", "canonicals", _HTML, _CANONICAL),
    _of("canonicals_missing", "without canonical", f'{_HTML} and "Canonical Link Element 1" is null', _CANONICAL),
    _of("canonicals_canonicalised", "another page is canonical",
        f"{_HTML} and coalesce(canonical_state, 'none') not in ('self', 'none')", _CANONICAL),
    _of("canonicals_multiple", "several canonicals", f"{_HTML} and n_canonical_tags > 1", _CANONICAL),
    _of("directives_all", "robots directives", _HTML, _DIRECTIVES),
    _of("directives_noindex", "noindex", "is_own and is_noindex", _DIRECTIVES),
    _of("directives_nofollow", "nofollow", "is_own and is_nofollow", _DIRECTIVES),
    _of("sitemaps_orphan_urls", "in a sitemap, and no page links to it",
        'is_own and in_sitemap and coalesce("Inlinks", 0) = 0'),
    _of("sitemaps_urls_not_in_sitemap", "indexable and in no sitemap", f"{_TEXT} and in_sitemap = false"),
    Report("hreflang_all", "languages of pages", _HREFLANG),
    Report("images_all", "images", _IMAGES.format(where="")),
    Report("images_missing_alt_attribute", "images without alt", _IMAGES.format(where="and i.alt is null")),
    Report("all_inlinks", "every link, by destination", _LINKS.format(where="", order='"Destination", "Source"')),
    Report("all_outlinks", "every link, by source", _LINKS.format(where="", order='"Source"')),
    Report("external_links", "links to other sites",
           _LINKS.format(where="where not is_internal", order='"Source"')),
    Report("client_error_(4xx)_inlinks", "links to 4xx",
           _LINKS.format(where='where "Status Code" between 400 and 499', order='"Destination", "Source"')),
    Report("server_error_(5xx)_inlinks", "links to 5xx",
           _LINKS.format(where='where "Status Code" >= 500', order='"Destination", "Source"')),
    Report("redirection_(3xx)_inlinks", "links to redirects",
           _LINKS.format(where='where "Status Code" between 300 and 399', order='"Destination", "Source"')),
    Report("all_redirects", "redirects with their chains", _CHAINS.replace("{where}", "")),
    Report("redirect_chains", "redirects of two hops or more, and loops",
           _CHAINS.replace("{where}", "where n_hops > 1 or is_loop")),
    Report("issues_overview_report", "what the audit found, by rule", _ISSUES),
)  # fmt: skip
_MAX_STEPS = 21
"""Browsers stop after 20 hops."""
_MAX_CODES = 100
NAMES = tuple(report.name for report in REPORTS)


def write_frog(answers: Answers, folder: Path, names: tuple[str, ...] = NAMES) -> Iterator[tuple[Path, int]]:
    """Write reports as NAME.csv into a folder: UTF-8 with a mark, all cells quoted; gives each path and its rows."""
    open_frog(answers.db)
    texts = ("slug", "title", "why", "fix", "source")
    rules = {name: pa.array([str(getattr(rule, name)) for rule in RULES], pa.string()) for name in texts}
    answers.db.register("frog_rule", pa.table(rules))
    for report in REPORTS:
        if report.name in names:
            path = folder / f"{report.name}.csv"
            yield path, _write(answers, report, path)


def _write(answers: Answers, report: Report, path: Path) -> int:
    stream = answers.stream(Question(_widened(answers, report.sql)))
    n_rows = 0
    with replacing(path) as temporary, temporary.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
        writer.writerow(stream.schema.names)
        for batch in stream.batches:
            columns = [[_cell(value) for value in values_of(column)] for column in batch.columns]
            writer.writerows(zip(*columns, strict=True))
            n_rows += batch.num_rows
    return n_rows


def _widened(answers: Answers, sql: str) -> str:
    """Give a query its numbered columns: as many as the longest chain, or the largest set of languages, needs."""
    if "{steps}" in sql:
        n_steps = min(_most(answers, "select max(len(urls)) from redirects"), _MAX_STEPS)
        steps, joins = ("".join(part.format(n=n) for n in range(1, n_steps + 1)) for part in (_STEP, f"{_STEP_JOIN}\n"))
        return sql.format(steps=steps, joins=joins)
    if "{codes}" in sql:
        n_codes = min(_most(answers, "select max(len(hreflang)) from frog_url where is_own"), _MAX_CODES)
        return sql.format(codes="".join(_CODE.format(n=n) for n in range(1, n_codes + 1)))
    return sql


def _most(answers: Answers, sql: str) -> int:
    ((found,),) = answers.db.sql(sql).fetchall()
    return int(found or 1)


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return csv_cell(value)
