"""What options of several commands have in common: numbers that make sense, and files that can be written."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError


def at_least_one(text: str) -> int:
    return _at_least(1, text, "must be 1 or more")


def not_negative(text: str) -> int:
    return _at_least(0, text, "must not be negative")


def _at_least(least: int, text: str, otherwise: str) -> int:
    number = int(text)
    if number < least:
        raise argparse.ArgumentTypeError(otherwise)
    return number


def file_to_write(text: str) -> Path:
    """Refused before the work rather than after it."""
    path = Path(text)
    if path.is_dir() or not path.parent.is_dir():
        raise argparse.ArgumentTypeError(f"{text} cannot be written: there is no such folder, or it is one")
    return path


def write_json(path: Path, figures: Any, **style: Any) -> None:
    try:
        path.write_text(json.dumps(figures, **style) + "\n", encoding="utf-8")
    except OSError as error:
        raise CommandError(f"{path} cannot be written: {error.strerror}.") from error
