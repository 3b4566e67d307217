from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ..bilingual import Bilingual
from ..querysets import RegionQuerySet, SiteQuerySet
from .firms import Firm

GRID_DEGREES = 0.1


class Region(Bilingual):
    """A node of a country's administrative tree, or a composite such as 京津冀 that names its members."""

    class Level(models.TextChoices):
        COUNTRY = "country", _("country")
        PROVINCE = "province", _("province")
        PREFECTURE = "prefecture", _("prefecture")
        COUNTY = "county", _("county")
        COMPOSITE = "composite", _("composite region")

    code = models.CharField(_("code"), max_length=40, unique=True)
    country = models.CharField(_("country"), max_length=2)
    level = models.CharField(_("level"), max_length=10, choices=Level.choices)
    parent = models.ForeignKey("self", verbose_name=_("parent"), null=True, blank=True, on_delete=models.CASCADE)
    path = models.CharField(
        _("path"), max_length=120, db_index=True, help_text=_("Codes from the root down, each followed by a slash.")
    )
    latitude = models.FloatField(_("latitude"), null=True, blank=True)
    longitude = models.FloatField(_("longitude"), null=True, blank=True)
    to_verify = models.BooleanField(_("to verify"), default=False)
    members = models.ManyToManyField(
        "self",
        verbose_name=pgettext_lazy("of a composite region", "members"),
        through="RegionMember",
        symmetrical=False,
        related_name="composites",
    )

    objects = RegionQuerySet.as_manager()

    class Meta:
        verbose_name = _("region")
        verbose_name_plural = _("regions")
        ordering = ("code",)


class RegionMember(models.Model):
    composite = models.ForeignKey(Region, related_name="composite_links", on_delete=models.CASCADE)
    member = models.ForeignKey(Region, related_name="member_links", on_delete=models.CASCADE)

    class Meta:
        verbose_name = _("member of a composite region")
        verbose_name_plural = _("members of composite regions")
        constraints = (models.UniqueConstraint(fields=("composite", "member"), name="region_member_unique"),)

    def __str__(self) -> str:
        return f"{self.composite} ∋ {self.member}"


class Park(Bilingual):
    kind = models.CharField(_("kind"), max_length=80, blank=True)
    country = models.CharField(_("country"), max_length=2)
    region = models.ForeignKey(Region, verbose_name=_("region"), null=True, blank=True, on_delete=models.PROTECT)
    latitude = models.FloatField(_("latitude"), null=True, blank=True)
    longitude = models.FloatField(_("longitude"), null=True, blank=True)
    source = models.CharField(_("source"), max_length=250, blank=True)
    to_verify = models.BooleanField(_("to verify"), default=False)

    class Meta:
        verbose_name = _("park")
        verbose_name_plural = _("parks")
        ordering = ("country", "pk")
        constraints = (models.UniqueConstraint(fields=("country", "name_zh", "name_en"), name="park_name_unique"),)


class Site(models.Model):
    """A place where material leaves or arrives. Coordinates are WGS-84 degrees."""

    firm = models.ForeignKey(Firm, verbose_name=_("firm"), related_name="sites", on_delete=models.CASCADE)
    name = models.CharField(_("site name"), max_length=200)
    address = models.CharField(_("address"), max_length=250, blank=True)
    latitude = models.FloatField(_("latitude"), validators=[MinValueValidator(-90), MaxValueValidator(90)])
    longitude = models.FloatField(_("longitude"), validators=[MinValueValidator(-180), MaxValueValidator(180)])
    country = models.CharField(_("country"), max_length=2, editable=False, default="CN")
    park = models.ForeignKey(Park, verbose_name=_("park"), null=True, blank=True, on_delete=models.PROTECT)
    region = models.ForeignKey(Region, verbose_name=_("region"), null=True, blank=True, on_delete=models.PROTECT)
    location_public = models.BooleanField(
        _("show the exact place to everyone"),
        default=False,
        help_text=_("Otherwise others see only the 0.1° grid cell it lies in."),
    )

    objects = SiteQuerySet.as_manager()

    class Meta:
        verbose_name = _("site")
        verbose_name_plural = _("sites")
        ordering = ("firm", "name")
        # How far a park or a region reaches, told by the index alone.
        indexes = (
            models.Index(fields=("park", "latitude", "longitude"), name="site_of_park"),
            models.Index(fields=("region", "latitude", "longitude"), name="site_of_region"),
        )
        constraints = (
            models.CheckConstraint(
                condition=models.Q(latitude__gte=-90, latitude__lte=90, longitude__gte=-180, longitude__lte=180),
                name="site_on_the_globe",
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def cell_centre(self) -> tuple[float, float]:
        """Centre of the site's grid cell: a fixed grid, so that repeated questions tell nothing more."""
        return cell_centre(self.latitude), cell_centre(self.longitude)

    @property
    def public_place(self) -> tuple[float, float]:
        """The place by which others find, match and measure this site: of a hidden one only its grid cell."""
        return (self.latitude, self.longitude) if self.location_public else self.cell_centre


def cell_centre(degrees: float) -> float:
    return round((degrees // GRID_DEGREES + 0.5) * GRID_DEGREES, 6)
