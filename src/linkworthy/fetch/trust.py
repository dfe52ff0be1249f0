"""Whom TLS trusts: the system's authorities, or else certifi's, and those of the user's own file."""

from __future__ import annotations

import os
import ssl
import tempfile
from pathlib import Path

import certifi

from linkworthy.errors import InputError

_BUNDLES = (
    "/etc/ssl/certs/ca-certificates.crt",  # Debian, Ubuntu, Arch, Alpine
    "/etc/pki/tls/certs/ca-bundle.crt",  # Fedora, RHEL
    "/etc/ssl/ca-bundle.pem",  # SUSE
    "/etc/ssl/cert.pem",  # macOS, BSD, Alpine
)


class Trust:
    """A file of authorities for libcurl; one that was joined together goes away with :meth:`close`.

    libcurl reads a file once for all connections, and what is handed over in memory again for each.
    """

    def __init__(self, ca_file: str = "") -> None:
        """Take the user's own PEM file besides the system's.

        Raises: InputError where it holds no certificates.
        """
        self._joined: Path | None = None
        self.path = _bundle()
        if ca_file:
            own = _read(ca_file)
            handle, name = tempfile.mkstemp(prefix="linkworthy-", suffix=".pem")
            self._joined = self.path = Path(name)
            with os.fdopen(handle, "wb") as file:
                file.write(_bundle().read_bytes() + b"\n" + own)

    def close(self) -> None:
        """Remove the joined file."""
        if self._joined is not None:
            self._joined.unlink(missing_ok=True)
            self._joined = None


def _bundle() -> Path:
    named = (os.environ.get("SSL_CERT_FILE"), ssl.get_default_verify_paths().cafile, *_BUNDLES)
    return next((Path(name) for name in named if name and Path(name).is_file()), Path(certifi.where()))


def _read(ca_file: str) -> bytes:
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cafile=ca_file)
        return Path(ca_file).read_bytes()
    except (OSError, ssl.SSLError) as fault:
        raise InputError(f"ca_file: {ca_file!r} is no PEM file of certificates: {fault}") from None
