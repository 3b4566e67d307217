"""Nested dataclasses and named tuples of arrays as one flat table, name → array or number, and back by their types."""

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import numpy as np
from numpy.typing import NDArray

Leaf = NDArray[Any] | bool | int | float
SCALARS = (bool, int, float)


def leaves(value: Any, name: str) -> Iterator[tuple[str, Leaf]]:
    """Every array and number below `value`, by dotted name; what is None has none.

    >>> dict(leaves((1, (2.5, None)), "pair"))
    {'pair.0': 1, 'pair.1.0': 2.5}
    """
    if isinstance(value, (np.ndarray, *SCALARS)):
        yield name, value
    elif value is not None:
        for part, inner in _parts(value):
            yield from leaves(inner, f"{name}.{part}")


def _parts(value: Any) -> Iterator[tuple[str, Any]]:
    if is_dataclass(value):
        yield from ((each.name, getattr(value, each.name)) for each in fields(value))
    elif hasattr(value, "_fields"):
        yield from zip(value._fields, value, strict=True)
    else:
        yield from ((str(place), inner) for place, inner in enumerate(value))


def rebuilt(kind: Any, name: str, found: Mapping[str, Leaf]) -> Any:
    """The value of type `kind` whose leaves were flattened under `name`. Nothing is checked or copied."""
    origin = get_origin(kind)
    if name in found:
        return found[name]
    if origin in (Union, UnionType):
        return _rebuilt_optional(kind, name, found)
    if origin is tuple:
        return tuple(rebuilt(each, f"{name}.{place}", found) for place, each in enumerate(get_args(kind)))
    if origin is np.ndarray or kind in SCALARS:
        raise KeyError(name)
    return _rebuilt_parts(kind, name, found)


def _rebuilt_optional(kind: Any, name: str, found: Mapping[str, Leaf]) -> Any:
    if not any(other.startswith(f"{name}.") for other in found):
        return None
    return rebuilt(next(each for each in get_args(kind) if each is not NoneType), name, found)


def _rebuilt_parts(kind: Any, name: str, found: Mapping[str, Leaf]) -> Any:
    """A named tuple, or a dataclass without its checks, which would read every row."""
    hints = get_type_hints(kind)
    if hasattr(kind, "_fields"):
        return kind(*(rebuilt(hints[each], f"{name}.{each}", found) for each in kind._fields))
    made = object.__new__(kind)
    for each in fields(kind):
        object.__setattr__(made, each.name, rebuilt(hints[each.name], f"{name}.{each.name}", found))
    return made


def frozen(value: Any, name: str = "") -> Any:
    """The same with every array unbroken in memory and read-only, as it comes from a file.

    Compiled code is made for the layout and the rights of its arrays: this way there is one for both.
    """
    return rebuilt(type(value), name, {each: _frozen_leaf(leaf) for each, leaf in leaves(value, name)})


def _frozen_leaf(leaf: Leaf) -> Leaf:
    if not isinstance(leaf, np.ndarray):
        return leaf
    view = np.ascontiguousarray(leaf).view()
    view.flags.writeable = False
    return view
