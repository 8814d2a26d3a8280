"""How the inner loops are compiled, where numba's usual way is too slow."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from numba import njit

Function = TypeVar("Function", bound=Callable[..., Any])


def lean(function: Function) -> Function:
    """Compile a function that makes no arrays, without counting references to those that it gets.

    Whoever calls it keeps them alive; a function that makes arrays all the same is refused when it is compiled. The
    counting took half the time of a shelf's past. numba's documents don't name the option, so its version is pinned.
    """
    return cast("Function", njit(cache=True, _nrt=False)(function))  # type: ignore[call-overload]


def own_arrays(function: Function) -> Function:
    """Compile a function that lean ones call, and that makes arrays or lists of its own."""
    return cast("Function", njit(cache=True, _nrt=True)(function))  # type: ignore[call-overload]
