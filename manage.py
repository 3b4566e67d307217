#!/usr/bin/env python3
"""Command line of the project; uses the development settings unless DJANGO_SETTINGS_MODULE says otherwise."""

import importlib.util
import os
import sys
from pathlib import Path

ENVIRONMENT = Path(__file__).resolve().parent / ".venv"


def use_own_environment() -> None:
    """Called without the packages, start again with those that `script/server` installed, if it has run."""
    python = ENVIRONMENT / "bin" / "python"
    if importlib.util.find_spec("django") is None and python.exists() and Path(sys.prefix) != ENVIRONMENT:
        os.execv(python, [str(python), *sys.argv])  # noqa: S606


if __name__ == "__main__":
    use_own_environment()
    from django.core.management import execute_from_command_line

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "marketplace.settings.dev")
    execute_from_command_line(sys.argv)
