"""Stored results of the engine: pairs, and the runs that made them."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from listings.models import Listing
from marketplace.firms.models import PermitLine

from .querysets import MatchQuerySet


class Verdict(models.IntegerChoices):
    REJECTED = 0, _("rejected")
    POSSIBLE = 1, _("possible")
    ACCEPTED = 2, _("accepted")


class MatchRun(models.Model):
    """One full re-match: how much was read, how much was written, how long it took."""

    engine_version = models.CharField(_("engine version"), max_length=20)
    started_at = models.DateTimeField(_("started at"))
    finished_at = models.DateTimeField(_("finished at"), null=True)
    offers = models.PositiveIntegerField(_("offers"), default=0)
    needs = models.PositiveIntegerField(_("needs"), default=0)
    pairs = models.PositiveIntegerField(_("pairs"), default=0)
    engine_seconds = models.FloatField(_("engine, s"), default=0)
    seconds = models.FloatField(_("in all, s"), default=0)

    class Meta:
        verbose_name = _("matching run")
        verbose_name_plural = _("matching runs")
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"{self.started_at:%Y-%m-%d %H:%M}"


class Match(models.Model):
    """A lawful pair when it was computed. Money is per tonne in the base currency; scores lie in 0..1."""

    offer = models.ForeignKey(Listing, related_name="matches_as_offer", on_delete=models.CASCADE)
    need = models.ForeignKey(Listing, related_name="matches_as_need", on_delete=models.CASCADE)
    verdict = models.PositiveSmallIntegerField(_("verdict"), choices=Verdict.choices)
    score = models.FloatField(_("score"))
    distance_km = models.FloatField(_("distance, km"))
    landed_per_t = models.FloatField(_("landed cost per t"))
    price_known = models.BooleanField(_("price known"), default=False)
    surplus_per_t = models.FloatField(_("surplus per t"), null=True)
    deduction_per_t = models.FloatField(_("deduction per t"), default=0)
    quantity_t = models.FloatField(_("tradable quantity, t/year"), null=True)
    permit_line = models.ForeignKey(PermitLine, null=True, on_delete=models.CASCADE)
    suitability_score = models.FloatField(_("suitability"))
    specification_score = models.FloatField(_("specification"))
    distance_score = models.FloatField(_("distance"))
    landed_score = models.FloatField(_("landed cost"))
    quantity_score = models.FloatField(_("quantity"))
    time_score = models.FloatField(_("time"))
    quality_score = models.FloatField(_("data quality"))
    n_unknown = models.PositiveSmallIntegerField(_("unknown properties"), default=0)
    engine_version = models.CharField(_("engine version"), max_length=20)
    computed_at = models.DateTimeField(_("computed at"))

    objects = MatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("match")
        verbose_name_plural = _("matches")
        constraints = (models.UniqueConstraint(fields=("offer", "need"), name="match_pair_unique"),)
        indexes = (
            models.Index(fields=("offer", "-score"), name="match_of_offer"),
            models.Index(fields=("need", "-score"), name="match_of_need"),
        )

    def __str__(self) -> str:
        return f"{self.offer_id} → {self.need_id}"
