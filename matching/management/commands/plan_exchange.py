"""Plan the exchanges of a park or region and print what the page shows."""

from __future__ import annotations

import argparse
import datetime as dt
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Q
from django.utils import timezone, translation

from marketplace.firms.models import Park, Region
from matching.areas import Area, area_of_park, area_of_region
from matching.engine.plan import Objective
from matching.management.arguments import file_to_write, not_negative, write_json
from matching.plan_presenting import PlanColumn, PlanLine, PlanPage, present
from matching.plans import OBJECTIVES, known, plan_area

COLUMN_NAMES = {
    "best": "this plan",
    "greedy_value": "greedy by value",
    "greedy_score": "greedy by score",
    "accepted": "agreed",
    "open": "proposed",
}


class Command(BaseCommand):
    help = "Divide quantities over all lawful pairs of a park's or region's open offers and needs. Stores nothing."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        place = parser.add_mutually_exclusive_group(required=True)
        place.add_argument("--park", metavar="KEY|NAME", help="a park by its key or its exact name")
        place.add_argument("--region", metavar="CODE", help="a region by its code, composite ones included")
        parser.add_argument("--objective", choices=[str(each) for each in OBJECTIVES], default=str(Objective.TONNES))
        parser.add_argument("--day", type=dt.date.fromisoformat, help="the day to plan for, 2026-11-21; today without")
        parser.add_argument("--lines", type=not_negative, default=20, help="how many lines to print, the largest first")
        parser.add_argument(
            "--json", type=file_to_write, metavar="FILE", help="write all that is shown to a file as well"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        day = options["day"] or timezone.localdate()
        with translation.override("en"):
            area = _area(options["park"], options["region"])
            page = present(plan_area(area, Objective(options["objective"]), day))
            self._print(area, page, options["lines"])
            if options["json"]:
                write_json(options["json"], as_data(page), ensure_ascii=False, indent=2)

    def _print(self, area: Area, page: PlanPage, most_lines: int) -> None:
        plan = page.plan
        sides = f"{len(plan.inputs.offers)} offers, {len(plan.inputs.needs)} needs, {len(plan.pairs)} lawful pairs"
        self.stdout.write(f"{area.name}, most {plan.objective}, {plan.day}: {sides}")
        self.stdout.write(f"{page.gap}; {page.method}" if page.is_found else "nothing can be placed")
        header = ("", "lines", "t/year", f"{page.currency}/year", "t·km/year", "t CO₂e/year", "behind %")
        self.stdout.write("{:<18}{:>8}{:>16}{:>18}{:>18}{:>14}{:>10}".format(*header))
        for column in page.columns:
            self.stdout.write(_column_text(column))
        for line in page.lines[:most_lines]:
            self.stdout.write(_line_text(line))
        for relief in page.reliefs:
            self.stdout.write(f"relax {relief.code}: {relief.gained_t:.3f} t/year more")
        if page.carbon.missing_pairs:
            missing = f"{page.carbon.missing_pairs} pairs, {page.carbon.missing_t:.3f} t/year in such pairs only"
            self.stdout.write(f"without a CO₂e factor: {missing}")


def _column_text(column: PlanColumn) -> str:
    behind = "" if column.behind_percent is None else f"{column.behind_percent:.1f}"
    avoided = "none known" if column.avoided_t_co2e is None else f"{column.avoided_t_co2e:.1f}"
    money = f"{column.value:>18}{column.tonne_km:>18.0f}"
    figures = f"{column.lines:>8}{column.tonnes:>16.3f}{money}{avoided:>14}{behind:>10}"
    return f"{COLUMN_NAMES[column.code]:<18}{figures}"


def _line_text(line: PlanLine) -> str:
    permit = f", permit {line.permit_line.permit} {line.permit_line}" if line.permit_line else ""
    return f"  {line.quantity_t:.3f} t  {line.distance_km:.0f} km  {line.offer.title} → {line.need.title}{permit}"


def as_data(page: PlanPage) -> dict[str, Any]:
    plan, summary = page.plan, page.plan.best.summary
    return {
        "area": plan.area.key,
        "objective": str(plan.objective),
        "day": plan.day.isoformat(),
        "currency": page.currency,
        "offers": len(plan.inputs.offers),
        "needs": len(plan.inputs.needs),
        "pairs": len(plan.pairs),
        "status": str(plan.best.status),
        "method": str(summary.method),
        "bound": known(summary.bound),
        "gap": known(summary.gap),
        "plans": {column.code: _column_data(column) for column in page.columns},
        "lines": [_line_data(line) for line in page.lines],
        "left_out": {str(constraint): number for constraint, number in plan.best.left_out.items()},
        "missing_pairs": page.carbon.missing_pairs,
        "missing_t": str(page.carbon.missing_t),
        "reliefs": [{"constraint": relief.code, "gained_t": str(relief.gained_t)} for relief in page.reliefs],
    }


def _column_data(column: PlanColumn) -> dict[str, Any]:
    return {
        "lines": column.lines,
        "tonnes": str(column.tonnes),
        "value": column.value,
        "unvalued_t": str(column.unvalued_t),
        "tonne_km": round(column.tonne_km),
        "avoided_t_co2e": column.avoided_t_co2e,
        "unfactored_t": str(column.unfactored_t),
        "unverified_t": str(column.unverified_t),
        "behind_percent": column.behind_percent,
    }


def _line_data(line: PlanLine) -> dict[str, Any]:
    return {
        "offer": line.offer.pk,
        "need": line.need.pk,
        "quantity_t": str(line.quantity_t),
        "distance_km": round(line.distance_km, 3),
        "landed_per_t": line.landed_per_t,
        "value": line.value,
        "avoided_t_co2e": line.avoided_t_co2e,
        "permit_line": line.permit_line.pk if line.permit_line else None,
    }


def _area(park: str | None, region: str | None) -> Area:
    return area_of_park(_park(park)) if park else area_of_region(_region(region or ""))


def _park(text: str) -> Park:
    named = Q(name_zh=text) | Q(name_en=text)
    found = list(Park.objects.filter(Q(pk=int(text)) | named if text.isdecimal() else named)[:2])
    if len(found) != 1:
        raise CommandError(f"{'no park' if not found else 'more than one park'} called {text}")
    return found[0]


def _region(code: str) -> Region:
    found = Region.objects.filter(code=code).first()
    if found is None:
        raise CommandError(f"no region with the code {code}")
    return found
