from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from marketplace.firms.querysets import Viewer

from .listings import Listing


class SavedSearchQuerySet(models.QuerySet["SavedSearch"]):
    def of(self, user: Viewer) -> SavedSearchQuerySet:
        """A saved search is its owner's alone, even before staff."""
        return self.filter(user=user) if user.is_authenticated else self.none()


class SavedSearch(models.Model):
    """A search whose owner is told of new listings that fit. `parameters` is the query string of the search page."""

    class Frequency(models.TextChoices):
        AT_ONCE = "at_once", _("at once")
        DAILY = "daily", _("once a day")
        NEVER = "never", _("never")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("user"), related_name="saved_searches", on_delete=models.CASCADE
    )
    name = models.CharField(_("name of the search"), max_length=80)
    parameters = models.CharField(_("parameters"), max_length=2000, blank=True)
    frequency = models.CharField(_("letters"), max_length=7, choices=Frequency.choices, default=Frequency.DAILY)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    checked_at = models.DateTimeField(_("checked up to"))
    mailed_at = models.DateTimeField(_("last letter"), null=True, blank=True)

    objects = SavedSearchQuerySet.as_manager()

    class Meta:
        verbose_name = _("saved search")
        verbose_name_plural = _("saved searches")
        ordering = ("name", "pk")
        constraints = (models.UniqueConstraint(fields=("user", "name"), name="saved_search_name_unique"),)

    def __str__(self) -> str:
        return self.name


class SavedSearchHit(models.Model):
    """A listing that fitted a saved search: told of once, however often it changes."""

    saved_search = models.ForeignKey(
        SavedSearch, verbose_name=_("saved search"), related_name="hits", on_delete=models.CASCADE
    )
    listing = models.ForeignKey(
        Listing, verbose_name=_("listing"), related_name="saved_search_hits", on_delete=models.CASCADE
    )
    found_at = models.DateTimeField(_("found at"))
    mailed_at = models.DateTimeField(_("sent at"), null=True, blank=True)

    class Meta:
        verbose_name = _("listing found by a saved search")
        verbose_name_plural = _("listings found by saved searches")
        constraints = (models.UniqueConstraint(fields=("saved_search", "listing"), name="saved_search_hit_once"),)
        indexes = (
            models.Index(fields=("saved_search",), condition=models.Q(mailed_at=None), name="saved_search_hit_unsent"),
        )

    def __str__(self) -> str:
        return f"{self.saved_search}: {self.listing}"
