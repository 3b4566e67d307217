"""What a Django programmer would write: a query per need with every filter the ORM can express, then the rest."""

from typing import Any

import numpy as np
from django.apps.registry import Apps
from django.db import models
from django.db.models import F, Q

from matching.benchmark.scene import TOP, Found, Scene
from matching.benchmark.statement import KM_PER_DEGREE
from matching.engine import Verdict
from matching.engine.columns import Longs
from matching.engine.evaluation import evaluate_pairs
from matching.engine.index import N_CLASSES


class BenchOffer(models.Model):
    """The temporary table of offers; kept out of the project's own models."""

    id = models.IntegerField(primary_key=True)
    material = models.IntegerField()
    kind = models.IntegerField()
    lat = models.FloatField()
    lon = models.FloatField()
    first_day = models.IntegerField()
    last_day = models.IntegerField()
    min_lot_t = models.FloatField()
    lot_cap_t = models.FloatField()
    firm = models.IntegerField()
    park = models.IntegerField()
    scope = models.IntegerField()
    screen = models.IntegerField()

    class Meta:
        apps = Apps()
        app_label = "matching_benchmark"
        db_table = "bench_offer"
        managed = False

    def __str__(self) -> str:
        return str(self.pk)


def by_rows(scene: Scene, needs: Longs) -> Found:
    """The top 20 of the given needs."""
    parts = [_best(scene, need) for need in needs.tolist()]
    columns = (np.concatenate([getattr(part, name) for part in parts]) for name in ("need", "offer", "score"))
    return Found(*columns)


def _best(scene: Scene, need: int) -> Found:
    offer = np.fromiter(_query(scene, need).values_list("pk", flat=True), dtype=np.int64)
    judged = evaluate_pairs(scene.problem, offer, np.full(len(offer), need))
    lawful = np.flatnonzero(judged.verdict != Verdict.REJECTED)
    best = lawful[np.lexsort((offer[lawful], -judged.score[lawful]))[:TOP]]
    return Found(np.full(len(best), need), offer[best], judged.score[best])


def _query(scene: Scene, need: int) -> Any:
    """Material and box by class of reach, time, lots, firm and what one bit decides."""
    problem, needs = scene.problem, scene.needs
    days = problem.need_window
    offers = BenchOffer.objects.filter(
        _near(scene, need),
        first_day__lte=int(days.last[need]),
        last_day__gte=int(days.first[need]),
        min_lot_t__lte=min(float(problem.need_lot_cap[need]), 1e300),
        lot_cap_t__gte=float(needs.min_lot_t[need]),
    )
    offers = offers.alias(common=F("screen").bitand(int(problem.need_screen[need]))).filter(common=0)
    return offers.exclude(firm=int(needs.firm[need])) if needs.firm[need] >= 0 else offers


def _near(scene: Scene, need: int) -> Q:
    rules, needs, index = scene.rules, scene.needs, scene.matching.blocking.index
    demand = needs.demand[need]
    near = Q(pk__in=[])
    for material in np.flatnonzero((rules.suitability[demand] > 0) & ~rules.prohibited[demand]).tolist():
        for kind in range(N_CLASSES):
            reach_km = float(index.reach_km[material * N_CLASSES + kind])
            if kind == 0 and scene.problem.need_explicit[need]:
                reach_km = np.inf
            near |= Q(material=material, kind=kind) & _box(
                scene, need, min(reach_km, float(needs.max_distance_km[need]))
            )
    return near


def _box(scene: Scene, need: int, reach_km: float) -> Q:
    lat, lon = float(scene.needs.lat[need]), float(scene.needs.lon[need])
    half = reach_km / KM_PER_DEGREE + 1e-6
    if abs(lat) + half > 85:
        return Q()
    wide = half / float(np.cos(np.radians(abs(lat) + half)))
    return Q(lat__range=(lat - half, lat + half), lon__range=(lon - wide, lon + wide))
