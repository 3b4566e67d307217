"""Matches as people see them: figures shown to the viewer, rules in the order of importance, pictures.

Nothing here gives away a hidden site: the engine has seen only its public place, and what is shown is measured to it.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings
from django.core.paginator import Page
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from listings.disclosure import Disclosure, disclose, own_firms
from listings.models import Listing, Property
from marketplace.firms.models import PermitLine
from marketplace.firms.models.places import GRID_DEGREES
from marketplace.firms.querysets import Viewer
from marketplace.pictures.figures import figure, money
from marketplace.pictures.landed_cost import LandedCost
from marketplace.pictures.reach_map import Reach, ReachPoint
from marketplace.pictures.window_strip import WindowStrip
from marketplace.units import convert_money, distance_km
from matching.candidates import counterparts, sides
from matching.engine import Explanation, PropertyResult, Rule, RuleResult, Verdict, explain_pair, near_misses
from matching.inputs import Inputs, build_inputs
from matching.models import Match
from matching.rule_lines import OUTCOME_NAMES, RuleLine, worth_showing

NEAR_MISSES = 5
NEAR_WIDENING = 2.0


@dataclass(frozen=True)
class MatchCard:
    """One candidate of the page. Money is per tonne in the currency of the viewer's own listing."""

    listing: Listing
    shown: Disclosure
    verdict: Verdict
    distance_km: float
    about: bool
    landed_per_t: float | None
    quantity_t: float | None
    strips: tuple[WindowStrip, ...]
    rules: tuple[RuleLine, ...]
    ladder: LandedCost
    failed: RuleLine | None = None

    @property
    def may_be_told(self) -> bool:
        """False where the failed rule would give away a price that is not shown."""
        return self.failed is None or self.failed.code != Rule.LANDED_COST or self.landed_per_t is not None

    @property
    def failed_strip(self) -> WindowStrip | None:
        """The property that a near miss fails by, if it is one."""
        return next((strip for strip in self.strips if strip.outcome == "fails"), None)


class Presenter:
    """Explains pairs of one listing to one viewer; reads both sides once."""

    def __init__(
        self, listing: Listing, viewer: Viewer, others: Iterable[int], day: dt.date, *, matched: bool = True
    ) -> None:
        self.listing, self.viewer, self.day, self.matched = listing, viewer, day, matched
        self.own = own_firms(viewer)
        keys = list(others)
        self.others = {other.pk: other for other in Listing.objects.for_rows().filter(pk__in=keys)}
        offers, needs = sides(listing, Listing.objects.filter(pk__in=keys))
        self.inputs = build_inputs(offers, needs, day=day, country=listing.site.country)
        self.row_of = {pk: row for row, pk in enumerate(self._other_pks())}
        self.properties = {row.pk: row for row in Property.objects.all()}
        self.lines = self._permit_lines()

    def card(self, other_pk: int) -> MatchCard:
        other = self.others[other_pk]
        explained = self._explain(self.row_of[other_pk])
        shown = disclose(other, self.viewer, own_firms=self.own, matched=self.matched)
        site = self.listing.site
        away = distance_km(site.latitude, site.longitude, shown.latitude, shown.longitude)
        ladder = self._ladder(other, shown, away, explained)
        rules = self._rules(explained, away, other, shown)
        verdict = Verdict(int(explained.columns.verdict[0]))
        if verdict == Verdict.ACCEPTED and self._is_undecided(other):
            verdict = Verdict.POSSIBLE
        return MatchCard(
            listing=other,
            shown=shown,
            verdict=verdict,
            distance_km=away,
            about=not shown.exact_place,
            landed_per_t=ladder.total if self._price_is_shown(other, shown) else None,
            quantity_t=_finite(float(explained.columns.quantity_t[0])),
            strips=tuple(self._strip(result) for result in explained.properties),
            rules=rules,
            ladder=ladder,
            failed=next((rule for rule in rules if rule.outcome == "fails"), None),
        )

    def _other_pks(self) -> Sequence[int]:
        pks = self.inputs.need_pk if self.listing.is_offer else self.inputs.offer_pk
        return [int(pk) for pk in pks]

    def _explain(self, row: int) -> Explanation:
        inputs: Inputs = self.inputs
        offer_row, need_row = (0, row) if self.listing.is_offer else (row, 0)
        return explain_pair(inputs.offers, inputs.needs, inputs.rules, inputs.day, offer_row, need_row)

    def _permit_lines(self) -> dict[int, PermitLine]:
        lines = PermitLine.objects.select_related("permit", "operation").filter(pk__in=self.inputs.line_pk.tolist())
        by_pk = {line.pk: line for line in lines}
        return {row: by_pk[int(pk)] for row, pk in enumerate(self.inputs.line_pk) if int(pk) in by_pk}

    def _strip(self, result: PropertyResult) -> WindowStrip:
        pk, _slug = self.inputs.knowledge.properties[result.property]
        row = self.properties[pk]
        deduction = result.deduction_per_t
        return WindowStrip(
            name=_named(row),
            unit=row.unit,
            basis=row.get_basis_default_display() if row.basis_default else "",
            low=_known(result.low),
            typ=_known(result.typ),
            high=_known(result.high),
            limit_low=_known(result.limit_low),
            limit_high=_known(result.limit_high),
            hard=result.hard,
            outcome=OUTCOME_NAMES[result.outcome],
            deduction=self._money(deduction) if deduction else "",
        )

    def _money(self, base_amount: float) -> str:
        return money(self._own_currency(base_amount), self.listing.currency, "t")

    def _own_currency(self, base_amount: float) -> float:
        amount = Decimal(str(round(base_amount, 4)))
        return float(convert_money(amount, settings.LOOPYARD_BASE_CURRENCY, self.listing.currency))

    def _offer_of(self, other: Listing) -> Listing:
        return self.listing if self.listing.is_offer else other

    def _is_undecided(self, other: Listing) -> bool:
        row = 0 if self.listing.is_offer else self.row_of[other.pk]
        return bool(self.inputs.undecided[row])

    def _price_is_shown(self, other: Listing, shown: Disclosure) -> bool:
        return self._offer_of(other).price_per_t is not None and (self.listing.is_offer or shown.price)

    def _ladder(self, other: Listing, shown: Disclosure, away: float, explained: Explanation) -> LandedCost:
        """Price + haulage to where the other side is known to be: what the taker bears, the same for both sides.

        What the holder saves of disposal is said to nobody else.
        """
        haulage = self.inputs.rules.haulage
        base_haulage = haulage.fixed_per_t + haulage.rate_per_t_km * haulage.road_factor * away
        steps = [(str(_("Haulage, %(distance)s km") % {"distance": figure(away, 0)}), self._own_currency(base_haulage))]
        if self._price_is_shown(other, shown):
            offer = self._offer_of(other)
            price = float(convert_money(offer.price_per_t, offer.currency, self.listing.currency))
            steps.insert(0, (str(_("Price")), price))
        deduction = float(explained.columns.deduction_per_t[0])
        if deduction:
            steps.append((str(_("Deduction for quality")), -self._own_currency(deduction)))
        total = sum(amount for _label, amount in steps)
        words = self._who_pays(total, priced=self._price_is_shown(other, shown))
        if self.listing.is_offer and self.listing.disposal_cost_per_t:
            saved = money(self.listing.disposal_cost_per_t, self.listing.currency, "t")
            words = " ".join((words, _("You save %(amount)s of disposal.") % {"amount": saved}))
        return LandedCost(steps=tuple(steps), total=total, currency=self.listing.currency, words=words)

    def _who_pays(self, total: float, *, priced: bool) -> str:
        amount = money(abs(total), self.listing.currency, "t")
        if not priced:
            return _("The price is to be agreed; without it the rest comes to %(amount)s.") % {"amount": amount}
        if round(total, 2) == 0:
            return pgettext("landed cost", "Nobody pays anything.")
        if total < 0:
            return _("After haulage the taker is left with %(amount)s.") % {"amount": amount}
        return _("All in, the taker bears %(amount)s.") % {"amount": amount}

    def _rules(self, explained: Explanation, away: float, other: Listing, shown: Disclosure) -> tuple[RuleLine, ...]:
        lines = [self._rule(result, away, shown) for result in explained.rules if worth_showing(result)]
        if self._is_undecided(other) and not any(line.code == Rule.PERMIT for line in lines):
            lines.append(RuleLine("status_open", "unknown", {}))
        order = {"fails": 0, "may": 1, "unknown": 2, "passes": 3}
        return tuple(sorted(lines, key=lambda line: order[line.outcome]))

    def _rule(self, result: RuleResult, away: float, shown: Disclosure) -> RuleLine:
        params: dict[str, float | str] = {
            name: int(value) if name.startswith("n_") else value
            for name, value in result.params.items()
            if math.isfinite(value)
        }
        if "distance_km" in params:
            params["distance_km"] = away
        taker_is_known = shown.firm or not self.listing.is_offer
        if result.rule == Rule.PERMIT and taker_is_known:
            params["line"] = self._line_words(int(result.params.get("line", -1)))
        elif result.rule == Rule.PERMIT:
            params.pop("free_t", None)
        if (
            result.rule == Rule.LANDED_COST
            and "max_landed_per_t" in params
            and (shown.price or not self.listing.is_offer)
        ):
            params["max_landed"] = self._money(result.params["max_landed_per_t"])
        return RuleLine(str(result.rule), OUTCOME_NAMES[result.outcome], params)

    def _line_words(self, row: int) -> str:
        line = self.lines.get(row)
        return f"{line.permit.number} · {line}" if line else ""


def near_cards(listing: Listing, viewer: Viewer, day: dt.date) -> list[MatchCard]:
    """Candidates that fail by one rule, best first."""
    offers, needs = sides(listing, counterparts(listing, day, widen=NEAR_WIDENING))
    inputs = build_inputs(offers, needs, day=day, country=listing.site.country)
    row = {"offer_row" if listing.is_offer else "need_row": 0}
    near = near_misses(inputs.offers, inputs.needs, inputs.rules, inputs.day, **row, top=NEAR_MISSES)
    pks = inputs.need_pk[near.need] if listing.is_offer else inputs.offer_pk[near.offer]
    keys = [int(pk) for pk in pks]
    presenter = Presenter(listing, viewer, keys, day, matched=False)
    cards = [presenter.card(key) for key in keys]
    return [card for card in cards if card.may_be_told]


def match_cards(page: Page[Match], listing: Listing, viewer: Viewer, day: dt.date) -> list[MatchCard]:
    keys = [match.need_id if listing.is_offer else match.offer_id for match in page]
    presenter = Presenter(listing, viewer, keys, day)
    return [presenter.card(key) for key in keys]


def reach(listing: Listing, cards: Sequence[MatchCard]) -> Reach:
    """The listing's site with its rings and the candidates of the page."""
    radius = listing.max_distance_km or (listing.material.economic_radius_km if listing.material else None)
    return Reach(
        lat=listing.site.latitude,
        lon=listing.site.longitude,
        label=str(listing.site),
        rings_km=(float(radius),) if radius else (),
        points=tuple(
            ReachPoint(
                lat=card.shown.latitude,
                lon=card.shown.longitude,
                kind=card.listing.kind,
                label=f"{card.shown.firm_label} · {card.listing.title}",
                quantity_t=float(card.listing.quantity_t_per_year),
                url=reverse("listings:detail", args=[card.listing.pk]),
                cell_deg=None if card.shown.exact_place else GRID_DEGREES,
            )
            for card in cards
        ),
    )


def _named(row: Property) -> str:
    return f"{row.name} ({row.symbol})" if row.symbol and row.symbol.lower() not in row.name.lower() else row.name


def _known(value: float) -> float | None:
    return None if math.isnan(value) or math.isinf(value) else value


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
