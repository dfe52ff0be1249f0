"""Debian's documentation packages as one website on loopback, and what is on it, counted from the files alone."""

from __future__ import annotations

import contextlib
import html
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

PACKAGES = {
    "postgresql": Path("/usr/share/doc/postgresql-doc-15/html"),
    "python": Path("/usr/share/doc/python3-doc/html"),
    "openjdk": Path("/usr/share/doc/openjdk-17-doc/api"),
    "rust": Path("/usr/share/doc/rust-doc/html"),
}
SMALL = ("postgresql", "python")
LARGE = ("rust",)
_CONFIG = """
worker_processes 1; pid {home}/pid; error_log {home}/error.log crit; daemon off;
events {{ worker_connections 4096; }}
http {{
  access_log off; include /etc/nginx/mime.types; default_type application/octet-stream; absolute_redirect off;
  server {{ listen 127.0.0.1:{port}; root {home}/web; index index.html; }}
}}
"""


def present(names: Sequence[str]) -> list[str]:
    """Give those of the packages that are installed."""
    return [name for name in names if PACKAGES[name].is_dir()]


@contextlib.contextmanager
def served(home: Path, names: Sequence[str]) -> Iterator[str]:
    """Serve packages with nginx, each in its folder below one start page; gives the URL of that page.

    Raises: RuntimeError where nginx is absent or does not come up.
    """
    nginx = shutil.which("nginx") or shutil.which("/usr/sbin/nginx")
    if nginx is None:
        raise RuntimeError("nginx is not installed")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    web = home / "web"
    web.mkdir(parents=True)
    for folder in (home, home.parent):
        folder.chmod(0o755)  # started by root, nginx reads as somebody else
    for name in names:
        (web / name).symlink_to(PACKAGES[name].resolve())
    items = "".join(f'<li><a href="/{name}/index.html">{html.escape(name)}</a>' for name in names)
    (web / "index.html").write_text(f"<!doctype html><title>Manuals</title><ul>{items}</ul>", encoding="utf-8")
    (web / "robots.txt").write_text("User-agent: *\nDisallow: /nowhere/\n", encoding="utf-8")
    (home / "nginx.conf").write_text(_CONFIG.format(home=home, port=port), encoding="utf-8")
    server = subprocess.Popen([nginx, "-c", str(home / "nginx.conf"), "-p", str(home)], stderr=subprocess.DEVNULL)
    try:
        for _ in range(100):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            time.sleep(0.05)
        else:
            raise RuntimeError("nginx does not come up")
        yield f"http://127.0.0.1:{port}/"
    finally:
        server.terminate()
        server.wait(10)


class _Hrefs(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.base = ""
        self.found: list[str] = []
        self.canonical: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = {name: value or "" for name, value in reversed(attrs)}
        if tag == "base" and "href" in named and not self.base:
            self.base = named["href"]
        elif tag in {"a", "area"} and "href" in named:
            self.found.append(named["href"])
        elif tag == "link" and "href" in named and "canonical" in named.get("rel", "").lower().split():
            self.canonical.append(named["href"])


def truth(home: Path, start: str) -> dict[str, int]:
    """Follow links, redirects and canonicals from the start page through the files; gives URL and status."""
    web = home / "web"
    found: dict[str, int] = {}
    waiting = [start]
    while waiting:
        url = waiting.pop()
        if url in found:
            continue
        status, body, onward = _answer(web, url)
        found[url] = status
        hrefs = [onward] if onward else []
        if body is not None:
            parser = _Hrefs()
            parser.feed(body.decode("utf-8", "replace"))
            base = urljoin(url, parser.base)
            hrefs = [urljoin(base, href.strip()) for href in (*parser.found, *parser.canonical)]
        for href in hrefs:
            target = urldefrag(href)[0]
            if target.startswith(start) and target not in found:
                waiting.append(target)
    return found


def _answer(web: Path, url: str) -> tuple[int, bytes | None, str | None]:
    path = unquote(urlsplit(url).path)
    place = web / path.lstrip("/")
    if place.is_dir():
        if not path.endswith("/"):
            return 301, None, f"{url}/"
        place = place / "index.html"
        if not place.is_file():
            return 403, None, None
    if not place.is_file() or (path.endswith("/") and place.name != "index.html"):
        return 404, None, None
    is_page = place.suffix.lower() in {".html", ".htm"}
    return 200, place.read_bytes() if is_page else None, None
