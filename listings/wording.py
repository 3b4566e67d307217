"""Sentences about a listing that several pages share: who pays whom, what happened."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marketplace.firms.models import Event
from marketplace.pictures.figures import money

from .contamination import hazard_words
from .models import Evidence, Listing

EVENT_WORDS = {
    "listing.drafted": gettext_lazy("wrote the draft"),
    "listing.changed": gettext_lazy("changed it"),
    "listing.published": gettext_lazy("published it"),
    "listing.confirmed": gettext_lazy("confirmed that it still stands"),
    "listing.suspended": gettext_lazy("took it off the market for now"),
    "listing.lapsed": gettext_lazy("took it off the market: nobody confirmed it"),
    "listing.withdrawn": gettext_lazy("withdrew it"),
    "listing.evidence_added": gettext_lazy("added a document"),
    "listing.evidence_removed": gettext_lazy("removed a document"),
}


@dataclass(frozen=True)
class PriceWords:
    """One signed price, `amount`, and what it means for either side."""

    amount: str
    holder: str
    taker: str


def price_words(listing: Listing) -> PriceWords | None:
    """None while the price is left open."""
    price, currency = listing.price_per_t, listing.currency
    if price is None:
        return None
    amount = {"amount": money(abs(price), currency, "t")}
    if price == 0:
        return PriceWords(money(price, currency, "t"), _("receives nothing"), _("pays nothing"))
    if price < 0:
        return PriceWords(
            money(price, currency, "t"), _("pays the taker %(amount)s") % amount, _("receives %(amount)s") % amount
        )
    return PriceWords(
        money(price, currency, "t"), _("receives %(amount)s") % amount, _("pays the holder %(amount)s") % amount
    )


def price_line(listing: Listing) -> str:
    """The price as one sentence, for a row of a list."""
    price = listing.price_per_t
    if price is None:
        return _("price to be agreed")
    if price == 0:
        return _("free of charge")
    amount = {"amount": money(abs(price), listing.currency, "t")}
    return _("holder pays %(amount)s") % amount if price < 0 else _("taker pays %(amount)s") % amount


def event_words(verb: str) -> str:
    return str(EVENT_WORDS.get(verb, verb))


def change_words(event: Event) -> str:
    """What an event changed, in the reader's language: events keep the names of fields and kinds, not sentences."""
    if event.verb.startswith("listing.evidence_"):
        return str(dict(Evidence.Kind.choices).get(event.change, event.change))
    if event.verb == "listing.published":
        return ", ".join(hazard_words(event.change.split(", ")))
    if event.verb != "listing.changed":
        return str(event.change)
    names = {field.name: field.verbose_name for field in Listing._meta.concrete_fields}
    return ", ".join(str(names.get(name, name)) for name in event.change.split(", ") if name)
