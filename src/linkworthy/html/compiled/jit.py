"""Compiles functions to machine code, once for each machine: the code is kept beside the module that holds them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar, cast

import numba

Function = TypeVar("Function", bound=Callable[..., Any])

# Compiled code allocates nothing and only borrows its arrays, so it needs no count of who holds them: that count
# would cost more than all else.
_OPTIONS: dict[str, Any] = {"nogil": True, "_nrt": False}
_njit: Any = numba.njit


def _forget_what_is_old() -> None:
    """Remove kept code that is older than any module here: what one function calls is a part of its own code."""
    here = Path(__file__).parent
    newest = max(path.stat().st_mtime_ns for path in here.glob("*.py"))
    for path in (here / "__pycache__").glob("*.nbi"):
        with suppress(OSError):
            if path.stat().st_mtime_ns < newest:
                path.unlink()


_forget_what_is_old()


def compiled(function: Function) -> Function:
    """Compile a function that works on integers and arrays alone and allocates nothing."""
    return cast("Function", _njit(cache=True, **_OPTIONS)(function))


def part(function: Function) -> Function:
    """Compile a function that other compiled functions alone call: what Python would call it by takes long to make."""
    return cast("Function", _njit(cache=True, no_cpython_wrapper=True, no_cfunc_wrapper=True, **_OPTIONS)(function))


def exact(function: Function) -> Function:
    """Compile a part whose sums are exact, so that they may be taken in any order and with products in one step."""
    fast = {"contract", "reassoc"}
    return cast(
        "Function",
        _njit(cache=True, no_cpython_wrapper=True, no_cfunc_wrapper=True, fastmath=fast, **_OPTIONS)(function),
    )


def inlined(function: Function) -> Function:
    """Compile a function into each that calls it: for those that take all the arrays, whose passing costs much."""
    return cast("Function", _njit(inline="always", **_OPTIONS)(function))
