"""The benchmark of plans runs, on sizes that take no time."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command


def test_the_benchmark_prints_a_table_and_writes_its_figures(tmp_path):
    out, file = StringIO(), tmp_path / "figures.json"
    call_command("bench_plan", network_size=300, lots_size=200, repeat=1, json=file, stdout=out)
    figures = json.loads(file.read_text())
    assert figures["same_worth"]
    assert {"ratio_bare", "ratio_highs", "ratio_tight_highs", "lots_seconds", "lots_peak_mb", "lots_gap"} <= set(
        figures
    )
    assert 0 <= figures["lots_gap"] <= 0.02
    assert min(figures["network_greedy_value_loss"], figures["network_top20_loss"]) >= -1e-6
    assert "greedy by score" in out.getvalue()


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (["--lots-size=1", "--network-size=1"], "nothing can be traded"),
        (["--lots-size=0"], "must be 1 or more"),
        (["--network-size=-5"], "must be 1 or more"),
        (["--seed=-1"], "must not be negative"),
        (["--json=/nowhere/figures.json"], "cannot be written"),
    ],
)
def test_what_makes_no_sense_is_refused_in_a_sentence(options, reason):
    with pytest.raises(CommandError, match=reason):
        call_command("bench_plan", *options, stdout=StringIO())
