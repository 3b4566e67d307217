"""The made-up market of the benchmarks, small or large."""

from matching.benchmark.market import N_CODES, N_PROPERTIES, N_REGIONS, TODAY, Market, make_market

__all__ = ["N_CODES", "N_PROPERTIES", "N_REGIONS", "TODAY", "Market", "make_market"]
