"""What went wrong, told apart: from libcurl's codes to the faults of a hop."""

from __future__ import annotations

import errno
import os
from typing import Final

import pycurl

from linkworthy.errors import FetchError
from linkworthy.fetch.base import Fault
from linkworthy.fetch.line import Line

MAX_DETAIL: Final = 300
"""Characters of a detail; error messages may quote what a server sent."""
CERTIFICATE_FAULTS: Final[frozenset[Fault]] = frozenset({"tls-expired", "tls-wrong-name", "tls-untrusted"})
"""Faults of a certificate, with which a page can be read nevertheless."""

_BY_NUMBER: Final[dict[int, Fault]] = {
    errno.ECONNREFUSED: "refused",
    errno.ECONNRESET: "closed",
    errno.ECONNABORTED: "closed",
    errno.EPIPE: "closed",
    errno.ETIMEDOUT: "timeout",
}
_BY_CODE: Final[dict[int, Fault]] = {
    1: "malformed",  # unsupported protocol: HTTP/0.9
    3: "name-not-found",  # URL that libcurl cannot read: no host that a resolver could be asked for
    5: "proxy-failure",  # the proxy's name is not found
    6: "name-not-found",
    8: "malformed",  # weird server reply
    16: "malformed",  # HTTP/2 framing
    18: "closed",  # partial file
    28: "timeout",
    35: "tls-failure",
    52: "closed",  # nothing came
    55: "closed",  # sending failed
    56: "closed",  # receiving failed
    58: "tls-failure",
    59: "tls-failure",
    60: "tls-untrusted",
    61: "malformed",  # a transfer coding that cannot be read
    66: "tls-failure",
    77: "tls-failure",
    83: "tls-untrusted",
    90: "tls-untrusted",
    91: "tls-untrusted",
    92: "closed",  # HTTP/2 stream
    95: "malformed",  # HTTP/3
    96: "closed",  # QUIC
    97: "proxy-failure",
    98: "tls-failure",  # a client certificate is asked for
    100: "headers-too-large",
}
_MALFORMED: Final = ("hunk", "Content-Length", "Transfer-Encoding", "header", "HTTP/", "Nul byte", "nghttp2")
_BROKEN: Final = ("Recv failure", "reset", "unexpected eof", "SSL_ERROR_SYSCALL")
_TLS: Final[dict[int, Fault]] = {
    # X509_V_ERR_*: openssl verify(1)
    9: "tls-expired",  # not yet valid
    10: "tls-expired",
    62: "tls-wrong-name",
    64: "tls-wrong-name",  # an address that the certificate does not name
}


def fault_of(line: Line, code: int, message: str) -> tuple[Fault, str] | tuple[None, None]:
    """Name the fault that a transfer ended with, null where it ended well or was cut on purpose.

    Raises: FetchError where this machine lacks files or memory: that is no property of the server.
    """
    if line.lack is not None or code in {2, 27}:
        why = line.lack.strerror if line.lack else message
        raise FetchError(f"this machine cannot open another connection: {why}; lower limits.connections")
    if code == 0 or line.is_cut:
        return None, None
    if line.refused is not None:
        return "private-address", line.refused
    if line.given_up is not None:
        fault, detail = line.given_up
        return fault, detail
    return _told(line, code, message)


def _told(line: Line, code: int, message: str) -> tuple[Fault, str]:
    fault: Fault = _BY_CODE.get(code, "malformed")
    if code == 7:
        fault, message = _unconnected(line, message)
    elif "nghttp2" in message:  # libcurl waits on after it refused what came
        fault = "malformed"
    elif code == 28:
        message = f"{message.split(' milliseconds')[0]} ms: {_stage(line)}" if "milliseconds" in message else message
    elif code == 35 and any(word in message for word in _BROKEN):  # within the handshake
        fault = "closed"
    elif code == 60:
        fault = _distrust(line, message)
    elif code == 56:
        fault, message = _unreceived(message)
    return fault, message[:MAX_DETAIL]


def _unconnected(line: Line, message: str) -> tuple[Fault, str]:
    number = int(line.curl.getinfo(pycurl.OS_ERRNO))
    if line.is_proxied:
        return "proxy-failure", message
    if "timed out" in message.lower():
        return "timeout", message
    return _BY_NUMBER.get(number, "unreachable"), os.strerror(number) if number else message


def _distrust(line: Line, message: str) -> Fault:
    """Tell what is wrong with a certificate: libcurl itself compares its names, OpenSSL judges the rest."""
    number = int(line.curl.getinfo(pycurl.SSL_VERIFYRESULT))
    if "subject name" in message or "hostname" in message or "does not match" in message:
        return "tls-wrong-name"
    return _TLS.get(number, "tls-untrusted" if number else "tls-failure")


def _unreceived(message: str) -> tuple[Fault, str]:
    """Tell what cannot be read from a connection that broke; all come under one code."""
    if "CONNECT" in message or "proxy" in message.lower():
        return "proxy-failure", message
    if "Too large" in message or "Too many" in message or "exceeded" in message:
        return "headers-too-large", message
    is_broken = any(word in message for word in (*_BROKEN, "SSL_read", "closed", "Connection"))
    if not is_broken and any(word in message for word in _MALFORMED):
        return "malformed", message
    return "closed", message


def _stage(line: Line) -> str:
    """Say what a transfer that ran out of time was waiting for."""
    if line.limit >= 0:
        return "reading the body"
    if line.head:
        return "reading the headers"
    if not line.is_connected:
        return "connecting"
    is_securing = (
        line.is_secure and line.curl.getinfo(pycurl.NUM_CONNECTS) and not line.curl.getinfo(pycurl.APPCONNECT_TIME)
    )
    return "securing the connection" if is_securing else "waiting for the answer"
