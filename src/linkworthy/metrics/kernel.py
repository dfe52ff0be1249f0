"""Compiles loops over arrays with numba, once for each machine where its cache can be written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from numba import njit

F = TypeVar("F", bound=Callable[..., Any])


def kernel(function: F) -> F:
    """Compile a function; where no folder for the compiled code can be written, in every process anew."""
    try:
        return cast("F", njit(cache=True, nogil=True)(function))
    except RuntimeError:  # numba's word for "no locator available"
        return cast("F", njit(nogil=True)(function))
