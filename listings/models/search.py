"""What the search keeps of open listings, and where: derived facts, written and mended by `listings.search` alone."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from marketplace.firms.models import Firm, Region

from .listings import Kind, Listing
from .materials import Material


class SearchEntry(models.Model):
    """One row per open listing with all that is filtered, counted and sorted by, words aside.

    A fact that not everyone may know stands beside the lowest level of searcher who may (0 visitor, 1 member,
    2 staff; 3 nobody). The exact place is beside the centre of its grid cell, which is what everybody below gets.
    """

    listing = models.OneToOneField(
        Listing, verbose_name=_("listing"), primary_key=True, related_name="search_entry", on_delete=models.CASCADE
    )
    kind = models.CharField(_("kind"), max_length=5, choices=Kind.choices)
    firm = models.ForeignKey(
        Firm, verbose_name=_("firm"), related_name="+", on_delete=models.CASCADE, db_constraint=False
    )
    firm_from = models.PositiveSmallIntegerField(_("firm known from level"))
    country = models.CharField(_("country"), max_length=2)
    region = models.ForeignKey(
        Region, verbose_name=_("region"), null=True, related_name="+", on_delete=models.SET_NULL, db_constraint=False
    )
    cell_latitude = models.FloatField(_("latitude of the cell"))
    cell_longitude = models.FloatField(_("longitude of the cell"))
    latitude = models.FloatField(_("latitude"))
    longitude = models.FloatField(_("longitude"))
    place_from = models.PositiveSmallIntegerField(_("place known from level"))
    material = models.ForeignKey(
        Material, verbose_name=_("material"), null=True, related_name="+", on_delete=models.SET_NULL,
        db_constraint=False,
    )  # fmt: skip
    family = models.CharField(_("family"), max_length=60, blank=True)
    form = models.CharField(_("form"), max_length=8, blank=True)
    codes = models.TextField(_("waste codes"), blank=True)
    status = models.CharField(_("legal status"), max_length=12, blank=True)
    hazard = models.CharField(_("hazard"), max_length=5, blank=True)
    park = models.CharField(_("park"), max_length=20, blank=True)
    province = models.CharField(_("province"), max_length=40, blank=True)
    quantity_t_per_year = models.FloatField(_("quantity, t/year"))
    price_per_t = models.FloatField(_("price per t"), null=True)
    price_from = models.PositiveSmallIntegerField(_("price known from level"))
    quality = models.CharField(_("data quality"), max_length=1)
    evidence = models.CharField(_("documents"), max_length=60, blank=True)
    evidence_from = models.PositiveSmallIntegerField(_("documents known from level"))
    confirmed_on = models.DateField(_("confirmed on"))
    available_to = models.DateField(_("available to"), null=True)
    published_at = models.DateTimeField(_("published at"))
    fingerprint = models.CharField(_("fingerprint"), max_length=32)
    checksum = models.CharField(_("checksum"), max_length=32)

    class Meta:
        verbose_name = _("entry of the search")
        verbose_name_plural = _("entries of the search")

    def __str__(self) -> str:
        return str(self.pk)


class SearchText(models.Model):
    """The tokens of a listing with blanks between; what only members or staff may know begins with `1:` or `2:`.

    The full-text index (FTS5 on SQLite, a `tsvector` on PostgreSQL) is kept in step by the database's own triggers.
    """

    listing = models.OneToOneField(
        Listing, verbose_name=_("listing"), primary_key=True, related_name="search_text", on_delete=models.CASCADE
    )
    words = models.TextField(_("words"))

    class Meta:
        verbose_name = _("words of a listing")
        verbose_name_plural = _("words of listings")

    def __str__(self) -> str:
        return self.words[:80]


class SearchWord(models.Model):
    """A Latin word that some listing says: what a misspelt word is corrected to. `level` is who may know it."""

    word = models.CharField(_("word"), max_length=40)
    level = models.PositiveSmallIntegerField(_("known from level"))
    listings = models.PositiveIntegerField(_("listings that say it"), default=1)

    class Meta:
        verbose_name = _("word of the search")
        verbose_name_plural = _("words of the search")
        constraints = (models.UniqueConstraint(fields=("word", "level"), name="search_word_unique"),)

    def __str__(self) -> str:
        return self.word


class SearchChange(models.Model):
    """Which part of the search was written: the sum of a part's stamps differs after every change, undone or not.

    Rows are written by the database's own triggers. A part is a range of listing keys, or the words (-1).
    """

    part = models.IntegerField(_("part"))
    stamp = models.BigIntegerField(_("stamp"))

    class Meta:
        verbose_name = _("change of the search")
        verbose_name_plural = _("changes of the search")
        indexes = (models.Index(fields=("part", "stamp"), name="search_change_part"),)

    def __str__(self) -> str:
        return f"{self.part}: {self.stamp}"
