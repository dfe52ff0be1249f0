"""What compiled loops rest on: the decorator, unaligned loads, leading zeros, prefetch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from llvmlite import ir  # type: ignore[import-untyped]
from numba import njit, types
from numba.core import cgutils
from numba.extending import intrinsic

F = TypeVar("F", bound=Callable[..., Any])

_REORDERED = {"reassoc", "contract", "arcp", "nsz"}
"""Sums may be taken in another order; infinities and NaN keep their meaning."""


def kernel(*, reorders: bool = False) -> Callable[[F], F]:
    """Give the decorator that compiles a function once a machine and lets other threads run meanwhile.

    The compiled form is kept beside the module, or where that cannot be written in the user's own cache; where
    neither can be written it is compiled anew in each process.
    """
    options: dict[str, Any] = {"nogil": True, "boundscheck": False}
    if reorders:
        options["fastmath"] = _REORDERED

    def compiled(function: F) -> F:
        try:
            return cast("F", njit(cache=True, **options)(function))
        except RuntimeError:
            return cast("F", njit(**options)(function))

    return compiled


def _intrinsic(function: Callable[..., Any]) -> Callable[..., Any]:
    return cast("Callable[..., Any]", intrinsic(function))


def _address(context: Any, builder: Any, kind: Any, array: Any, index: Any) -> Any:
    data = context.make_array(kind)(context, builder, array).data
    return builder.gep(data, [index])


@_intrinsic
def load_u32(typing_context: Any, array: Any, index: Any) -> Any:
    """Read four bytes of a byte array at any place as a little-endian number."""
    del typing_context

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        place = _address(context, builder, signature.args[0], *values)
        return builder.load(builder.bitcast(place, ir.IntType(32).as_pointer()), align=1)

    return types.uint32(array, index), generate


@_intrinsic
def load_u64_big(typing_context: Any, array: Any, index: Any) -> Any:
    """Read eight bytes of a byte array at any place as a big-endian number."""
    del typing_context

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        place = _address(context, builder, signature.args[0], *values)
        return builder.bswap(builder.load(builder.bitcast(place, ir.IntType(64).as_pointer()), align=1))

    return types.uint64(array, index), generate


@_intrinsic
def leading_zeros(typing_context: Any, number: Any) -> Any:
    """Count the zero bits before the first one of a 64-bit number; 64 for zero."""
    del typing_context

    def generate(_context: Any, builder: Any, _signature: Any, values: Any) -> Any:
        return builder.ctlz(values[0], ir.Constant(ir.IntType(1), 0))

    return types.uint64(number), generate


@_intrinsic
def prefetch(typing_context: Any, array: Any, index: Any) -> Any:
    """Ask for the cache line of an entry before it is needed."""
    del typing_context

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        byte, word = ir.IntType(8).as_pointer(), ir.IntType(32)
        place = builder.bitcast(_address(context, builder, signature.args[0], *values), byte)
        kind = ir.FunctionType(ir.VoidType(), [byte, word, word, word])
        call = cgutils.get_or_insert_function(  # type: ignore[no-untyped-call]
            builder.module, kind, "llvm.prefetch.p0"
        )
        builder.call(call, [place, word(0), word(3), word(1)])
        return context.get_dummy_value()

    return types.void(array, index), generate
