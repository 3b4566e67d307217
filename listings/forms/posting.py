"""One posting as the page shows it: the listing's form, its rows of numbers, its documents, and the folded groups."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from marketplace.errors import DomainError
from marketplace.firms.models import Firm, Site, User
from marketplace.firms.querysets import acts_for_all
from marketplace.form_errors import add_domain_error

from ..asking import Asked, figured, kind_answer, question_in
from ..models import Kind, Listing, Material, Property
from ..names import MATERIAL, Subject, names
from ..services import CHANGED_MEANWHILE
from .documents import document_rows
from .groups import Group, groups_of
from .listing import ListingForm, NeedForm, OfferForm
from .measures import measure_rows, rows_of, usual_rows

LONGEST_KEY = 18  # digits of a database key
CURRENCY_OF_COUNTRY = {"CN": "CNY", "GB": "GBP", "US": "USD", "JP": "JPY", "KR": "KRW"}


def sites_for(user: User, listing: Listing | None, firm_key: str = "") -> QuerySet[Site]:
    """Sites at which the user may post: of the listing's firm, of a firm named by its key, or of the user's own."""
    sites = Site.objects.editable_by(user).select_related("firm").order_by("firm", "name")
    if listing is not None:
        return sites.filter(firm=listing.firm_id)
    if firm_key.isdecimal() and len(firm_key) <= LONGEST_KEY:
        return sites.filter(firm=int(firm_key))
    return sites.filter(firm__in=user.memberships.values("firm")) if acts_for_all(user) else sites


def _revision_seen(sent: Any, listing: Listing | None) -> int | None:
    """The revision that the page was made from; None where the page does not say, and nothing is compared."""
    if sent is None:
        return listing.revision if listing else None
    text = sent.get("revision", "")
    return int(text) if text.isdecimal() and len(text) <= LONGEST_KEY else None


class Posting:
    """Bound when `data` is given; `typed` shows the same values again without checking them.

    After `is_valid()`, `firm`, `details` and `documents` are what `listings.services` takes.
    """

    form_classes: dict[str, type[ListingForm]] = {Kind.OFFER: OfferForm, Kind.NEED: NeedForm}

    def __init__(
        self,
        *,
        kind: str,
        user: User,
        data: Any = None,
        files: Any = None,
        typed: Any = None,
        listing: Listing | None = None,
        firm_key: str = "",
        material_slug: str = "",
    ) -> None:
        self.kind, self.listing, self.typed = kind, listing, typed
        self.sent = data if data is not None else typed
        self.revision = _revision_seen(data if data is not None else typed, listing)
        self.changed_meanwhile = False
        self.first_subject = names().subjects.get(f"{MATERIAL}:{material_slug}") if material_slug else None
        sites = sites_for(user, listing, firm_key)
        self.sites = list(sites)
        self.form = self.form_classes[kind](
            data, instance=listing or Listing(kind=kind), sites=sites, initial=self._first_values()
        )
        self._name_sites()
        self.measures = measure_rows(kind, data=data, initial=None if data is not None else self._first_rows())
        self.documents = document_rows(data=data, files=files)

    def is_valid(self) -> bool:
        """Checks every part, so that all that is wrong is said at once."""
        return all([self.form.is_valid(), self.measures.is_valid(), self.documents.is_valid()])

    @property
    def is_clean(self) -> bool:
        """False once anything is wrong, whether the form or a service said so."""
        return not self.form.errors and not any(self.problems())

    def refuse(self, error: DomainError) -> None:
        """Say it on the page; who was told that the listing has changed may save over it the next time."""
        add_domain_error(self.form, error)
        if self.listing is not None and error.code == CHANGED_MEANWHILE:
            self.changed_meanwhile = True
            self.revision = self.listing.revision

    @property
    def is_offer(self) -> bool:
        return self.kind == Kind.OFFER

    @property
    def firm(self) -> Firm:
        return self.form.cleaned_data["site"].firm

    @property
    def details(self) -> dict[str, Any]:
        """Keyword arguments for `draft_listing` and `change_listing`."""
        return {
            "values": self.form.values(),
            "codes": self.form.codes_given(),
            "measures": [*self.measures.measures(), *self._answered_measures()],
            "excluded_materials": self.form.excluded_materials(),
        }

    @property
    def question(self) -> Asked | None:
        """What the text leaves open, once the page has been sent."""
        return question_in(self.sent) if self.sent is not None and self.is_offer else None

    def groups(self) -> list[Group]:
        measures = "figures" if self.is_offer else "limits"
        return groups_of(self.form, {measures: self.measures, "documents": self.documents})

    def problems(self) -> Iterator[tuple[str, str, str]]:
        """What is wrong in the rows: id of the input, its label, the sentence."""
        for form in (*self.measures.forms, *self.documents.forms):
            for name, sentences in form.errors.items():
                field = form[name] if name in form.fields else None
                for sentence in sentences:
                    yield (field.id_for_label, str(field.label), sentence) if field else ("", "", sentence)
        for sentence in (*self.measures.non_form_errors(), *self.documents.non_form_errors()):
            yield "", "", sentence

    def _name_sites(self) -> None:
        several = len({site.firm_id for site in self.sites}) > 1
        field: Any = self.form.fields["site"]
        field.label_from_instance = lambda site: f"{site.name} · {site.firm.name}" if several else site.name
        field.empty_label = _("choose the site") if len(self.sites) > 1 else None

    def _first_values(self) -> dict[str, Any]:
        if self.typed is not None:
            return {name: self.typed.get(name) for name in self.form_classes[self.kind].base_fields}
        if self.listing is not None or not self.sites:
            return {}
        return {
            "currency": CURRENCY_OF_COUNTRY.get(self.sites[0].country, "EUR"),
            "material": self.first_subject.name if self.first_subject else "",
        }

    def _first_rows(self) -> list[dict[str, Any]]:
        if self.typed is not None:
            return self._typed_rows()
        if self.listing is not None:
            return rows_of(self.listing)
        return self._usual_rows(self.first_subject)

    def _typed_rows(self) -> list[dict[str, Any]]:
        """The rows as typed, right or wrong, and below them the usual properties of the material that is named."""
        typed = measure_rows(self.kind, data=self.typed)
        rows = [{name: form[name].value() for name in form.fields} for form in typed.forms]
        rows = [row for row in rows if row["property"]]
        answered = self._answered_rows(figured(self.typed))
        rows = [row for row in rows if row["property"] not in {answer["property"] for answer in answered}] + answered
        meant = names().meant_by(self.typed.get("material", ""), (MATERIAL,))
        return rows + self._usual_rows(meant[0] if len(meant) == 1 else None, [row["property"] for row in rows])

    def _answered_rows(self, taken: Iterable[str]) -> list[dict[str, Any]]:
        """The row for the answer picked where the page asked for the kind, unless the property has a row."""
        answer = kind_answer(self.sent.get("kind_answer", "")) if self.is_offer else None
        if answer is None or answer.property_slug in set(taken):
            return []
        return [{"property": answer.property_slug, "low": answer.low, "high": answer.high}]

    def _answered_measures(self) -> Iterator[dict[str, Any]]:
        for row in self._answered_rows(figured(self.sent)):
            low, high = Decimal(str(row["low"])), Decimal(str(row["high"]))
            for property in Property.objects.filter(slug=row["property"]):
                yield {"property": property, "low": low, "typical": (low + high) / 2, "high": high}

    def _usual_rows(self, subject: Subject | None, taken: Iterable[str] = ()) -> list[dict[str, Any]]:
        if subject is None:
            return []
        rows = usual_rows(Material.objects.get(pk=subject.pk), taken)
        return rows if self.is_offer else [{"property": row["property"]} for row in rows]
