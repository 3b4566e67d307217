"""What a listing has several of: waste codes, figures or limits, materials it does not want. Called by the services."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import models
from django.utils import timezone

from marketplace.errors import Invalid
from marketplace.firms.services import save_clean

from .models import Kind, Listing, ListingCode, ListingLimit, ListingProperty, Material, WasteCode
from .quality import quality_level


def replace_details(
    listing: Listing,
    *,
    codes: Iterable[WasteCode] | None,
    measures: Iterable[Mapping[str, Any]] | None,
    excluded_materials: Iterable[Material] | None,
) -> None:
    """Rewrite what is given; None leaves what is there. The data quality follows."""
    if codes is not None:
        _replace_codes(listing, codes)
    if measures is not None:
        _replace_measures(listing, measures)
    if excluded_materials is not None:
        listing.excluded_materials.set(excluded_materials)
    listing.quality_level = quality_level(listing, timezone.localdate())
    listing.save(update_fields=["quality_level"])


def _replace_codes(listing: Listing, codes: Iterable[WasteCode]) -> None:
    wanted = {code.pk: code for code in codes}
    listing.listing_codes.exclude(code__in=wanted).delete()
    kept = set(listing.listing_codes.values_list("code", flat=True))
    ListingCode.objects.bulk_create(
        ListingCode(listing=listing, code=code) for key, code in wanted.items() if key not in kept
    )


def _replace_measures(listing: Listing, measures: Iterable[Mapping[str, Any]]) -> None:
    """Rewrite all property rows; a bad one names its property and changes nothing."""
    model: type[models.Model] = ListingProperty if listing.kind == Kind.OFFER else ListingLimit
    model.objects.filter(listing=listing).delete()  # type: ignore[attr-defined]
    for values in measures:
        row = model(listing=listing, **values)
        try:
            save_clean(row)
        except Invalid as error:
            name = str(values["property"])
            raise Invalid({f"{name}: {field}": texts for field, texts in error.errors.items()}) from error
