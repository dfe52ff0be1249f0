"""What went wrong, told apart: from the exceptions of the network stack to the faults of a hop."""

from __future__ import annotations

import errno
import ssl
from collections.abc import Callable
from typing import Any

import aiohttp
from aiohttp import http_exceptions

from linkworthy.errors import FetchError
from linkworthy.fetch.base import Fault
from linkworthy.fetch.head import HeadTooLargeError
from linkworthy.fetch.resolve import ResolveError

_OWN_LACK = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.ENOBUFS})
_BY_NUMBER: dict[int, Fault] = {
    errno.ECONNREFUSED: "refused",
    errno.ECONNRESET: "closed",
    errno.ECONNABORTED: "closed",
    errno.EPIPE: "closed",
    errno.ETIMEDOUT: "timeout",
}
_TLS: dict[int, Fault] = {
    # X509_V_ERR_*: openssl verify(1)
    9: "tls-expired",  # not yet valid
    10: "tls-expired",
    62: "tls-wrong-name",
    64: "tls-wrong-name",  # an address that the certificate does not name
    2: "tls-untrusted",  # issuer certificate cannot be had
    18: "tls-untrusted",  # self-signed
    19: "tls-untrusted",  # self-signed within the chain
    20: "tls-untrusted",  # issuer is not known here
    21: "tls-untrusted",  # no chain
    27: "tls-untrusted",  # root is not trusted
}
_CUT_SHORT = "Not enough data"  # how the parser words a connection that ends within a body
MAX_DETAIL = 300
"""Characters of a detail; error messages may quote what a server sent."""


class TooSlowError(Exception):
    """Bytes came, and fewer than the least speed."""


def fault_of(error: Exception) -> tuple[Fault, str]:
    """Name the fault behind an exception that a request ended with.

    Raises: FetchError where this machine lacks files or memory: that is no property of the server.
    """
    read = next((read for kind, read in _READERS if isinstance(error, kind)), None)
    fault, detail = read(error) if read else ("malformed", f"{type(error).__name__}: {error}")
    return fault, detail[:MAX_DETAIL]


def _tls(error: Exception) -> tuple[Fault, str]:
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        return _tls(error.certificate_error)
    if isinstance(error, aiohttp.ClientConnectorSSLError):
        return _tls(error.os_error)
    if isinstance(error, ssl.SSLCertVerificationError):
        return _TLS.get(error.verify_code, "tls-failure"), error.verify_message
    if isinstance(error, ssl.SSLError):
        return "tls-failure", getattr(error, "reason", None) or str(error)
    return "tls-failure", str(error)


def _system(error: OSError) -> tuple[Fault, str]:
    detail = error.strerror or str(error)
    if error.errno in _OWN_LACK:
        raise FetchError(f"this machine cannot open another connection: {detail}; lower limits.connections") from error
    if isinstance(error, ConnectionError) and error.errno is None:
        return "closed", detail
    return _BY_NUMBER.get(error.errno or 0, "unreachable"), detail


def _unreadable(error: aiohttp.ClientResponseError) -> tuple[Fault, str]:
    """Tell headers over their limit from what is no HTTP at all."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, http_exceptions.LineTooLong) or "Too many headers" in str(cause):
            return "headers-too-large", str(cause)
        cause = cause.__cause__
    return "malformed", error.message


def _body(error: aiohttp.ClientPayloadError) -> tuple[Fault, str]:
    """Tell a body cut short from chunks that cannot be read."""
    text = f"{error} {error.__cause__ or ''}"
    is_cut = _CUT_SHORT in text or "is not completed" in text or isinstance(error.__cause__, OSError)
    return ("closed" if is_cut else "malformed"), text.strip()


_READERS: tuple[tuple[type[Exception], Callable[[Any], tuple[Fault, str]]], ...] = (
    (ResolveError, lambda error: (error.fault, error.detail)),
    (TooSlowError, lambda error: ("too-slow", str(error))),
    (HeadTooLargeError, lambda error: ("headers-too-large", str(error))),
    (aiohttp.ClientConnectorCertificateError, _tls),
    (aiohttp.ClientConnectorSSLError, _tls),
    (ssl.SSLError, _tls),
    (aiohttp.ClientResponseError, _unreadable),
    (aiohttp.ClientPayloadError, _body),
    (aiohttp.InvalidURL, lambda error: ("name-not-found", f"no host that a resolver could be asked for: {error}")),
    (UnicodeError, lambda error: ("name-not-found", f"no host that a resolver could be asked for: {error}")),
    (TimeoutError, lambda error: ("timeout", error.strerror or str(error) or "no answer in time")),
    (OSError, _system),
    (aiohttp.ClientConnectionError, lambda error: ("closed", str(error))),
)
"""The first kind that an exception belongs to says what it means."""
