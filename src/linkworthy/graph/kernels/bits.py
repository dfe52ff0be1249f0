# mypy: disable-error-code="assignment,arg-type,return-value,no-any-return"
# Compiled code counts in machine numbers, and a loop keeps its branches together: a call in it may cost more.
"""Instantaneous codes of a bit stream, most significant bit first: unary, gamma, zeta.

Each reader gives a value and the place behind it; where the stream ends inside a code the place lies beyond ``end``.
The bytes must be followed by at least 16 more.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from linkworthy.graph.kernels.native import kernel, leading_zeros, load_u64_big

Bytes = NDArray[np.uint8]

PADDING = 64


@kernel()
def window(data: Bytes, bit: int) -> np.uint64:
    """Give the next 57 bits or more at the top of a word."""
    place = np.uint64(bit)
    return load_u64_big(data, place >> np.uint64(3)) << (place & np.uint64(7))


@kernel()
def long_unary(data: Bytes, bit: int, end: int) -> tuple[int, int]:
    """Read a unary code of any length."""
    n = 0
    while bit < end:
        zeros = np.int64(leading_zeros(window(data, bit)))
        if zeros < 57:
            return n + zeros, bit + zeros + 1
        n += 56
        bit += 56
    return 0, end + 1


@kernel()
def long_bits(data: Bytes, bit: int, n: int, end: int) -> tuple[int, int]:
    """Read up to 62 bits as a number."""
    if n > 62 or bit + n > end:
        return 0, end + 1
    value = np.int64(0)
    while n > 0:
        part = min(n, 32)
        value = (value << part) | np.int64(window(data, bit) >> np.uint64(64 - part))
        bit += part
        n -= part
    return value, bit


@kernel()
def unary(data: Bytes, bit: int, end: int) -> tuple[int, int]:
    """Read the number of zeros before a one."""
    zeros = np.int64(leading_zeros(window(data, bit)))
    if zeros < 57:
        value, after = zeros, bit + zeros + 1
    else:
        value, after = long_unary(data, bit, end)
    return value, after


@kernel()
def long_gamma(data: Bytes, bit: int, end: int) -> tuple[int, int]:
    """Read a gamma code of any length."""
    length, bit = long_unary(data, bit, end)
    rest, bit = long_bits(data, bit, length, end)
    return (np.int64(1) << min(length, 62) | rest) - 1, bit


@kernel()
def gamma(data: Bytes, bit: int, end: int) -> tuple[int, int]:
    """Read an Elias gamma code: the length of x + 1 in unary, then its bits below the first."""
    word = window(data, bit)
    length = leading_zeros(word)
    if length < np.uint64(28):
        size = np.uint64(2) * length + np.uint64(1)
        value, after = np.int64(word >> (np.uint64(64) - size)) - 1, bit + np.int64(size)
    else:
        value, after = long_gamma(data, bit, end)
    return value, after


@kernel()
def long_zeta(data: Bytes, bit: int, k: int, end: int) -> tuple[int, int]:
    """Read a zeta code of any length."""
    h, bit = long_unary(data, bit, end)
    if h * k > 48:
        return 0, end + 1
    left = np.int64(1) << (h * k)
    value, bit = long_bits(data, bit, h * k + k - 1, end)
    if value < left:
        return value + left - 1, bit
    low, bit = long_bits(data, bit, 1, end)
    return (value << 1) + low - 1, bit


@kernel()
def zeta(data: Bytes, bit: int, k: int, end: int) -> tuple[int, int]:
    """Read a zeta code: h in unary, then x + 1 - 2^(hk) in minimal binary below 2^((h+1)k) - 2^(hk).

    Source: Boldi and Vigna, Codes for the World Wide Web, 2005.
    """
    word = window(data, bit)
    h = leading_zeros(word)
    shrink, one = np.uint64(k), np.uint64(1)
    used = h + one + h * shrink + shrink
    if used <= np.uint64(57):
        body = word << (h + one)
        left = one << (h * shrink)
        short = h * shrink + shrink - one
        part = (body >> one) >> (np.uint64(63) - short)
        if part < left:
            value, after = np.int64(part + left) - 1, bit + np.int64(used) - 1
        else:
            value, after = np.int64(body >> (np.uint64(63) - short)) - 1, bit + np.int64(used)
    else:
        value, after = long_zeta(data, bit, k, end)
    return value, after
