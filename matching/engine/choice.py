"""Whether a run takes the compiled path. Both give the same result, so this is about time alone."""

import os
from importlib.util import find_spec

ENGINES = ("auto", "numpy", "numba")
# Below this many offers × needs, loading the compiled code takes longer than NumPy takes altogether.
LEAST_FOR_COMPILED = 20_000_000
# The compiled path keeps room for the best of every listing: this many pairs are 1.6 GB.
MOST_KEPT_PAIRS = 100_000_000


def is_compiled(engine: str | None, n_offers: int, n_needs: int, top: int) -> bool:
    """`engine` is auto, numpy or numba; None asks LOOPYARD_ENGINE. Without a `top` (0) every pair is NumPy's work."""
    wanted = engine or os.environ.get("LOOPYARD_ENGINE") or "auto"
    if wanted not in ENGINES:
        raise ValueError(f"engine: must be one of {', '.join(ENGINES)}, not {wanted}")
    if wanted == "numba" and find_spec("numba") is None:
        raise ValueError("engine: numba is not installed")
    if wanted == "numpy" or top == 0 or top * (n_offers + n_needs) > MOST_KEPT_PAIRS:
        return False
    return wanted == "numba" or (n_offers * n_needs >= LEAST_FOR_COMPILED and find_spec("numba") is not None)
