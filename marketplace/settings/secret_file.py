"""A secret key that a development machine makes once and keeps, so that sessions outlive a restart."""

import os
from pathlib import Path

from django.core.management.utils import get_random_secret_key


def secret_from_file(path: Path) -> str:
    """Two processes may start at once: only one creates the file, and it is never readable by others."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="utf-8").strip()
    key = get_random_secret_key()
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(key)
    return key
