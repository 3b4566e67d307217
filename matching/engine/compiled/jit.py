"""Numba where it is installed; nothing else of the engine imports it."""

import hashlib
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

try:
    import numba
except ImportError:  # an optional dependency: the NumPy path gives the same results
    numba = None  # type: ignore[assignment]

F = TypeVar("F", bound=Callable[..., Any])
FOLDER = Path(__file__).parent


def compiled(function: F) -> F:
    """Compile on first call and keep the machine code. Strict IEEE arithmetic: no reordering, no fused operations.

    Arrays are borrowed from the caller and not counted: counting references, which other threads must see, takes
    longer than the work of small functions. So these can neither make arrays nor return any, see `allocating`.
    """
    return _jitted(function, _nrt=False)


def inlined(function: F) -> F:
    """Like `compiled`, for what is called once per pair with more arguments than work."""
    return _jitted(function, _nrt=False, forceinline=True)


def allocating(function: F) -> F:
    """Like `compiled`, for functions that make arrays."""
    return _jitted(function)


def _jitted(function: F, **options: bool) -> F:
    if numba is None:
        return function
    njit: Any = numba.njit
    return cast(F, njit(cache=True, nogil=True, error_model="numpy", **options)(function))


def _sources_digest() -> str:
    """Numba notices a change of the function's own file only, not of what it calls, so the cache is kept per sum."""
    sources = b"".join(path.read_bytes() for path in sorted(FOLDER.parent.rglob("*.py")))
    return hashlib.sha256(sources).hexdigest()[:16]


def _cache_folder() -> Path:
    """Below LOOPYARD_VAR_DIR or beside the sources, whichever can be written; else a folder that ends with us."""
    named = os.environ.get("LOOPYARD_VAR_DIR")
    for parent in [Path(named) / "compiled"] if named else [FOLDER / "__pycache__"]:
        folder = parent / _sources_digest()
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError:
            continue
        if os.access(folder, os.W_OK):
            return folder
    return Path(tempfile.mkdtemp(prefix="loopyard-compiled-"))


if numba is not None and not os.environ.get("NUMBA_CACHE_DIR"):
    numba.config.CACHE_DIR = str(_cache_folder())  # type: ignore[attr-defined]
