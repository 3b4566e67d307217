"""Stored results of the engine, pairs and the runs that made them, and what people propose to both sides."""

from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from listings.models import Listing
from marketplace.firms.models import PermitLine

from .querysets import MatchQuerySet, ProposalQuerySet


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


class ProposalState(models.TextChoices):
    OPEN = "open", _("open")
    ACCEPTED = "accepted", _("accepted by both sides")
    DECLINED = "declined", _("declined")
    WITHDRAWN = "withdrawn", _("withdrawn")


class DeclineReason(models.TextChoices):
    PRICE = "price", _("the price or who pays the haulage")
    QUANTITY = "quantity", _("the quantity or its timing")
    QUALITY = "quality", _("the quality or its evidence")
    PERMIT = "permit", _("the permit or the legal status")
    PLACED = "placed", _("placed with somebody else")
    OTHER = "other", _("another reason")


class Proposal(models.Model):
    """A line of a plan put to both sides by a facilitator. It binds nobody; once both agree it waits for a contract."""

    offer = models.ForeignKey(
        Listing, verbose_name=_("offer"), related_name="proposals_as_offer", on_delete=models.CASCADE
    )
    need = models.ForeignKey(
        Listing, verbose_name=_("need"), related_name="proposals_as_need", on_delete=models.CASCADE
    )
    quantity_t = models.DecimalField(
        _("quantity, t/year"), max_digits=14, decimal_places=3, validators=[MinValueValidator(Decimal("0.001"))]
    )
    state = models.CharField(
        _("state"), max_length=10, choices=ProposalState.choices, default=ProposalState.OPEN, editable=False
    )
    offer_agreed_at = models.DateTimeField(_("holder agreed at"), null=True, editable=False)
    need_agreed_at = models.DateTimeField(_("taker agreed at"), null=True, editable=False)
    declined_side = models.CharField(_("declined by the side of"), max_length=5, blank=True, editable=False)
    decline_reason = models.CharField(_("reason"), max_length=10, choices=DeclineReason.choices, blank=True)
    decline_note = models.CharField(_("note on the reason"), max_length=300, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("proposed by"), null=True, on_delete=models.SET_NULL
    )
    created_at = models.DateTimeField(_("proposed at"), auto_now_add=True)
    closed_at = models.DateTimeField(_("closed at"), null=True, editable=False)

    objects = ProposalQuerySet.as_manager()

    class Meta:
        verbose_name = _("proposal")
        verbose_name_plural = _("proposals")
        ordering = ("-pk",)
        indexes = (models.Index(fields=("state", "-id"), name="proposal_state"),)
        constraints = (
            models.UniqueConstraint(
                fields=("offer", "need"),
                condition=Q(state="open"),
                name="proposal_one_open",
                violation_error_message=_("This pair has an open proposal already."),
            ),
            models.CheckConstraint(condition=Q(quantity_t__gt=0), name="proposal_quantity_positive"),
            models.CheckConstraint(
                condition=~Q(state="declined") | (~Q(decline_reason="") & Q(declined_side__in=("offer", "need"))),
                name="proposal_declined_with_reason",
            ),
            models.CheckConstraint(
                condition=~Q(state="accepted") | Q(offer_agreed_at__isnull=False, need_agreed_at__isnull=False),
                name="proposal_accepted_by_both",
            ),
        )

    def __str__(self) -> str:
        return f"{self.offer_id} → {self.need_id}"

    @property
    def is_open(self) -> bool:
        return self.state == ProposalState.OPEN

    @property
    def stands(self) -> bool:
        """Open or agreed: its tonnes are spoken for, and it needs its rights."""
        return self.state in (ProposalState.OPEN, ProposalState.ACCEPTED)


class Right(models.TextChoices):
    """A right that a pair needs and lacks, and on whose side."""

    PERMIT = "permit", _("the taker has no valid permit for this waste")
    ROOM = "room", _("the taker's permit has no tonnes left this year")
    TAKER_LISTED = "taker", _("the offer is for listed firms only, and the taker stands on no list")
    HOLDER_LISTED = "holder", _("the need is for listed firms only, and the holder stands on no list")
    LAWFUL_USE = "use", _("this use of the material has been prohibited")


class LapsedRight(models.Model):
    """A right that an open or accepted proposal lost, from when it was noticed until it came back.

    Whether it is missing now is always asked anew (`matching.rights`); this remembers who was told, and when.
    """

    proposal = models.ForeignKey(
        Proposal, verbose_name=_("proposal"), related_name="lapsed_rights", on_delete=models.CASCADE
    )
    code = models.CharField(_("right"), max_length=6, choices=Right.choices)
    since = models.DateField(_("missing since"), null=True)
    noticed_at = models.DateTimeField(_("noticed at"), auto_now_add=True)
    sent_at = models.DateTimeField(_("sent at"), null=True)
    ended_at = models.DateTimeField(_("back at"), null=True)

    class Meta:
        verbose_name = _("lapsed right of a proposal")
        verbose_name_plural = _("lapsed rights of proposals")
        ordering = ("-pk",)
        constraints = (
            models.UniqueConstraint(fields=("proposal",), condition=Q(ended_at=None), name="lapsed_right_one_open"),
        )
        indexes = (models.Index(fields=("proposal",), condition=Q(sent_at=None), name="lapsed_right_unsent"),)

    def __str__(self) -> str:
        return f"{self.proposal} {self.code}"


class LapseLetter(models.Model):
    """The letter to one person on one lapsed right. Whoever makes the row writes the letter, and nobody else does."""

    lapse = models.ForeignKey(
        LapsedRight, verbose_name=_("lapsed right of a proposal"), related_name="letters", on_delete=models.CASCADE
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("person"), related_name="+", on_delete=models.CASCADE
    )
    taken_up_at = models.DateTimeField(_("taken up at"))
    sent_at = models.DateTimeField(_("sent at"), null=True)

    class Meta:
        verbose_name = _("letter on a lapsed right")
        verbose_name_plural = _("letters on lapsed rights")
        constraints = (models.UniqueConstraint(fields=("lapse", "person"), name="lapse_letter_once"),)

    def __str__(self) -> str:
        return f"{self.lapse} → {self.person}"
