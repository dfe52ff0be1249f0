"""Lines that are JSON objects, their fields told by name, whoever wrote them.

nginx and Apache (names are the user's), Caddy, Traefik, Cloudflare Logpush, Google's load balancer, Elastic Common
Schema; and lines that a container's runtime wrapped.

Sources: https://nginx.org/en/docs/http/ngx_http_core_module.html#variables,
https://caddyserver.com/docs/caddyfile/directives/log, https://doc.traefik.io/traefik/observability/access-logs/,
https://developers.cloudflare.com/logs/reference/log-fields/zone/http_requests/,
https://www.elastic.co/guide/en/ecs/current/ecs-http.html
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

import msgspec

from linkworthy.sources.weblogs.entry import NEVER, NOT_A_LINE, Entry, seconds_of, status_of

_NAMES = {
    "referrer": (
        "http_referer", "http_referrer", "referer", "referrer", "clientrequestreferer", "request.headers.referer",
        "request_referer", "http.request.referrer", "http.request.referer", "httprequest.referer", "headers.referer",
        "request.referer", "request.referrer", "req.headers.referer", "cs(referer)", "cs-referer", "http.referer",
        "referer_url", "referrer_url", "refererurl", "ref",
    ),
    "agent": (
        "http_user_agent", "user_agent", "useragent", "agent", "clientrequestuseragent", "request.headers.user-agent",
        "request_user-agent", "request_user_agent", "user_agent.original", "httprequest.useragent",
        "headers.user-agent", "request.user_agent", "req.headers.user-agent", "cs(user-agent)", "user-agent", "ua",
        "http.useragent",
    ),
    "uri": (
        "request_uri", "requesturi", "clientrequesturi", "request.uri", "requestpath", "httprequest.requesturl",
        "url.original", "request_url", "requesturl", "uri", "req.url", "request.url", "url", "request_path",
        "clientrequestpath", "url.path", "cs-uri-stem", "request.path", "path",
    ),
    "query": ("args", "query_string", "query", "url.query", "cs-uri-query", "querystring"),
    "line": ("request", "request_line", "requestline"),
    "method": (
        "request_method", "requestmethod", "clientrequestmethod", "request.method", "httprequest.requestmethod",
        "http.request.method", "method", "req.method", "verb", "cs-method", "http_method",
    ),
    "status": (
        "status", "status_code", "statuscode", "downstreamstatus", "edgeresponsestatus", "httprequest.status",
        "http.response.status_code", "response_status", "response.status", "response_code", "resp.status",
        "originstatus", "sc-status", "response", "http_status", "code",
    ),
    "at": (
        "time_iso8601", "time_local", "msec", "@timestamp", "edgestarttimestamp", "startutc", "startlocal",
        "ts", "timestamp", "time", "datetime", "date_time", "time_unix", "time_msec", "date", "start_time",
        "local_time",
    ),
    "host": (
        "http_host", "x-host-header", "clientrequesthost", "requesthost", "request.host", "url.domain", "host",
        "server_name", "servername", "virtual_host", "vhost", "domain", "cs-host", "request_host", "http.host",
    ),
    "scheme": (
        "http_x_forwarded_proto", "clientrequestscheme", "requestscheme", "request_scheme", "url.scheme",
        "scheme", "x_forwarded_proto", "request.scheme", "cs-protocol",
    ),
    "tls": ("request.tls",),
    "inner": ("log", "message", "msg"),
}  # fmt: skip
_HEX = re.compile(r"\\x([0-9A-Fa-f]{2})")
_DECODER = msgspec.json.Decoder()
_Path = tuple[str, ...]


def inner_line(record: dict[str, Any]) -> str | None:
    """Give the line that a container's runtime or a collector put into a record that says nothing else of a request."""
    for key in _NAMES["inner"]:
        text = record.get(key)
        if isinstance(text, str) and text.strip():
            return text.rstrip("\r\n")
    return None


def decode(line: str) -> dict[str, Any] | None:
    r"""Read a line as an object, null where it is none; nginx without ``escape=json`` writes ``\x22``."""
    for text in (line, _HEX.sub(r"\\u00\1", line)) if "\\x" in line else (line,):
        try:
            record = _DECODER.decode(text)
        except (msgspec.DecodeError, UnicodeEncodeError, RecursionError):
            continue
        return record if isinstance(record, dict) else None
    return None


def entry_of(record: dict[str, Any]) -> Entry | str:
    """Read the fields of a record by their names."""
    paths = _paths(tuple(record))
    request = _request(record, paths)
    at = _found(record, paths.get("at", ()))
    has_referrer = "referrer" in paths
    if not request or at is None:
        return NOT_A_LINE
    status = _found(record, paths.get("status", ()))
    if status is None and not has_referrer:
        return NOT_A_LINE
    referrer, agent = _text(record, paths.get("referrer", ())), _text(record, paths.get("agent", ()))
    return Entry(
        at=seconds_of(at) if at else NEVER,
        origin=_origin(record, paths),
        request=request,
        status=status_of(str(int(status)) if isinstance(status, float) else str(status)),
        referrer=(referrer or "") if has_referrer else None,
        agent=(agent or "") if "agent" in paths else None,
    )


@lru_cache(maxsize=1024)
def _paths(keys: tuple[str, ...]) -> dict[str, tuple[_Path, ...]]:
    """Work out where objects with these keys may hold each field, the best place first."""
    spelled = {key.lower(): key for key in reversed(keys)}
    out: dict[str, tuple[_Path, ...]] = {}
    for field, names in _NAMES.items():
        found: list[_Path] = []
        for name in names:
            if name in spelled:
                found.append((spelled[name],))
                continue
            parts = name.split(".")
            if len(parts) > 1 and parts[0] in spelled:
                found.append((spelled[parts[0]], *parts[1:]))
        if found:
            out[field] = tuple(found)
    return out


def _found(record: dict[str, Any], paths: tuple[_Path, ...]) -> Any:
    for path in paths:
        value: Any = record
        for part in path:
            value = _member(value, part)
        if isinstance(value, list):
            value = value[0] if value else None
        if value is not None and not isinstance(value, (dict, list)):
            return value
    return None


def _member(value: Any, part: str) -> Any:
    if not isinstance(value, dict):
        return None
    if part in value:
        return value[part]
    return next((inner for key, inner in value.items() if key.lower() == part), None)


def _text(record: dict[str, Any], paths: tuple[_Path, ...]) -> str:
    value = _found(record, paths)
    return "" if value is None or isinstance(value, bool) else str(value)


def _request(record: dict[str, Any], paths: dict[str, tuple[_Path, ...]]) -> str:
    """Put the request line together; a whole one is best, because a server's ``uri`` may have been rewritten since."""
    line = _text(record, paths.get("line", ()))
    if " " in line:
        return line
    uri = _text(record, paths.get("uri", ())) or line
    if not uri:
        return ""
    query = _text(record, paths.get("query", ())).removeprefix("?")
    is_apart = query not in {"", "-"} and "?" not in uri
    method = _text(record, paths.get("method", ())) or "GET"
    return f"{method} {uri}?{query}" if is_apart else f"{method} {uri}"


def _origin(record: dict[str, Any], paths: dict[str, tuple[_Path, ...]]) -> str:
    host = _text(record, paths.get("host", ()))
    # A collector's own machine is no host that a visitor asked for.
    if "." not in host and ":" not in host and host != "localhost":
        return ""
    scheme = _text(record, paths.get("scheme", ())).lower()
    if scheme not in {"http", "https"}:
        scheme = "https" if any(_is_there(record, path) for path in paths.get("tls", ())) else ""
    return f"{scheme}://{host}" if scheme else host


def _is_there(record: dict[str, Any], path: _Path) -> bool:
    value: Any = record
    for part in path:
        value = _member(value, part)
    return isinstance(value, dict)
