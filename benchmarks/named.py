"""Published lists of domains, read where they lie: spam of several makers, and hosts that nobody calls spam."""

from __future__ import annotations

import csv
import hashlib
import re
import tarfile
from pathlib import Path

from benchmarks.wcxb import archive
from linkworthy import urls
from linkworthy.metrics.protected import is_platform
from tests.support.shared import ROOT

LISTS = {
    "matomo": ("spam-domains/matomo-org__referrer-spam-list__spammers.txt", "referrer spam, public domain"),
    "mertcangokgoz": ("disavow/mertcangokgoz+public-disavow-links__disavow-links.txt", "a disavow file, MIT"),
    "coolrecep": ("disavow/coolrecep+turkish-tech-disavow-list__disavow.txt", "a disavow file, MIT"),
    "elliotwutingfeng": ("spam-domains/elliotwutingfeng__SpamdexingSites__blocklist.txt", "spamdexing, BSD-3"),
    "popcar2": ("spam-domains/popcar2__BadWebsiteBlocklist__uBlacklist.txt", "content farms, CC0"),
}
"""List: its place among the shared test material, what it is and its licence."""
_HOST = re.compile(r"(?:[a-z0-9_-]+\.)+[a-z][a-z0-9-]+")


def absent() -> str | None:
    """Say that the lists are not here, null where they are."""
    places = [ROOT / path for path, _ in LISTS.values()] + [ROOT / "robots-real" / "robots-files.tar.gz", archive()]
    return next((f"{place.name} is absent" for place in places if not place.is_file()), None)


def listed(name: str) -> set[str]:
    """Give the registrable domains of a list; platforms that it names are left out, for members share them."""
    text = (ROOT / LISTS[name][0]).read_text(encoding="utf-8", errors="replace")
    found = set()
    for line in text.splitlines():
        if not line.startswith(("#", "!", "name:", "homepage:", "description:")):
            found |= _domains(line.lower().removeprefix("domain:"))
    return found


def _domains(text: str) -> set[str]:
    named = {urls.registrable_domain(match.group()) for match in _HOST.finditer(text[:300])}
    return {domain for domain in named if domain and "." in domain and not is_platform(domain)}


def known_good() -> set[str]:
    """Give domains of published collections of ordinary sites: robots.txt files, WCXB, a list of directories."""
    found: set[str] = set()
    with tarfile.open(ROOT / "robots-real" / "robots-files.tar.gz") as tar:
        for member in tar.getnames():
            found |= _domains(Path(member).name.lower())
    with tarfile.open(archive()) as tar:
        for member in tar:
            if member.isfile() and member.name.endswith(".json") and (stream := tar.extractfile(member)):
                found |= _domains((re.findall(rb'"url": "https?://([^/"]+)', stream.read(600)) or [b""])[0].decode())
    with (ROOT / "directories" / "directories.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            found |= _domains(urls.host_of(row["url"]) or "")
    return found


def is_held_out(domain: str) -> bool:
    """Tell whether an ordinary domain is kept for measuring: a third of them, by a hash of the name."""
    return hashlib.sha256(domain.encode()).digest()[0] < 85
