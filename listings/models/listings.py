from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from marketplace.firms.bilingual import in_language
from marketplace.firms.models import Firm, Region, Site
from marketplace.units import Currency, Period

from ..querysets import ListingQuerySet
from .codes import WasteCode
from .knowledge import Use
from .materials import Form, Material


class Kind(models.TextChoices):
    OFFER = "offer", _("offer")
    NEED = "need", _("need")


class State(models.TextChoices):
    DRAFT = "draft", _("draft")
    PUBLISHED = "published", _("published")
    SUSPENDED = "suspended", _("suspended")
    WITHDRAWN = "withdrawn", _("withdrawn")


class LegalStatus(models.TextChoices):
    WASTE = "waste", _("waste, not hazardous")
    HAZARDOUS = "hazardous", _("hazardous waste")
    BY_PRODUCT = "by_product", _("by-product")
    END_OF_WASTE = "end_of_waste", _("end of waste")
    CORE = "core", _("core for remanufacturing")
    UNKNOWN = "", _("not yet stated")


# Only the holder of a permit line may take these.
REGULATED = (LegalStatus.WASTE, LegalStatus.HAZARDOUS)


class Visibility(models.TextChoices):
    """The ladder of confidentiality, from everyone down to the other party of a deal."""

    PUBLIC = "public", _("everyone")
    MEMBERS = "members", _("members")
    MATCHED = "matched", _("matched firms")
    PARTY = "party", _("the party to a deal only")


class Scope(models.TextChoices):
    PARK = "park", _("the same park")
    REGION = "region", _("a region")
    ANY = "any", _("anywhere")


def tonnes(label: object, **options: object) -> models.DecimalField:
    options.setdefault("validators", [MinValueValidator(Decimal(0))])
    return models.DecimalField(label, max_digits=14, decimal_places=3, **options)


def money(label: object, **options: object) -> models.DecimalField:
    return models.DecimalField(label, max_digits=12, decimal_places=2, **options)


# By how far they go and where they are they are found; by the rest they are first judged.
FIRST_JUDGED_BY = (
    "scope", "max_distance_km", "latitude", "longitude", "firm", "available_to", "min_lot_t", "available_from",
    "quantity_t_per_year", "max_lot_t", "quality_level", "min_quality_level", "legal_status", "accepts_hazardous",
    "max_landed_per_t", "price_per_t", "currency", "price_visibility", "site", "region", "id",
)  # fmt: skip


class Listing(models.Model):
    """An offer of a by-product or a need for one.

    Tonnes are a year's tonnes; `quantity_amount` and `quantity_period` keep what was typed. The price is signed:
    below zero the holder pays the taker. `latitude`, `longitude` are the site's public place, in WGS-84 degrees: it
    is searched, matched and measured by, so that no question tells more of a hidden site than its cell.
    """

    kind = models.CharField(_("kind"), max_length=5, choices=Kind.choices)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.DRAFT)
    firm = models.ForeignKey(Firm, verbose_name=_("firm"), related_name="listings", on_delete=models.PROTECT)
    site = models.ForeignKey(Site, verbose_name=_("site"), related_name="listings", on_delete=models.PROTECT)
    latitude = models.FloatField(editable=False)
    longitude = models.FloatField(editable=False)

    material = models.ForeignKey(
        Material, verbose_name=_("material"), null=True, blank=True, related_name="listings", on_delete=models.PROTECT
    )
    title_zh = models.CharField(_("title in Chinese"), max_length=120, blank=True)
    title_en = models.CharField(_("title in English"), max_length=120, blank=True)
    description = models.TextField(_("description"), blank=True, max_length=4000)
    form = models.CharField(_("form"), max_length=8, choices=Form.choices, blank=True)
    codes = models.ManyToManyField(WasteCode, verbose_name=_("waste codes"), through="ListingCode", blank=True)
    legal_status = models.CharField(_("legal status"), max_length=12, choices=LegalStatus.choices, blank=True)
    status_decision = models.CharField(_("decision on the status"), max_length=200, blank=True)
    status_expires_on = models.DateField(_("decision valid to"), null=True, blank=True)

    quantity_amount = tonnes(_("quantity, t"), validators=[MinValueValidator(Decimal("0.001"))])
    quantity_period = models.CharField(_("period"), max_length=8, choices=Period.choices, default=Period.YEAR)
    quantity_t_per_year = tonnes(_("quantity, t/year"), editable=False)
    variability_percent = models.PositiveSmallIntegerField(
        _("variability, %"), null=True, blank=True, validators=[MaxValueValidator(100)]
    )
    stock_t = tonnes(_("stock on hand, t"), null=True, blank=True)
    stock_on = models.DateField(_("stock counted on"), null=True, blank=True)
    available_from = models.DateField(_("available from"), null=True, blank=True)
    available_to = models.DateField(_("available to"), null=True, blank=True)
    min_lot_t = tonnes(_("smallest lot, t"), null=True, blank=True)
    max_lot_t = tonnes(_("largest lot, t"), null=True, blank=True)
    packing = models.CharField(_("packing and loading"), max_length=120, blank=True)

    price_per_t = money(
        _("price per t"), null=True, blank=True,
        help_text=_("Below zero: the holder pays the taker (gate fee)."),
    )  # fmt: skip
    currency = models.CharField(_("currency"), max_length=3, choices=Currency.choices, default=Currency.CNY)
    negotiable = models.BooleanField(_("negotiable"), default=True)

    scope = models.CharField(_("look in"), max_length=6, choices=Scope.choices, default=Scope.ANY)
    region = models.ForeignKey(
        Region, verbose_name=_("region to look in"), null=True, blank=True, on_delete=models.PROTECT
    )
    max_distance_km = models.DecimalField(
        _("greatest distance, km"), max_digits=7, decimal_places=1, null=True, blank=True,
        validators=[MinValueValidator(Decimal("0.1")), MaxValueValidator(Decimal(20100))],
    )  # fmt: skip
    listed_only = models.BooleanField(_("listed firms only"), default=False)

    # offers
    source_process = models.CharField(_("source process"), max_length=200, blank=True)
    disposal_route = models.CharField(_("current disposal route"), max_length=120, blank=True)
    disposal_cost_per_t = money(
        _("current disposal cost per t"), null=True, blank=True, validators=[MinValueValidator(Decimal(0))],
        help_text=_("Private: what you save is shown beside your matches, to your firm only."),
    )  # fmt: skip

    # needs
    use = models.ForeignKey(Use, verbose_name=_("use"), null=True, blank=True, on_delete=models.PROTECT)
    excluded_materials = models.ManyToManyField(
        Material, verbose_name=_("materials not wanted"), blank=True, related_name="excluded_by"
    )
    accepts_hazardous = models.BooleanField(_("takes hazardous waste"), default=False)
    blend_allowed = models.BooleanField(
        _("may be blended"), default=False,
        help_text=_("Your own limits then hold for the mix of what you receive, not for each supply alone."),
    )  # fmt: skip
    max_landed_per_t = money(_("greatest landed cost per t"), null=True, blank=True)
    min_quality_level = models.PositiveSmallIntegerField(
        _("least data quality"), default=0, validators=[MaxValueValidator(3)]
    )

    price_visibility = models.CharField(
        _("who sees the price"), max_length=8, choices=Visibility.choices, default=Visibility.MEMBERS
    )
    firm_visibility = models.CharField(
        _("who sees the firm's name"), max_length=8, choices=Visibility.choices, default=Visibility.MEMBERS
    )
    evidence_visibility = models.CharField(
        _("who sees the documents"), max_length=8, choices=Visibility.choices, default=Visibility.MATCHED
    )

    quality_level = models.PositiveSmallIntegerField(_("data quality"), default=0, editable=False)
    revision = models.PositiveIntegerField(default=1, editable=False)
    matched_revision = models.PositiveIntegerField(default=0, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("created by"), null=True, on_delete=models.SET_NULL
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    published_at = models.DateTimeField(_("published at"), null=True, blank=True)
    confirmed_on = models.DateField(_("confirmed on"), null=True, blank=True)
    confirm_by = models.DateField(_("to be confirmed by"), null=True, blank=True)

    objects = ListingQuerySet.as_manager()

    class Meta:
        verbose_name = _("listing")
        verbose_name_plural = _("listings")
        ordering = ("-pk",)
        indexes = (
            models.Index(fields=("kind", "state", "material", "latitude", "longitude"), name="listing_place"),
            # One listing against all: who says nothing about distance, who names one, who is bound to a home.
            # The table itself need not be looked at.
            models.Index(fields=("kind", "state", "material", *FIRST_JUDGED_BY, "use"), name="listing_by_material"),
            models.Index(fields=("kind", "state", "use", *FIRST_JUDGED_BY, "material"), name="listing_by_use"),
            models.Index(fields=("firm", "kind", "state"), name="listing_of_firm"),
            models.Index(fields=("state", "published_at"), name="listing_newest"),
            models.Index(fields=("state", "confirm_by"), name="listing_freshness"),
        )
        constraints = (
            models.CheckConstraint(condition=Q(quantity_amount__gt=0), name="listing_quantity_positive"),
            models.CheckConstraint(
                condition=Q(available_from__isnull=True) | Q(available_to__isnull=True)
                | Q(available_from__lte=F("available_to")),
                name="listing_window_in_order",
            ),
            models.CheckConstraint(
                condition=Q(min_lot_t__isnull=True) | Q(max_lot_t__isnull=True) | Q(min_lot_t__lte=F("max_lot_t")),
                name="listing_lots_in_order",
            ),
            models.CheckConstraint(
                condition=Q(material__isnull=False) | Q(kind="need", use__isnull=False) | Q(state="draft"),
                name="listing_says_what",
            ),
        )  # fmt: skip

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("listings:detail", args=[self.pk])

    @property
    def title(self) -> str:
        subject = self.material or self.use
        return in_language(self.title_zh, self.title_en) or (str(subject) if subject else self.description[:80])

    @property
    def is_offer(self) -> bool:
        return self.kind == Kind.OFFER

    def clean(self) -> None:
        errors: dict[str, object] = {}
        if self.available_from and self.available_to and self.available_to < self.available_from:
            errors["available_to"] = _("The window ends before it starts.")
        if self.min_lot_t is not None and self.max_lot_t is not None and self.max_lot_t < self.min_lot_t:
            errors["max_lot_t"] = _("The largest lot is smaller than the smallest.")
        if self.scope == Scope.REGION and not self.region_id:
            errors["region"] = _("Choose the region to look in.")
        if self.site_id and self.firm_id and self.site.firm_id != self.firm_id:
            errors["site"] = _("This site belongs to another firm.")
        if self.scope == Scope.PARK and self.site_id and not self.site.park_id:
            errors["scope"] = _("This site lies in no park.")
        if errors:
            raise ValidationError(errors)


class ListingCode(models.Model):
    class AssignedBy(models.TextChoices):
        HOLDER = "holder", _("the holder")
        LABORATORY = "lab", _("a laboratory")
        AUTHORITY = "authority", _("an authority")
        SUGGESTED = "suggested", _("suggested from the material")

    listing = models.ForeignKey(Listing, related_name="listing_codes", on_delete=models.CASCADE)
    code = models.ForeignKey(WasteCode, verbose_name=_("waste code"), on_delete=models.PROTECT)
    assigned_by = models.CharField(
        _("assigned by"), max_length=10, choices=AssignedBy.choices, default=AssignedBy.HOLDER
    )

    class Meta:
        verbose_name = _("code of a listing")
        verbose_name_plural = _("codes of listings")
        ordering = ("pk",)
        constraints = (models.UniqueConstraint(fields=("listing", "code"), name="listing_code_unique"),)

    def __str__(self) -> str:
        return str(self.code)


class Evidence(models.Model):
    class Kind(models.TextChoices):
        LAB_REPORT = "lab", _("laboratory report")
        SDS = "sds", _("safety data sheet")
        PHOTO = "photo", _("photo")
        DECISION = "decision", _("decision on the legal status")

    listing = models.ForeignKey(Listing, related_name="evidence", on_delete=models.CASCADE)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    file = models.FileField(_("file"), upload_to="evidence/%Y/%m/")
    dated_on = models.DateField(_("dated"), null=True, blank=True)
    laboratory = models.CharField(_("laboratory"), max_length=160, blank=True)
    accreditation = models.CharField(_("accreditation"), max_length=80, blank=True)
    uploaded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        ordering = ("listing", "kind", "pk")

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.dated_on or ''}".strip()
