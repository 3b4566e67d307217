"""A full run dealt in chunks: the same pairs whoever does the work, and whatever breaks on the way."""

from __future__ import annotations

import datetime as dt
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from decimal import Decimal
from io import StringIO
from multiprocessing import active_children
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from listings.models import Listing
from listings.services import change_listing
from marketplace.errors import WrongState
from matching import rematching_country
from matching.benchmark import workers as simulation
from matching.dealing import machines as machines_module
from matching.dealing.country import Dealing
from matching.dealing.machines import machines
from matching.dealing.places import local_folder, upload
from matching.dealing.workers import Alone, Processes, Threads, Workers, embedded
from matching.dealing.working import Task, best_of_chunk
from matching.engine.stored.best import chunks_of
from matching.engine.stored.folder import MANIFEST, write_index
from matching.engine.stored.prepared import prepare
from matching.models import Match, MatchRun
from matching.rematching import rematch_all
from tests import factories as make
from tests.engine.market import TODAY
from tests.engine.market import make_market as make_big_market
from tests.matching.market import make_market

ROOT = Path(__file__).parent.parent.parent
COLUMNS = ("offer", "need", "score", "verdict", "distance_km", "landed_per_t", "quantity_t", "specification_score")
N_NEEDS = 12
N_CHUNKS = 6


class BrokenOff(Exception):
    """Stands for whatever ends a run before its time."""


@pytest.fixture
def crowd(db: None) -> None:
    """Twelve needs and eight offers of ash that reach each other, so that offers' best lie in several chunks."""
    market = make_market()
    for step in range(N_NEEDS):
        market.need(at=(31.20 + step / 50, 121.5))
    for step in range(8):
        market.offer(at=(31.2 + step / 40, 121.4), price_per_t=Decimal(step))


@pytest.fixture
def task(tmp_path: Path) -> Task:
    index = prepare(*make_big_market(3, 900, 700, n_materials=12, n_demands=10, n_parks=12), TODAY, engine="numpy")
    return Task(str(write_index(index, tmp_path)), 5, "both")


def dealing(home: Path, workers: Workers | None = None, **others: Any) -> Dealing:
    return Dealing(home=home, workers=workers or Alone(), chunk_needs=2, **others)


def stored() -> list[tuple[Any, ...]]:
    return sorted(Match.objects.values_list(*COLUMNS))


def at_once() -> list[tuple[Any, ...]]:
    """The pairs of a run in one piece; they are removed again."""
    rematch_all()
    found = stored()
    Match.objects.all().delete()
    assert len(found) == 8 * N_NEEDS
    return found


def breaking_after(chunks: int) -> Callable[[str], None]:
    def say(text: str) -> None:
        if f": {chunks} of " in text:
            raise BrokenOff

    return say


# --- who works --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("workers", [Threads(2), Processes(2)], ids=str)
def test_all_workers_give_the_bytes_of_one_process(workers: Workers, task: Task) -> None:
    chunks = chunks_of(700, 90)
    assert dict(workers.deal(task, chunks)) == dict(Alone().deal(task, chunks))


def test_a_chunk_done_twice_gives_the_same_bytes(task: Task) -> None:
    chunk = chunks_of(700, 90)[3]
    assert best_of_chunk(task, chunk) == best_of_chunk(task, chunk)


def test_a_killed_process_is_replaced_and_its_chunk_done_again(task: Task) -> None:
    chunks, done = chunks_of(700, 10), {}
    for chunk, content in Processes(2).deal(task, chunks):
        if not done:
            victim = active_children()[0]
            victim.kill()
        done[chunk] = content
    victim.join(10)
    assert victim.exitcode == -signal.SIGKILL
    assert done == dict(Alone().deal(task, chunks))


def test_a_failure_of_the_work_itself_is_not_hidden(tmp_path: Path) -> None:
    for workers in (Alone(), Threads(2), Processes(1)):
        with pytest.raises(ValueError, match=MANIFEST):
            list(workers.deal(Task(str(tmp_path / "nowhere"), 5, "both"), chunks_of(10, 5)))


def test_compiled_code_runs_in_threads_and_numpy_in_processes_and_one_processor_needs_neither() -> None:
    assert [str(embedded(kind, 4)) for kind in ("compiled", "plain")] == ["4 threads", "4 processes"]
    assert embedded("plain", 1) == Alone()


# --- the whole run ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("engine", ["numpy", "numba"])
def test_a_dealt_run_stores_what_a_run_in_one_piece_stores(
    engine: str, crowd: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = at_once()
    monkeypatch.setenv("LOOPYARD_ENGINE", engine)
    run = rematch_all(dealing=dealing(tmp_path))
    assert stored() == expected
    assert (run.offers, run.needs, run.pairs) == (8, N_NEEDS, 8 * N_NEEDS)
    assert not Listing.objects.unmatched().exists()


def test_each_chunk_is_reported_with_what_is_left(crowd: None, tmp_path: Path) -> None:
    said: list[str] = []
    rematch_all(dealing=dealing(tmp_path), say=said.append)
    assert f"CN: {N_CHUNKS} chunks, dealt to this process alone" in said
    chunks = [text for text in said if " of 6 chunks, " in text]
    assert [text.split(" needs")[0] for text in chunks] == [
        f"CN: {n} of 6 chunks, {2 * n}" for n in range(1, N_CHUNKS + 1)
    ]
    assert chunks[-1].endswith("about 0 s left")


def test_a_small_country_leaves_no_files(crowd: None, tmp_path: Path) -> None:
    rematch_all(dealing=Dealing(home=tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_a_finished_run_leaves_nothing_but_its_index(crowd: None, tmp_path: Path) -> None:
    rematch_all(dealing=dealing(tmp_path))
    rematch_all(day=timezone.localdate() + dt.timedelta(days=1), dealing=dealing(tmp_path))
    assert list((tmp_path / "runs").iterdir()) == []
    assert len(list((tmp_path / "indexes" / "CN").iterdir())) == 1


def test_a_resumed_run_does_only_what_is_missing_and_stores_the_same(crowd: None, tmp_path: Path) -> None:
    expected = at_once()
    with pytest.raises(BrokenOff):
        rematch_all(dealing=dealing(tmp_path), say=breaking_after(4))
    assert stored() == []
    said: list[str] = []
    run = rematch_all(dealing=dealing(tmp_path), say=said.append, resume=True)
    assert "CN: 6 chunks, 4 done before, dealt to this process alone" in said
    assert len([text for text in said if " of 6 chunks, " in text]) == 2
    assert stored() == expected
    assert run.finished_at is not None
    assert MatchRun.objects.filter(finished_at=None).count() == 0


def test_what_changed_before_a_run_was_resumed_stays_unmatched(crowd: None, tmp_path: Path) -> None:
    with pytest.raises(BrokenOff):
        rematch_all(dealing=dealing(tmp_path), say=breaking_after(1))
    offer = Listing.objects.offers()[0]
    change_listing(actor=make.owner_of(offer.firm), listing=offer, values={"price_per_t": Decimal(99)})
    rematch_all(dealing=dealing(tmp_path), resume=True)
    assert list(Listing.objects.unmatched()) == [offer]


def test_a_listing_that_is_gone_when_a_run_is_resumed_is_left_out(crowd: None, tmp_path: Path) -> None:
    expected = at_once()
    with pytest.raises(BrokenOff):
        rematch_all(dealing=dealing(tmp_path), say=breaking_after(1))
    gone = Listing.objects.offers()[0]
    Listing.objects.filter(pk=gone.pk).delete()
    rematch_all(dealing=dealing(tmp_path), resume=True)
    assert stored() == [row for row in expected if row[0] != gone.pk]


def test_a_run_that_fails_while_it_stores_leaves_the_old_pairs(
    crowd: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rematch_all()
    before = sorted(Match.objects.values_list("pk", *COLUMNS))
    calls = iter(range(10))

    def broken(keys: Any, pairs: Any) -> None:
        if next(calls) == 3:
            raise BrokenOff

    monkeypatch.setattr(rematching_country, "store", broken)
    with pytest.raises(BrokenOff):
        rematch_all(dealing=dealing(tmp_path))
    assert sorted(Match.objects.values_list("pk", *COLUMNS)) == before


def test_there_must_be_a_run_to_resume(crowd: None, tmp_path: Path) -> None:
    with pytest.raises(WrongState, match="no unfinished run"):
        rematch_all(dealing=dealing(tmp_path), resume=True)
    assert not MatchRun.objects.exists()


def test_the_command_says_that_there_is_nothing_to_resume(db: None) -> None:
    with pytest.raises(CommandError, match="no unfinished run"):
        call_command("run_matching", resume=True)


@pytest.mark.parametrize("option", ["--workers=0", "--chunk=-1"])
def test_less_than_one_worker_or_need_is_refused(option: str) -> None:
    with pytest.raises(CommandError, match="must be 1 or more"):
        call_command("run_matching", option)


def test_a_run_of_yesterday_is_not_resumed(crowd: None, tmp_path: Path) -> None:
    with pytest.raises(BrokenOff):
        rematch_all(dealing=dealing(tmp_path), say=breaking_after(4))
    tomorrow = timezone.localdate() + dt.timedelta(days=1)
    with pytest.raises(WrongState, match="Start a new run"):
        rematch_all(dealing=dealing(tmp_path), resume=True, day=tomorrow)
    assert stored() == []


# --- an index elsewhere -----------------------------------------------------------------------------------------------


@pytest.fixture
def shared_url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    pytest.importorskip("fsspec")
    monkeypatch.setenv("LOOPYARD_VAR_DIR", str(tmp_path / "var"))
    return (tmp_path / "shared").as_uri()


@pytest.mark.needs_distributed
def test_workers_copy_an_index_from_a_url_once_and_use_it(crowd: None, shared_url: str, tmp_path: Path) -> None:
    expected = at_once()
    rematch_all(dealing=dealing(tmp_path / "home", index_home=shared_url))
    assert stored() == expected
    copies = list((tmp_path / "var" / "matching" / "copies").iterdir())
    assert [copy.name for copy in copies] == [each.name for each in (tmp_path / "shared" / "CN").iterdir()]


@pytest.mark.needs_distributed
def test_a_copy_that_does_not_match_its_sum_is_not_used(task: Task, shared_url: str, tmp_path: Path) -> None:
    url = upload(Path(task.place), shared_url)
    path = tmp_path / "shared" / Path(task.place).name / "sorted.offers.lat.npy"
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    with pytest.raises(ValueError, match="does not hold what was written"):
        local_folder(url)
    assert list((tmp_path / "var" / "matching" / "copies").iterdir()) == []


# --- other machines ---------------------------------------------------------------------------------------------------


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise ModuleNotFoundError(f"No module named '{name}'")

    monkeypatch.setattr(machines_module, "import_module", missing)
    with pytest.raises(CommandError, match=r"requirements-distributed\.txt: No module named 'distributed'"):
        call_command("run_matching", scheduler="tcp://127.0.0.1:9")


@pytest.mark.needs_distributed
def test_a_scheduler_that_does_not_answer_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machines_module, "ANSWER_WITHIN_S", 1)
    with pytest.raises(CommandError, match="No scheduler answers at tcp://127.0.0.1:9"):
        call_command("run_matching", scheduler="tcp://127.0.0.1:9")


# Loaded by the worker that is to die: it takes a chunk in hand, says so, and never finishes.
STUCK = """
import time
from pathlib import Path
from matching.dealing import working

def stuck(task, chunk):
    Path({marker!r}).write_text(str(chunk.number))
    time.sleep(600)

working.best_of_chunk = stuck
"""


def dask(*words: str) -> subprocess.Popen[bytes]:
    """A process that knows no database: workers need none."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("LOOPYARD", "DJANGO"))}
    command = [sys.executable, "-m", "dask", *words]
    return subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL)  # noqa: S603


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[tuple[str, subprocess.Popen[bytes], Path]]:
    """A scheduler and two workers as processes of their own; the second worker gets stuck in its first chunk."""
    port, marker, preload = free_port(), tmp_path / "in-hand", tmp_path / "stuck.py"
    preload.write_text(STUCK.format(marker=str(marker)))
    address = f"tcp://127.0.0.1:{port}"
    alone = ("--no-nanny", "--nthreads", "1", "--no-dashboard", "--local-directory", str(tmp_path / "dask"))
    started = [
        dask("scheduler", "--host", "127.0.0.1", "--port", str(port), "--no-dashboard"),
        dask("worker", address, *alone),
        dask("worker", address, *alone, "--preload", str(preload)),
    ]
    yield address, started[-1], marker
    for process in started:
        process.kill()
        process.wait(60)


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@pytest.mark.needs_distributed
def test_a_worker_killed_in_the_middle_costs_only_its_chunk(
    crowd: None, cluster: tuple[str, subprocess.Popen[bytes], Path], tmp_path: Path
) -> None:
    address, doomed, marker = cluster
    expected = at_once()

    def say(text: str) -> None:
        if " of 6 chunks, " in text and doomed.poll() is None:
            wait_for(marker.exists)
            doomed.send_signal(signal.SIGKILL)
            doomed.wait(60)

    with machines(address) as workers:
        workers.client.wait_for_workers(2, timeout=300)
        run = rematch_all(dealing=dealing(tmp_path / "home", workers), say=say)
    assert doomed.returncode == -signal.SIGKILL
    assert stored() == expected
    assert run.pairs == len(expected)


def wait_for(ready: Callable[[], bool], seconds: float = 300) -> None:
    until = time.monotonic() + seconds
    while not ready():
        assert time.monotonic() < until
        time.sleep(0.05)


# --- how evenly -------------------------------------------------------------------------------------------------------


def test_each_piece_goes_to_whoever_is_free_first() -> None:
    assert simulation.dealt(np.array([3.0, 1.0, 1.0, 1.0]), 2) == 1.0
    assert simulation.dealt(np.array([1.0, 1.0, 4.0]), 2) == pytest.approx(5 / 3)


def test_more_machines_than_shards_stand_idle() -> None:
    one = np.array([0, 1])
    load = simulation.Load(demand=one, park=one, needs=np.array([10.0, 10.0]), seconds=np.array([1.0, 1.0]))
    assert simulation.sharded(load, one, 8) == 4.0


def test_chunks_are_dealt_evenly_where_shards_are_not(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    cost = simulation.Cost(per_need=5e-6, per_candidate=14e-9, modelled_per_counted=0.64)
    monkeypatch.setattr(simulation, "measured_cost", lambda _seed: cost)
    call_command("bench_matching", simulate_workers=10_000_000, json=tmp_path / "figures.json", stdout=StringIO())
    figures = json.loads((tmp_path / "figures.json").read_text())
    of_32 = {name: each[figures["machines"].index(32)] for name, each in figures["balance"].items()}
    assert of_32 == pytest.approx({"dealt": 1.043, "by_family": 18.3, "by_province": 12.3}, rel=0.005)
    assert figures["chunks"] == 2442


def test_the_cost_of_the_simulation_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(simulation, "SAMPLE", 3000)
    cost = simulation.measured_cost(1)
    assert cost.per_need + cost.per_candidate > 0
    assert 0.1 < cost.modelled_per_counted < 1
