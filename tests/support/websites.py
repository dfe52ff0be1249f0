"""Websites on loopback: several hosts behind one scripted server, and the settings that lead there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from linkworthy.fetch.resolve import Address, ResolveError
from linkworthy.site import Limits, Network, SiteConfig
from tests.support.server import Answer, Server, Talk, answer


def page(title: str, *links: str, head: str = "", text: str = "") -> bytes:
    """Give an HTML page that links to these hrefs; a link that holds a ``<`` is taken as it is."""
    anchors = "\n".join(
        f"<p>{a}</p>" if "<" in a else f'<p>see <a href="{a}">{a.strip("/") or "home"}</a></p>' for a in links
    )
    words = text or f"All about {title}, in a few plain words."
    body = f"<body><main><h1>{title}</h1><p>{words}</p>{anchors}</main></body>"
    return answer(f"<!doctype html><html lang=en><head><title>{title}</title>{head}</head>{body}</html>".encode())


def text(body: str, status: str = "200 OK", **headers: str) -> bytes:
    """Give a plain text answer."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return answer(body.encode(), status, {"Content-Type": "text/plain", **named})


def websites(sites: Mapping[str, Mapping[str, Answer]]) -> Server:
    """Give a server of several hosts: host, then path; a path that is not there is a 404."""

    async def serve(talk: Talk) -> None:
        paths = sites.get(talk.asked.headers.get("host", ""), {})
        script = paths.get(talk.asked.target) or paths.get("*") or answer(b"absent", "404 Not Found")
        if callable(script):
            await script(talk)
        else:
            await talk.send(script.partition(b"\r\n\r\n")[0] + b"\r\n\r\n" if talk.asked.method == "HEAD" else script)

    return Server(routes={"*": serve})


def settings(server: Server, url: str, hosts: Iterable[str], **limits: float) -> SiteConfig:
    """Give the settings of a site whose hosts, and those that it deals with, lie on the server."""
    connect_to = tuple(f"{host}:80:{server.host}:{server.port}" for host in hosts)
    bounds = {"timeout_s": 5.0, "connections": 8, **limits}
    return SiteConfig(url=url, network=Network(connect_to=connect_to), limits=Limits(**bounds))  # type: ignore[arg-type]


def asked(server: Server) -> list[str]:
    """Give every request as method, host and path, in the order they came."""
    return [f"{a.method} {a.headers.get('host', '')}{a.target}" for a in server.asked]


class NoNames:
    """A resolver that knows no name: what ``connect_to`` does not lead somewhere does not exist."""

    async def resolve(self, host: str, port: int) -> Sequence[Address]:
        """Know nothing."""
        raise ResolveError("name-not-found", f"{host}:{port} is no host of this test")

    async def close(self) -> None:
        """Hold nothing."""
