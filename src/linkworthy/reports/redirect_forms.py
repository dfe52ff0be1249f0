"""Every form of the redirect map by its name."""

from __future__ import annotations

from collections.abc import Callable

from linkworthy.reports.redirect_apache import apache_rules
from linkworthy.reports.redirect_hosting import cloudflare_bulk, netlify_rules, pages_rules
from linkworthy.reports.redirect_map import RedirectMap, to_csv
from linkworthy.reports.redirect_nginx import nginx_rules
from linkworthy.reports.redirect_text import Rules


def _csv(plan: RedirectMap) -> Rules:
    return Rules(to_csv(plan), len(plan.redirects), (), ())


REDIRECT_FORMS: dict[str, Callable[[RedirectMap], Rules]] = {
    "nginx": nginx_rules,
    "apache": apache_rules,
    "netlify": netlify_rules,
    "cloudflare": cloudflare_bulk,
    "cloudflare-pages": pages_rules,
    "csv": _csv,
}
