"""An index kept as files: whole or not there, mapped, and the same result for any cut into chunks."""

import json
from mmap import mmap
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest

from matching.engine import Pairs, match
from matching.engine.columns import Longs
from matching.engine.stored import folder as stored
from matching.engine.stored.best import Best, Chunk, chunks_of
from matching.engine.stored.folder import MANIFEST, UnfitIndex, open_index, prune, versions, write_index
from matching.engine.stored.merging import pieces, whole
from matching.engine.stored.prepared import PlainIndex, Prepared, prepare
from matching.engine.stored.tree import frozen
from tests.engine.market import TODAY, make_market

ENGINES = ("numpy", "numba")
SIDES = ("need", "offer", "both")
DENSE = {"n_materials": 12, "n_demands": 10, "n_parks": 12}


def prepared(engine: str = "numpy", n_offers: int = 900, n_needs: int = 700, seed: int = 3) -> Prepared:
    return prepare(*make_market(seed, n_offers, n_needs, **DENSE), TODAY, engine=engine)


def result_of(index: Prepared, chunks: list[Chunk], per: Any, top: int = 20) -> Pairs:
    """Every chunk worked off, the last one first, and all of them united."""
    found = {chunk: index.best(chunk, top, per).as_bytes() for chunk in reversed(chunks)}
    return whole(list(pieces(index, chunks, lambda chunk: Best.from_bytes(found[chunk]), top, per)))


def assert_same_bits(one: Pairs, other: Pairs) -> None:
    for name, values in vars(one).items():
        there = vars(other)[name]
        assert (name, values.dtype, values.tobytes()) == (name, there.dtype, there.tobytes())


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("per", SIDES)
def test_chunks_of_a_stored_index_give_the_bits_of_one_run(engine: str, per: Any, tmp_path: Path) -> None:
    offers, needs, rules = make_market(3, 900, 700, **DENSE)
    index = open_index(write_index(prepare(offers, needs, rules, TODAY, engine=engine), tmp_path))
    expected = match(offers, needs, rules, TODAY, per=per, engine=engine)
    assert len(expected) > 1000
    for size in (97, 700, 4096):
        assert_same_bits(result_of(index, chunks_of(700, size), per), expected)


def test_both_engines_find_the_same_in_a_chunk() -> None:
    chunk = Chunk(0, 100, 350)
    plain, compiled = (prepared(engine).best(chunk, 5, "both").as_bytes() for engine in ENGINES)
    assert plain == compiled


def test_equal_scores_of_an_offer_rank_by_the_row_of_the_need_whatever_the_chunks() -> None:
    offers, needs, rules = make_market(5, 40, 60, **DENSE)
    twice = np.concatenate((np.arange(60), np.arange(60)))
    for engine in ENGINES:
        index = prepare(offers, needs.take(twice), rules, TODAY, engine=engine)
        expected = match(offers, needs.take(twice), rules, TODAY, per="offer", top=3, engine=engine)
        assert_same_bits(result_of(index, chunks_of(120, 7), "offer", 3), expected)


@pytest.mark.parametrize("engine", ENGINES)
def test_what_is_opened_is_mapped_and_cannot_be_written_to(engine: str, tmp_path: Path) -> None:
    index = open_index(write_index(prepared(engine), tmp_path))
    arrays = [leaf for leaf in index.leaves().values() if isinstance(leaf, np.ndarray) and leaf.size]
    assert not any(array.flags.writeable for array in arrays)
    assert all(isinstance(owner_of(array), mmap) for array in arrays)


def owner_of(array: Any) -> Any:
    """Who holds the memory that an array shows."""
    while isinstance(array, np.ndarray):
        array = array.base
    return array


def test_equal_inputs_give_one_folder_and_different_inputs_another(tmp_path: Path) -> None:
    first, second, third = (write_index(prepared(seed=seed), tmp_path) for seed in (3, 3, 4))
    assert first == second != third
    assert len(list(tmp_path.iterdir())) == 2


def test_nothing_is_left_of_an_index_that_could_not_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def disk_full(*_args: Any, **_named: Any) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(stored.np, "save", disk_full)
    with pytest.raises(OSError, match="no space left"):
        write_index(prepared(), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_only_the_newest_versions_are_kept(tmp_path: Path) -> None:
    folders = [write_index(prepared(n_offers=30, n_needs=20, seed=seed), tmp_path) for seed in (1, 2, 3)]
    write_index(prepared(n_offers=30, n_needs=20, seed=1), tmp_path)  # used again, so it is the newest
    prune(tmp_path, keep=2)
    assert list(versions(tmp_path)) == [folders[0], folders[2]]


def test_an_index_of_another_engine_or_format_is_refused(tmp_path: Path) -> None:
    folder = write_index(prepared(), tmp_path)
    manifest = json.loads((folder / MANIFEST).read_text())
    for name in ("engine", "format"):
        (folder / MANIFEST).write_text(json.dumps(manifest | {name: "0"}))
        with pytest.raises(UnfitIndex, match=f"is of {name} 0"):
            open_index(folder)


def test_a_file_cut_short_is_refused(tmp_path: Path) -> None:
    folder = write_index(prepared(), tmp_path)
    path = folder / "sorted.offers.lat.npy"
    path.write_bytes(path.read_bytes()[:-8])
    with pytest.raises(UnfitIndex, match="cannot be read"):
        open_index(folder)


def test_a_changed_figure_is_found_when_the_whole_is_read(tmp_path: Path) -> None:
    folder = write_index(prepared(), tmp_path)
    path = folder / "sorted.offers.lat.npy"
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    open_index(folder)
    with pytest.raises(UnfitIndex, match="does not hold what was written"):
        open_index(folder, whole=True)


def test_a_folder_without_manifest_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnfitIndex, match=MANIFEST):
        open_index(tmp_path)


def test_everything_a_matching_derives_comes_back_as_it_was(tmp_path: Path) -> None:
    before = prepared()
    after = open_index(write_index(before, tmp_path), whole=True)
    assert isinstance(before, PlainIndex)
    assert isinstance(after, PlainIndex)
    assert after.leaves().keys() == before.leaves().keys()
    assert after.matching.problem.offer_xyz[0].tolist() == before.matching.problem.offer_xyz[0].tolist()
    assert after.matching.blocking.problem is after.matching.problem


class Pair(NamedTuple):
    values: Longs


def test_freezing_leaves_the_array_of_the_caller_writable() -> None:
    mine = np.arange(10)[::2]
    kept = frozen(Pair(mine)).values
    assert kept.tolist() == mine.tolist()
    assert (kept.flags.c_contiguous, kept.flags.writeable, mine.flags.writeable) == (True, False, True)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("sizes", [(0, 5), (5, 0)])
def test_an_index_without_offers_or_needs_has_no_pairs(engine: str, sizes: tuple[int, int], tmp_path: Path) -> None:
    index = open_index(write_index(prepared(engine, *sizes), tmp_path))
    chunks = chunks_of(sizes[1], 4)
    parts = pieces(index, chunks, lambda chunk: index.best(chunk, 3, "both"), 3, "both")
    assert sum(len(part) for part in parts) == 0
