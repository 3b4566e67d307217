"""Where an index lies: a folder, or a URL that is copied to a folder of this machine first. Free of Django."""

from __future__ import annotations

import os
import shutil
from importlib import import_module
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from matching.engine.stored.folder import MANIFEST, UNFINISHED, open_index, publish


class Unavailable(RuntimeError):
    """Something a run was asked to use is not there; the text says what and where."""


def is_url(place: str) -> bool:
    return "://" in place


def local_folder(place: str) -> Path:
    """The folder of an index, which a URL is copied to unless it has been before."""
    if not is_url(place):
        return Path(place)
    folder = copies() / place.rstrip("/").rsplit("/", 1)[-1]
    if not (folder / MANIFEST).exists():
        _copy(place, folder)
    return folder


def copies() -> Path:
    """Folder of this machine's copies: below LOOPYARD_VAR_DIR, else below the user's cache."""
    named = os.environ.get("LOOPYARD_VAR_DIR")
    if named:
        return Path(named) / "matching" / "copies"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "loopyard"


def _copy(url: str, folder: Path) -> None:
    """Copy as a whole or not at all; what arrived is compared with its sum before it gets its name."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    unfinished = Path(mkdtemp(prefix=UNFINISHED, dir=folder.parent))
    try:
        storage, path = _storage(url)
        for name in storage.ls(path, detail=False):
            storage.get_file(name, str(unfinished / name.rsplit("/", 1)[-1]))
        open_index(unfinished, whole=True)
        publish(unfinished, folder)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def upload(folder: Path, parent_url: str) -> str:
    """Copy an index to where all workers find it, the manifest last; returns its URL."""
    url = f"{parent_url.rstrip('/')}/{folder.name}"
    storage, path = _storage(url)
    if storage.exists(f"{path}/{MANIFEST}"):
        return url
    storage.makedirs(path, exist_ok=True)
    names = sorted((each.name for each in folder.iterdir()), key=lambda name: name == MANIFEST)
    for name in names:
        storage.put_file(str(folder / name), f"{path}/{name}")
    return url


def _storage(url: str) -> tuple[Any, str]:
    """The file system behind a URL and the path on it."""
    try:
        storage, path = import_module("fsspec").core.url_to_fs(url)
    except ImportError as error:  # fsspec itself, or the package for this kind of storage
        raise Unavailable(f"An index at {url} needs a package that is not installed: {error}") from error
    return storage, path
