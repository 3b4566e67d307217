"""An index as a folder of `.npy` files with a manifest: written as a whole or not at all, mapped and never changed.

The folder's name carries the sum over its contents, so equal inputs give the same folder and different ones never
share one. The manifest is written last and says what must be there.
"""

import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching.engine.stored.prepared import Prepared, from_leaves
from matching.engine.stored.tree import Leaf
from matching.engine.version import ENGINE_VERSION

FORMAT = 1
MANIFEST = "manifest.json"
PREFIX = "index-"
UNFINISHED = ".unfinished-"
DIGEST_BYTES = 16


class UnfitIndex(ValueError):
    """These files are not an index that this engine can read."""


def write_index(index: Prepared, parent: Path) -> Path:
    """Keep the index below `parent` and return its folder. What is there already is not written again."""
    found = index.leaves()
    digest = _digest(index.kind, found)
    folder = parent / f"{PREFIX}{digest}"
    if (folder / MANIFEST).exists():
        os.utime(folder)
        return folder
    parent.mkdir(parents=True, exist_ok=True)
    unfinished = Path(mkdtemp(prefix=UNFINISHED, dir=parent))
    try:
        _write(index, found, digest, unfinished)
        publish(unfinished, folder)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return folder


def publish(unfinished: Path, folder: Path) -> None:
    """Give a finished folder its name, unless somebody else was quicker."""
    unfinished.chmod(0o755)
    try:
        unfinished.rename(folder)
    except OSError:
        if not (folder / MANIFEST).exists():
            raise


def _write(index: Prepared, found: Mapping[str, Leaf], digest: str, folder: Path) -> None:
    arrays = {name: leaf for name, leaf in found.items() if isinstance(leaf, np.ndarray)}
    for name, values in arrays.items():
        np.save(folder / f"{name}.npy", values, allow_pickle=False)
    manifest = {
        "format": FORMAT,
        "engine": ENGINE_VERSION,
        "kind": index.kind,
        "digest": digest,
        "offers": index.n_offers,
        "needs": len(index.need_row),
        "numbers": {name: leaf for name, leaf in found.items() if name not in arrays},
        "arrays": {name: _shape(values) for name, values in arrays.items()},
    }
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=1) + "\n")


def _shape(values: NDArray[Any]) -> dict[str, Any]:
    return {"shape": list(values.shape), "bytes": values.nbytes, "aligned": values.dtype.isalignedstruct}


def _digest(kind: str, found: Mapping[str, Leaf]) -> str:
    """Over everything that is kept and how: values, names, types, shapes, form and versions."""
    total = hashlib.blake2b(f"{FORMAT} {ENGINE_VERSION} {kind}".encode(), digest_size=DIGEST_BYTES)
    for name, leaf in found.items():
        if isinstance(leaf, np.ndarray):
            total.update(f"{name} {np.lib.format.dtype_to_descr(leaf.dtype)} {leaf.shape}".encode())
            total.update(np.ascontiguousarray(leaf).view(np.uint8).data)
        else:
            total.update(f"{name} {leaf!r}".encode())
    return total.hexdigest()


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of an index that this engine can read."""
    try:
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text())
    except (OSError, ValueError) as error:
        raise UnfitIndex(f"{folder} has no readable {MANIFEST}: {error}") from error
    for name, here in (("format", FORMAT), ("engine", ENGINE_VERSION)):
        if manifest.get(name) != here:
            raise UnfitIndex(f"{folder} is of {name} {manifest.get(name)}, this is {name} {here}")
    return manifest


def open_index(folder: Path, *, whole: bool = False) -> Prepared:
    """Map an index. Files must be there in full length; `whole` reads everything and compares the sums."""
    manifest = read_manifest(folder)
    found: dict[str, Leaf] = dict(manifest["numbers"])
    for name, expected in manifest["arrays"].items():
        found[name] = _mapped(folder / f"{name}.npy", expected)
    index = from_leaves(manifest["kind"], found)
    if whole and _digest(index.kind, index.leaves()) != manifest["digest"]:
        raise UnfitIndex(f"{folder} does not hold what was written")
    return index


def _mapped(path: Path, expected: Mapping[str, Any]) -> NDArray[Any]:
    try:
        values = np.asarray(_loaded(path))
    except (OSError, ValueError, EOFError) as error:
        raise UnfitIndex(f"{path} cannot be read: {error}") from error
    if list(values.shape) != expected["shape"] or values.nbytes != expected["bytes"]:
        raise UnfitIndex(f"{path} is not of the size its manifest says")
    if expected["aligned"]:  # the file format does not keep this
        values = values.view(_aligned(values.dtype))
    return values


def _loaded(path: Path) -> NDArray[Any]:
    """Mapped where there is something to map."""
    try:
        loaded: NDArray[Any] = np.load(path, mmap_mode="r", allow_pickle=False)
    except ValueError:  # an empty array cannot be mapped
        loaded = np.load(path, allow_pickle=False)
        loaded.flags.writeable = False
        if loaded.size:
            raise
    return loaded


def _aligned(dtype: np.dtype[Any]) -> np.dtype[Any]:
    held: Any = dtype.fields or {}
    layout: Any = {
        "names": list(held),
        "formats": [each[0] for each in held.values()],
        "offsets": [each[1] for each in held.values()],
        "itemsize": dtype.itemsize,
    }
    aligned: np.dtype[Any] = np.dtype(layout, align=True)
    return aligned


def versions(parent: Path) -> Iterator[Path]:
    """Finished indexes, the newest first."""
    found = [path for path in parent.glob(f"{PREFIX}*") if (path / MANIFEST).exists()]
    yield from sorted(found, key=lambda path: path.stat().st_mtime_ns, reverse=True)


def prune(parent: Path, keep: int) -> None:
    """Remove all but the newest `keep`. Who has an old one mapped goes on reading it."""
    for path in list(versions(parent))[keep:]:
        shutil.rmtree(path, ignore_errors=True)
