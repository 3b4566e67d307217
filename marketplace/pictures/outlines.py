"""Outlines of countries and of China's provinces, from the same small files the browser draws."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / "static" / "img" / "outlines"
FILES = ("world.json", "china-provinces.json")

Line = tuple[tuple[float, float], ...]
Box = tuple[float, float, float, float]


@cache
def _lines() -> tuple[tuple[Box, Line], ...]:
    """Every line as (lon, lat) pairs with its box (south, west, north, east), read once per process."""
    loaded = []
    for name in FILES:
        document = json.loads((FOLDER / name).read_text(encoding="utf-8"))
        loaded += [tuple((lon, lat) for lon, lat in line) for line in document["coordinates"]]
    return tuple((_box(line), line) for line in loaded)


def _box(line: Line) -> Box:
    lons, lats = zip(*line, strict=True)
    return min(lats), min(lons), max(lats), max(lons)


def lines_within(bounds: Box) -> list[Line]:
    """The lines whose box touches `bounds` (south, west, north, east)."""
    south, west, north, east = bounds
    return [
        line
        for (low_lat, low_lon, high_lat, high_lon), line in _lines()
        if low_lat <= north and high_lat >= south and low_lon <= east and high_lon >= west
    ]
