"""Lists of unequal length beside the rows of an index."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from matching.single.standing_entries import Entries, places_of

KEYS = np.array([30, 10, 20])


def entries() -> Entries:
    owner = np.array([20, 30, 99, 20, 5])
    return Entries.by_owner(owner, KEYS, {"figure": np.array([1.0, 2.0, 3.0, 4.0, 5.0])})


def test_entries_stand_at_the_places_of_their_owners_and_those_of_nobody_are_left_out() -> None:
    assert entries().start.tolist() == [0, 1, 1, 3]
    assert entries().columns["figure"].tolist() == [2.0, 1.0, 4.0]


def test_the_entries_of_some_places_name_the_row_among_these() -> None:
    found = entries().at(np.array([2, 1, 0]))
    assert {name: values.tolist() for name, values in found.items()} == {
        "owner": [0, 0, 2],
        "figure": [1.0, 4.0, 2.0],
    }


def test_entries_come_back_from_their_files(tmp_path: Path) -> None:
    entries().save(tmp_path, "need-said")
    opened = Entries.opened(tmp_path, "need-said", ["figure"])
    assert opened.at(np.array([2]))["figure"].tolist() == [1.0, 4.0]
    assert type(opened.start) is np.ndarray


def test_of_no_keys_nobody_has_a_place() -> None:
    place, is_there = places_of(np.array([1, 2]), np.array([], dtype=np.int64))
    assert (place.tolist(), is_there.tolist()) == ([0, 0], [False, False])
