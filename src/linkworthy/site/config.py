"""``site.toml``: what the owner says about the site, read and written in one place."""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from linkworthy import urls
from linkworthy.errors import InputError
from linkworthy.site.referrers import Referrers
from linkworthy.site.rendering import Browser


@dataclass(frozen=True, slots=True, kw_only=True)
class Business:
    """What kind of business the site serves: places count for a local one only."""

    is_local: bool = False
    """Customers come from around a place."""
    places: tuple[str, ...] = ()
    """Names of towns and regions that it serves."""
    telephone: str = ""
    """Its telephone with country code."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Bounds of a crawl and of each request."""

    max_pages: int = 100_000
    """Own URLs that one crawl fetches."""
    max_outbound: int = 100_000
    """URLs of other sites that one crawl asks for, each once; 0: none."""
    max_depth: int = 100
    """Clicks from the start page."""
    max_hops: int = 10
    """Redirects followed from one URL."""
    max_bytes: int = 10_000_000
    """Decoded bytes of one body."""
    timeout_s: float = 20.0
    """Seconds for one request, all of it."""
    first_byte_s: float = 20.0
    """Seconds until the first byte of an answer."""
    least_bytes_per_s: float = 100.0
    """A body that comes more slowly is given up; what came is kept."""
    least_speed_window_s: float = 8.0
    """Seconds over which that speed is taken."""
    max_header_bytes: int = 262_144
    """Bytes of status line and headers of one answer; libcurl allows 300 KiB at most."""
    max_headers: int = 2_000
    """Header lines of one answer."""
    connections: int = 64
    """Connections at once."""
    connections_per_host: int = 4
    """Connections at once to one host."""
    delay_s: float = 0.0
    """Least time between two request starts to one host; a crawl delay in robots.txt is obeyed where it is longer."""
    host_delays: tuple[str, ...] = ()
    """HOST=SECONDS: the delay for this host in place of delay_s; *.example stands for all hosts below it."""
    requests_per_s: float = 0.0
    """Request starts in a second over all hosts; 0 for no limit of this kind."""
    max_pages_per_domain: int = 20
    """Linking pages read of one foreign domain in one verification."""
    processes: int = 0
    """Processes that fetch and read pages of a large site; 0: one for each core."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """How requests leave: agent, robots.txt, trust, proxies, named addresses. Secrets stand in the environment."""

    user_agent: str = "linkworthy/0.1 (+https://linkworthy.example/bot)"
    """Sent with every request: a product token, and a place where its maker can be reached."""
    headers: tuple[str, ...] = ()
    """NAME: VALUE, sent to own hosts only; $NAME as a value stands for what the environment holds under that name."""
    robots: str = "obey"
    """obey: what robots.txt forbids is left out; report: it is fetched and marked; ignore: it is fetched."""
    robots_files: tuple[str, ...] = ()
    """HOST=PATH: this file stands for the robots.txt of that host; * for all hosts."""
    allow_private: bool = False
    """Let requests go to private and loopback addresses."""
    connect_to: tuple[str, ...] = ()
    """HOST:PORT:ADDRESS:PORT, as curl's --connect-to: connections to the first pair go to the second."""
    ca_file: str = ""
    """PEM file of certificate authorities trusted besides the system's."""
    ignore_tls_faults: bool = False
    """Read pages whose certificate is expired, untrusted or for another host; the fault is kept."""
    http2: bool = True
    """Speak HTTP/2 with servers that offer it over TLS."""
    conditional: bool = True
    """Ask with ETag and Last-Modified whether own pages have changed since the last crawl; what stands is not sent."""
    cookies: bool = False
    """Keep cookies while the command runs and send them back; a login form does so in any case."""
    proxy: str = ""
    """http://, https://, socks4:// or socks5:// with host and port; the proxy looks up the names."""
    proxy_user_env: str = ""
    """Name of the environment variable that holds the proxy's user."""
    proxy_password_env: str = ""
    """Name of the environment variable that holds the proxy's password."""
    no_proxy: tuple[str, ...] = ()
    """Hosts asked without the proxy; .example.com stands for all hosts below it, an address range for its addresses."""

    @property
    def obey_robots(self) -> bool:
        """Whether what robots.txt forbids is left out."""
        return self.robots == "obey"


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """How the own hosts let the crawler in: basic authentication, or a form sent once. No secret stands here."""

    user_env: str = ""
    """Basic authentication: name of the environment variable that holds the user."""
    password_env: str = ""
    """Basic authentication: name of the environment variable that holds the password."""
    page: str = ""
    """URL of the page with the login form, on an own host."""
    fields: tuple[str, ...] = ()
    """NAME=VALUE of the form's fields; $NAME as a value stands for what the environment holds under that name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScopeSettings:
    """What a crawl takes in, and what it leaves. A pattern is a shell pattern, or ``re:`` and a regular expression.

    A shell pattern that begins with / is held against path and query, any other against the whole URL; a regular
    expression is looked for anywhere in the URL.
    """

    mode: str = "spider"
    """spider: follow links from the start page; sitemap: fetch what the sitemaps name; list: fetch a list's URLs."""
    within: str = "site"
    """site: all own hosts; folder or host of the start page; domain: its domain, bare or www; subdomains: all."""
    follow: int = 0
    """Levels of links that are followed from the URLs of a list; at 0 not even redirects are."""
    include: tuple[str, ...] = ()
    """Patterns; where any is given, an own URL has to match one. The start page and listed URLs are always taken."""
    exclude: tuple[str, ...] = ()
    """Patterns; an own URL that matches one is left."""
    drop_parameters: tuple[str, ...] = ()
    """Query parameters taken off own URLs: shell patterns over names; all, tracking and sessions stand for many."""
    keep_parameters: tuple[str, ...] = ()
    """Query parameters that stay; given without drop_parameters, all others go."""
    resources: bool = False
    """Check images, scripts, style sheets and other resources of own pages, each once."""
    max_per_host: int = 0
    """Own URLs of one host; 0 for no limit of this kind."""
    max_per_folder: int = 0
    """Own URLs below one first folder of a host; 0 for no limit of this kind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Duplicates:
    """What counts as duplicate text. Every value can be changed after the crawl; nothing is fetched again."""

    words: int = 7
    """Words in a row that stand on two pages: from so many on they are a copy; 3 to 32."""
    common_share: float = 0.5
    """Share of the pages from which a text belongs to the template, 0..1; three pages at least."""
    similarity_share: float = 0.9
    """Likeness of two pages (Jaccard over runs of words, template left out) that makes near-duplicates, 0..1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteConfig:
    """All settings of one site. ``guessed`` names the fields that nobody has confirmed."""

    url: str
    """Start page."""
    name: str = ""
    """Name of the business."""
    hosts: tuple[str, ...] = ()
    """Own hosts and aliases; a registrable domain stands for all its hosts."""
    brands: tuple[str, ...] = ()
    """Brand names, in every spelling that people use."""
    topics: tuple[str, ...] = ()
    """What the site is about, in a few words each."""
    keywords: tuple[str, ...] = ()
    """Search words that the site wants to be found for: money anchors."""
    competitors: tuple[str, ...] = ()
    """Domains of competitors."""
    partners: tuple[str, ...] = ()
    """Domains of partners: looked at first, and never called harmful."""
    owned: tuple[str, ...] = ()
    """Other domains of the same owner."""
    markets: tuple[str, ...] = ()
    """ISO 3166 codes of the countries that it sells to."""
    languages: tuple[str, ...] = ()
    """ISO 639-1 codes of the languages of its customers."""
    graph: str = ""
    """Folder of a ranked link graph, from this file's folder: authority comes from it. Else the folder graph here."""
    business: Business = field(default_factory=Business)
    limits: Limits = field(default_factory=Limits)
    network: Network = field(default_factory=Network)
    login: Login = field(default_factory=Login)
    scope: ScopeSettings = field(default_factory=ScopeSettings)
    referrers: Referrers = field(default_factory=Referrers)
    browser: Browser = field(default_factory=Browser)
    duplicates: Duplicates = field(default_factory=Duplicates)
    guessed: tuple[str, ...] = ()
    """Fields that ``linkworthy init`` guessed and nobody has confirmed."""

    def is_own_host(self, host: str) -> bool:
        """Tell whether a host is the site's: of the start page's domain, named, or a host of a named domain."""
        return host in self.hosts or urls.registrable_domain(host) in self.own_domains

    @property
    def rival_domains(self) -> frozenset[str]:
        """Registrable domains of the competitors, however the settings spell them."""
        spelled = (urls.normalise(name if "://" in name else f"http://{name}/") for name in self.competitors)
        return frozenset(urls.domain_of(url) for url in spelled if url) - self.own_domains

    @property
    def own_domains(self) -> frozenset[str]:
        """Registrable domains of the site: the start page's and those named in ``hosts``."""
        named = {host for host in self.hosts if urls.registrable_domain(host) == host}
        return frozenset({urls.domain_of(self.url), *named})


ROBOTS = ("obey", "ignore", "report")
"""What robots.txt may do."""
MODES = ("spider", "sitemap", "list")
"""How a crawl finds its URLs."""
WITHIN = ("site", "folder", "host", "domain", "subdomains")
"""Where a URL lies that a crawl takes for its own."""
_SECTIONS: dict[str, type] = {
    "business": Business, "limits": Limits, "network": Network, "login": Login, "scope": ScopeSettings,
    "referrers": Referrers, "browser": Browser, "duplicates": Duplicates,
}  # fmt: skip
_CHOICES = (("network", "robots", ROBOTS), ("scope", "mode", MODES), ("scope", "within", WITHIN))
_RANGES = (
    ("duplicates", "words", 3.0, 32.0),
    ("duplicates", "common_share", 0.01, 1.0),
    ("duplicates", "similarity_share", 0.1, 1.0),
)
_COMMENTS = {
    "url": "The start page.",
    "name": "The name of the business.",
    "hosts": "Own hosts and aliases besides the start page's domain.",
    "brands": "Brand names, in every spelling that people use in links.",
    "topics": "What the site is about, in a few words each: relevance is measured against these.",
    "keywords": "Search words that the site wants to be found for.",
    "competitors": "Domains of competitors: their links that you lack become prospects.",
    "partners": "Domains of partners: never called harmful.",
    "owned": "Other domains of the same owner.",
    "markets": "ISO 3166 codes of the countries that it sells to.",
    "languages": "ISO 639-1 codes of the languages of its customers.",
    "graph": "Folder of a ranked link graph: where the authority of linking domains comes from.",
    "guessed": "Guessed and not confirmed. Correct the value, then take its name off this list.",
}


def read(path: Path) -> SiteConfig:
    """Read ``site.toml``.

    Raises: InputError where the file is absent, is no TOML, or holds a key or a value that is not known.
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise InputError(f"{path}: no such file; 'linkworthy init URL' makes one") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise InputError(f"{path}: not a settings file: {fault}") from None
    return from_mapping(data, str(path))


def from_mapping(data: dict[str, Any], where: str) -> SiteConfig:
    """Build settings from plain values, each checked against its field.

    Raises: InputError naming the key.
    """
    values = dict(data)
    parts: dict[str, Any] = {}
    for name, form in _SECTIONS.items():
        if name in values:
            parts[name] = form(**_checked(values.pop(name), form, f"{where}: [{name}]"))
    if "referrers" in parts:
        parts["referrers"] = parts["referrers"].as_hosts(where)
    for section, key, choices in _CHOICES:
        value = getattr(parts.get(section), key, choices[0])
        if value not in choices:
            raise InputError(f"{where}: [{section}]: {key} should be one of {', '.join(choices)}, is {value!r}")
    for section, key, least, most in _RANGES:
        figure: float = getattr(parts.get(section), key, least)
        if not least <= figure <= most:
            raise InputError(f"{where}: [{section}]: {key} should be from {least:g} to {most:g}, is {figure!r}")
    checked = _checked(values, SiteConfig, where)
    if "url" not in checked:
        raise InputError(f"{where}: 'url' is missing: the start page of the site")
    url = urls.normalise(checked["url"])
    if url is None:
        raise InputError(f"{where}: url = {checked['url']!r} is no http or https URL")
    return SiteConfig(**{**checked, **parts, "url": url})


def _checked(data: Any, form: type, where: str) -> dict[str, Any]:
    if not isinstance(data, dict):
        raise InputError(f"{where}: should be a table")
    known = {f.name: str(f.type) for f in fields(form)}
    out: dict[str, Any] = {}
    for key, value in data.items():
        if key not in known:
            raise InputError(f"{where}: unknown setting {key!r}; there are: {', '.join(known)}")
        out[key] = _coerced(value, known[key], f"{where}: {key}")
    return out


def _coerced(value: Any, kind: str, where: str) -> Any:
    if kind.startswith("tuple"):
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise InputError(f"{where}: should be a list of texts")
        return tuple(value)
    expected: dict[str, tuple[type, ...]] = {"str": (str,), "bool": (bool,), "int": (int,), "float": (int, float)}
    if kind in expected and (not isinstance(value, expected[kind]) or (isinstance(value, bool) and kind != "bool")):
        raise InputError(f"{where}: should be {kind}, is {value!r}")
    if kind in {"int", "float"} and value < 0:
        raise InputError(f"{where}: should not be negative, is {value!r}")
    return float(value) if kind == "float" else value


def write(config: SiteConfig) -> str:
    """Give the text of ``site.toml`` for these settings; docs/settings.md says what the keys of the sections mean."""
    lines: list[str] = []
    for item in fields(SiteConfig):
        value = getattr(config, item.name)
        if isinstance(value, tuple(_SECTIONS.values())):
            continue
        lines += [f"# {_COMMENTS[item.name]}", f"{item.name} = {_literal(value)}"]
    for name in _SECTIONS:
        part = getattr(config, name)
        lines += ["", f"[{name}]", *(f"{f.name} = {_literal(getattr(part, f.name))}" for f in fields(part))]
    return "\n".join(lines) + "\n"


def _literal(value: object) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(_literal(item) for item in value)}]"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        # JSON's escapes are TOML's, but for DEL, which TOML wants escaped.
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return repr(value)
