"""The redirect map for hosting services: Netlify, Cloudflare Bulk Redirects and Cloudflare Pages.

Sources: https://docs.netlify.com/manage/routing/redirects/overview/,
https://developers.cloudflare.com/rules/url-forwarding/bulk-redirects/reference/csv-file-format/,
https://developers.cloudflare.com/pages/configuration/redirects/
"""

from __future__ import annotations

import csv
import io
import re

from linkworthy import urls
from linkworthy.reports.redirect_map import Redirect, RedirectMap, rule_key
from linkworthy.reports.redirect_text import (
    HEAD,
    Rules,
    by_specificity,
    comment,
    hosts_of,
    path_of,
    query_of,
    tail,
    target,
)

NETLIFY_MANY = 10_000
"""From so many rules on Netlify advises against them."""
PAGES_RULES = 2_000
PAGES_CHARACTERS = 1_000
BULK_BYTES = 32_768
BULK_MANY = 10_000

_NETLIFY_PAIR = re.compile(r"([A-Za-z_][A-Za-z0-9_.~-]*)=([A-Za-z0-9_.~%-]+)\Z")
_PLACEHOLDER = re.compile(r":[A-Za-z]")


def netlify_rules(plan: RedirectMap) -> Rules:
    """Write a ``_redirects`` file for Netlify; a rule names its host, and stands before files (301!)."""
    left_out: list[str] = []
    lines = [f"# {HEAD}", "# Netlify adds the query of the request where the target has none."]
    n_rules = 0
    for redirect in by_specificity(plan):
        pairs = _netlify_pairs(query_of(redirect.from_url))
        path = path_of(redirect.from_url)
        if pairs is None:
            left_out.append(f"{redirect.from_url}: Netlify matches a query by plain, different names only")
        elif "*" in path or "/:" in path:
            left_out.append(f"{redirect.from_url}: * and : stand for something else in Netlify's rules")
        else:
            parts = [_from(redirect), *pairs, _to(redirect), "301!"]
            lines += [f"# {comment(redirect)}", " ".join(parts)]
            n_rules += 1
    warnings = [f"{n_rules:,} rules: Netlify advises against 10,000 and more"] if n_rules >= NETLIFY_MANY else []
    return Rules("\n".join([*lines, *tail(plan, left_out)]) + "\n", n_rules, tuple(left_out), tuple(warnings))


def cloudflare_bulk(plan: RedirectMap) -> Rules:
    """Write the CSV of a Cloudflare Bulk Redirect List: seven columns, no head, no scheme in the source."""
    left_out: list[str] = []
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    n_rules = 0
    for redirect in plan.redirects:
        source, to = rule_key(redirect.from_url), target(redirect.to_url)
        if "?" in source or urls.split(redirect.from_url).port:
            left_out.append(f"{redirect.from_url}: a bulk redirect's source has neither query nor port")
        elif len(source) > BULK_BYTES:
            left_out.append(f"{redirect.from_url}: longer than 32 KB")
        else:
            writer.writerow([target(source), to, 301, "FALSE", "FALSE", "FALSE", "FALSE"])
            n_rules += 1
    warnings = [f"{n_rules:,} redirects: see how many your plan holds"] if n_rules > BULK_MANY else []
    return Rules(out.getvalue(), n_rules, tuple(left_out), tuple(warnings))


def pages_rules(plan: RedirectMap) -> Rules:
    """Write a ``_redirects`` file for Cloudflare Pages: paths of one host, at most 2,000, no queries."""
    left_out: list[str] = []
    lines = [f"# {HEAD}"]
    host = _main_host(plan)
    n_rules = 0
    for redirect in plan.redirects:
        path = path_of(redirect.from_url)
        line = f"{target(path)} {_to(redirect)} 301"
        if urls.host_of(redirect.from_url) != host:
            why = f"a project's file knows no hosts, and most rules are for {host}"
        elif "?" in redirect.from_url:
            why = "Cloudflare Pages matches no query"
        elif "*" in path or _PLACEHOLDER.search(path):
            why = "* and : stand for something else in these rules"
        elif len(line) > PAGES_CHARACTERS:
            why = "longer than 1,000 characters"
        elif n_rules >= PAGES_RULES:
            why = "beyond the 2,000 rules of a file; use Bulk Redirects"
        else:
            lines += [f"# {comment(redirect)}"[:PAGES_CHARACTERS], line]
            n_rules += 1
            continue
        left_out.append(f"{redirect.from_url}: {why}")
    return Rules("\n".join([*lines, *tail(plan, left_out)]) + "\n", n_rules, tuple(left_out))


def _main_host(plan: RedirectMap) -> str:
    """Give the host of most rules."""
    named = [urls.host_of(redirect.from_url) for redirect in plan.redirects]
    return max(hosts_of(plan), key=lambda host: (named.count(host), host), default="")


def _from(redirect: Redirect) -> str:
    return target(redirect.from_url.partition("?")[0])


def _to(redirect: Redirect) -> str:
    """Give the target; a colon that begins a part of its path would stand for something else."""
    scheme, mark, rest = target(redirect.to_url).partition("://")
    path, question, query = rest.partition("?")
    return f"{scheme}{mark}{path.replace('/:', '/%3A')}{question}{query}"


def _netlify_pairs(query: str) -> list[str] | None:
    """Give a query as Netlify's conditions, null where it cannot be said."""
    if not query:
        return []
    found = [_NETLIFY_PAIR.match(part) for part in query.split("&")]
    names = [one.group(1) for one in found if one]
    return query.split("&") if all(found) and len(set(names)) == len(names) else None
