"""How much memory a re-match takes, asked of a process that does nothing else."""

import multiprocessing
from typing import Any

import django

from matching.benchmark.market import TODAY, make_market
from matching.benchmark.scene import TOP, forget_peak, peak_mb
from matching.engine import match


def peak_alone_mb(engine: str, per: str, seed: int, n_offers: int, n_needs: int) -> float:
    """Peak resident memory of a new process in MB: interpreter, Django, libraries, both sides' listings, the result.

    What compiling takes, once on a machine, is not in it where the code was compiled before.
    """
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_peak_mb, (engine, per, seed, n_offers, n_needs))


def _peak_mb(engine: str, per: Any, seed: int, n_offers: int, n_needs: int) -> float:
    django.setup()
    market = make_market(seed, n_offers, n_needs)
    forget_peak()  # drawing the market takes more than keeping it
    match(*market, TODAY, top=TOP, per=per, engine=engine)
    return peak_mb()
