"""Measure plans: what they gain over greedy ones, and what they cost in time and memory."""

from __future__ import annotations

import argparse
import resource
from time import perf_counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from matching.benchmark.planning import Compared, Race, Scene, compared, race
from matching.engine.plan import Objective
from matching.management.arguments import at_least_one, file_to_write, not_negative, write_json

# So few materials that the default sizes give about 600 000 and 100 000 arcs.
NETWORK_MATERIALS, LOTS_MATERIALS = 90, 12
HEADINGS = f"{'':24}{'below bound':>12}{'tonnes':>18}{'worth':>20}{'tonne-km':>18}{'seconds':>9}  method"


class Command(BaseCommand):
    help = "Compare plans with greedy ones and with bare solvers on a made-up, clustered market."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "--network-size", type=at_least_one, default=20_000, help="offers and needs of the pure network"
        )
        parser.add_argument(
            "--network-materials",
            type=at_least_one,
            default=NETWORK_MATERIALS,
            help="fewer make one large network of many",
        )
        parser.add_argument(
            "--lots-size", type=at_least_one, default=5_000, help="offers and needs with lots and permits"
        )
        parser.add_argument("--objective", choices=[Objective.VALUE, Objective.TONNES], default=Objective.VALUE)
        parser.add_argument("--seed", type=not_negative, default=1)
        parser.add_argument("--repeat", type=at_least_one, default=3)
        parser.add_argument("--skip-highs", action="store_true", help="leave out the slowest of the solvers")
        parser.add_argument("--json", type=file_to_write, metavar="FILE", help="write the figures here as well")

    def handle(self, *args: Any, objective: str, seed: int, **options: Any) -> None:
        figures: dict[str, Any] = {"seed": seed, "objective": objective}
        size = options["lots_size"]
        scene = Scene.made(seed, size, LOTS_MATERIALS, bound=True, objective=Objective(objective))
        figures |= self._compare(scene, "lots", f"{size} × {size} with minimum lots and permits")
        size = options["network_size"]
        scene = Scene.made(seed, size, options["network_materials"], bound=False, objective=Objective(objective))
        figures |= self._compare(scene, "network", f"{size} × {size}, pure network")
        figures |= self._race(scene, options["repeat"], with_highs=not options["skip_highs"])
        if options["json"]:
            write_json(options["json"], figures, indent=2)

    def _compare(self, scene: Scene, key: str, title: str) -> dict[str, Any]:
        started = perf_counter()
        rows = compared(scene)
        best = rows[0].plan.summary
        if not best.n_pairs:
            raise CommandError(f"{title}: nothing can be traded in so small a market.")
        peak = peak_mb()
        self.stdout.write(f"\n{title}: {best.n_pairs} pairs can carry something, of {len(scene.pairs)} feasible")
        self.stdout.write(HEADINGS)
        for row in rows:
            self.stdout.write(_line(row))
        self.stdout.write(
            f"gap to the bound {best.gap:.4%} after {best.rounds} solutions; peak memory {peak:.0f} MB; "
            f"all four took {perf_counter() - started:.1f} s"
        )
        return {f"{key}_{name}": value for name, value in _figures(rows, peak).items()}

    def _race(self, scene: Scene, repeat: int, *, with_highs: bool) -> dict[str, Any]:
        run = race(scene, repeat, with_highs=with_highs)
        self.stdout.write(
            f"\nThe same network of {run.arcs} arcs, processor time, median of {repeat} in turns (HiGHS once each):"
        )
        lines = [
            ("plan, from columns to checked plan", run.plan_s, ""),
            ("OR-Tools, network given", run.bare_s, f"plan: {run.ratio_bare:.2f} × this"),
        ]
        if with_highs:
            lines += [
                ("HiGHS, plain programme given", run.highs_s, f"{run.ratio_highs:.1f} × plan"),
                ("HiGHS, rows that bind alone given", run.tight_highs_s, f"{run.ratio_tight_highs:.1f} × plan"),
            ]
        for name, seconds, ratio in lines:
            self.stdout.write(f"  {name:38}{seconds:8.2f} s   {ratio}")
        self.stdout.write("  all found the same worth" if run.same_worth else "  WORTHS DIFFER")
        return _race_figures(run, with_highs)


def _line(row: Compared) -> str:
    summary = row.plan.summary
    return (
        f"{row.name:24}{row.below_bound:12.3%}{summary.tonnes:18,.3f}{summary.worth:20,.0f}"
        f"{summary.tonne_km:18,.0f}{row.seconds:9.2f}  {summary.method}"
    )


def _figures(rows: list[Compared], peak: float) -> dict[str, Any]:
    best = rows[0]
    summary = best.plan.summary
    losses = dict(zip(("top20_loss", "greedy_value_loss", "greedy_score_loss"), rows[1:], strict=True))
    return {
        "pairs": summary.n_pairs,
        "seconds": best.seconds,
        "gap": summary.gap,
        "method": str(summary.method),
        "tonnes": str(summary.tonnes),
        "worth": summary.worth,
        "bound": summary.bound,
        "peak_mb": peak,
        **{name: row.below_bound for name, row in losses.items()},
    }


def _race_figures(run: Race, with_highs: bool) -> dict[str, Any]:
    figures: dict[str, Any] = {"arcs": run.arcs, "plan_seconds": run.plan_s, "bare_seconds": run.bare_s}
    figures |= {"ratio_bare": run.ratio_bare, "same_worth": run.same_worth}
    if with_highs:
        figures |= {"highs_seconds": run.highs_s, "ratio_highs": run.ratio_highs}
        figures |= {"tight_highs_seconds": run.tight_highs_s, "ratio_tight_highs": run.ratio_tight_highs}
    return figures


def peak_mb() -> float:
    """The most memory this process has held so far; Linux counts it in kilobytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
