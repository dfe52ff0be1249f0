"""Content codings undone with a cap on what comes out, so that no bomb goes off."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import brotli  # type: ignore[import-untyped]
import zstandard

ACCEPT_ENCODING = "gzip, deflate, br, zstd"
"""What :func:`decode` understands, for the request."""
MAX_CODINGS = 4
"""Codings applied one over the other; more is an attack."""
_ZSTD_WINDOW = 8 * 1024 * 1024  # RFC 9659: a decoder on the web need not accept more
_ZSTD_MORSEL = 256
_ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"
_STEP = 64 * 1024


@dataclass(frozen=True, slots=True)
class Decoded:
    """What decoding gave."""

    body: bytes
    is_truncated: bool = False
    """The cap was reached, or the coded stream ends early."""
    error: str | None = None
    """Why the bytes are not of the coding that the header names; ``body`` is what came before."""


def codings(header: str | None) -> list[str]:
    """Give the codings of a Content-Encoding header in the order applied; unknown ones are ignored, as browsers do."""
    names = [name.strip().lower().removeprefix("x-") for name in (header or "").split(",")]
    return [name for name in names if name in _DECODERS]


def decode(data: bytes, header: str | None, max_bytes: int) -> Decoded:
    """Undo the codings of a Content-Encoding header, last applied first, at most ``max_bytes`` coming out of each."""
    applied = codings(header)
    if len(applied) > MAX_CODINGS:
        return Decoded(b"", error=f"{len(applied)} codings")
    is_truncated = len(data) > max_bytes and not applied
    body = data[:max_bytes] if is_truncated else data
    for name in reversed(applied):
        if not body:
            break
        try:
            step = _DECODERS[name](body, max_bytes)
        except (zlib.error, brotli.error, zstandard.ZstdError) as fault:
            return Decoded(b"", error=f"{name}: {fault}")
        is_truncated = is_truncated or step.is_truncated
        body = step.body
        if step.error:
            return Decoded(body, is_truncated, f"{name}: {step.error}")
    return Decoded(body, is_truncated)


def _gzip(data: bytes, max_bytes: int) -> Decoded:
    """Undo gzip, member by member; what follows the last member is ignored, as browsers do."""
    out = bytearray()
    while True:
        member = zlib.decompressobj(zlib.MAX_WBITS | 16)
        try:
            out += member.decompress(data, max_bytes + 1 - len(out))
        except zlib.error as fault:
            return Decoded(bytes(out[:max_bytes]), error=str(fault))
        if len(out) > max_bytes or not member.eof:
            return Decoded(bytes(out[:max_bytes]), is_truncated=True)
        data = member.unused_data
        if not data.startswith(b"\x1f\x8b"):
            return Decoded(bytes(out))


def _deflate(data: bytes, max_bytes: int) -> Decoded:
    """Undo deflate, in the zlib wrapper that RFC 9110 asks for or bare, as many servers send it."""
    is_wrapped = len(data) > 1 and data[0] & 0x0F == 8 and int.from_bytes(data[:2], "big") % 31 == 0
    stream = zlib.decompressobj(zlib.MAX_WBITS if is_wrapped else -zlib.MAX_WBITS)
    out = stream.decompress(data, max_bytes + 1)
    return Decoded(out[:max_bytes], is_truncated=len(out) > max_bytes or not stream.eof)


def _brotli(data: bytes, max_bytes: int) -> Decoded:
    stream = brotli.Decompressor()
    out = bytearray()
    try:
        # The limit is a hint to the library: each call gives about one step.
        out += stream.process(data, output_buffer_limit=_STEP)
        while len(out) <= max_bytes and not stream.is_finished() and not stream.can_accept_more_data():
            out += stream.process(b"", output_buffer_limit=_STEP)
    except brotli.error as fault:
        return Decoded(bytes(out[:max_bytes]), error=str(fault))
    return Decoded(bytes(out[:max_bytes]), is_truncated=len(out) > max_bytes or not stream.is_finished())


def _zstd(data: bytes, max_bytes: int) -> Decoded:
    """Undo zstd, frame by frame, fed in morsels: the library knows no limit, and a block of 4 bytes gives 128 KiB."""
    machine = zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW)
    out = bytearray()
    stream = machine.decompressobj()
    at = 0
    while at < len(data) and len(out) <= max_bytes:
        try:
            out += stream.decompress(data[at : at + _ZSTD_MORSEL])
        except zstandard.ZstdError as fault:
            return Decoded(bytes(out[:max_bytes]), error=str(fault))
        at += _ZSTD_MORSEL
        if stream.eof:
            at = min(at, len(data)) - len(stream.unused_data)
            if not data.startswith(_ZSTD_MAGIC, at):
                break
            stream = machine.decompressobj()
    return Decoded(bytes(out[:max_bytes]), is_truncated=len(out) > max_bytes or not stream.eof)


_DECODERS = {"gzip": _gzip, "deflate": _deflate, "br": _brotli, "zstd": _zstd}
