"""Facts that hold from one day until another."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

STILL = Q(valid_before__isnull=True)


class Spanned(models.Model):
    """Holds from `valid_from` until the day before `valid_before`; still, where that is empty."""

    valid_from = models.DateField(_("valid from"))
    valid_before = models.DateField(_("no longer valid from"), null=True, blank=True)

    class Meta:
        abstract = True


def lasts_a_day(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(condition=STILL | Q(valid_before__gt=F("valid_from")), name=name)


def in_order(name: str) -> models.CheckConstraint:
    """What ends on the very day it began never held, but may stay on record."""
    return models.CheckConstraint(condition=STILL | Q(valid_before__gte=F("valid_from")), name=name)
