"""A figure as received and a limit on dry matter: compared on one basis, or a question where the water is not known."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest

from listings.models import Listing
from marketplace.errors import DomainError
from matching.bases import AS_RECEIVED, DRY, UNSAID, UsualBases
from matching.blends import Share, require_blends
from matching.engine.codes import Verdict
from matching.models import Match
from matching.rematching import rematch_all, rematch_listing
from tests import factories as make
from tests.matching.market import Market

PROPERTIES = [
    ("ash", "%", "dry", 0.0, 100.0),
    ("moisture", "%", "ar", 0.0, 100.0),
    ("calorific_value", "MJ/kg", "ar", 0.0, 142.0),
    ("ph", "", "", 0.0, 14.0),
]
ASH, MOISTURE, HEAT, PH = range(4)


def converted(*figures: tuple[int, float, float, float, int]) -> list[list[float]]:
    """Of one offer: property, low, typical, high and basis; as low, typical and high."""
    columns = dict(
        zip(("property", "low", "typ", "high", "basis"), map(np.array, zip(*figures, strict=True)), strict=True)
    )
    details = columns | {"owner": np.zeros(len(figures), dtype=np.int64)}
    said = UsualBases.of(PROPERTIES).converted(details, 1)
    return [[round(float(said[name][row]), 4) for name in ("low", "typ", "high")] for row in range(len(figures))]


def test_what_is_stated_on_the_usual_basis_or_on_none_stays_as_it_is() -> None:
    figures = [(ASH, 5.0, 6.0, 7.0, DRY), (MOISTURE, 10.0, 20.0, 30.0, AS_RECEIVED), (PH, 7.0, 8.0, 9.0, DRY)]
    assert converted(*figures, (HEAT, 9.0, 10.0, 11.0, UNSAID)) == [[5, 6, 7], [10, 20, 30], [7, 8, 9], [9, 10, 11]]


def test_dry_matter_holds_more_of_it_the_wetter_the_offer_is() -> None:
    ash, _moisture = converted((ASH, 5.0, 6.0, 8.0, AS_RECEIVED), (MOISTURE, 0.0, 25.0, 50.0, AS_RECEIVED))
    assert ash == [5.0, 8.0, 16.0]


def test_water_over_dry_matter_is_told_as_a_share_of_the_whole() -> None:
    assert converted((MOISTURE, 25.0, 100.0, 300.0, DRY)) == [[20.0, 50.0, 75.0]]


def test_water_is_told_over_dry_matter_where_its_limits_are_meant_so() -> None:
    bases = UsualBases.of([("ash", "%", "dry", 0.0, 100.0), ("moisture", "%", "dry", 0.0, None)])
    details = {name: np.array([8.0, share]) for name, share in (("low", 20.0), ("typ", 50.0), ("high", 60.0))}
    details |= {"owner": np.array([0, 0]), "property": np.array([0, 1]), "basis": np.array([AS_RECEIVED, AS_RECEIVED])}
    said = bases.converted(details, 1)
    assert [said[name].tolist() for name in ("low", "typ", "high")] == [[10.0, 25.0], [16.0, 100.0], [20.0, 150.0]]
    unsaid = bases.converted(details | {"basis": np.array([AS_RECEIVED, UNSAID])}, 1)
    assert np.round(unsaid["typ"], 4).tolist() == [12.0, 50.0]


def test_heat_as_received_is_less_by_the_water_and_its_evaporation() -> None:
    heat, _moisture = converted((HEAT, 16.0, 18.0, 20.0, DRY), (MOISTURE, 20.0, 50.0, 50.0, AS_RECEIVED))
    assert heat == [6.7785, 7.7785, 15.5114]


def test_without_a_word_on_water_a_figure_says_only_what_is_sure() -> None:
    assert converted((ASH, 5.0, 6.0, 8.0, AS_RECEIVED)) == [[5.0, 6.0, 100.0]]
    assert converted((HEAT, 16.0, 18.0, 20.0, DRY)) == [[0.0, 18.0, 20.0]]


def an_offer(market: Market, basis: str, moisture_percent: int | None) -> Listing:
    measures = [make.a_range(market.loi, "6", "6", basis=basis)]
    if moisture_percent is not None:
        water = make.make_property("moisture", basis_default="ar")
        measures.append(make.a_range(water, str(moisture_percent), str(moisture_percent), basis="ar"))
    return market.offer(measures=measures)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("basis", "moisture_percent", "verdict"),
    [
        ("dry", None, Verdict.ACCEPTED),
        ("", 40, Verdict.ACCEPTED),
        ("ar", 10, Verdict.ACCEPTED),
        ("ar", None, Verdict.POSSIBLE),
        ("ar", 40, None),
    ],
)
def test_a_limit_on_dry_matter_is_asked_of_dry_matter(
    market: Market, basis: str, moisture_percent: int | None, verdict: Verdict | None
) -> None:
    market.loi.basis_default = "dry"
    market.loi.save()
    market.need(measures=[make.a_limit(market.loi, maximum="8")])
    offer = an_offer(market, basis, moisture_percent)
    for match in (rematch_all, lambda: rematch_listing(offer.pk)):
        match()
        assert list(Match.objects.values_list("verdict", flat=True)) == ([] if verdict is None else [verdict])


@pytest.mark.django_db
def test_a_blend_is_reckoned_on_dry_matter_too(market: Market) -> None:
    market.loi.basis_default = "dry"
    market.loi.save()
    need = market.need(blend_allowed=True, measures=[make.a_limit(market.loi, maximum="8")])
    offer = an_offer(market, "ar", 40)
    with pytest.raises(DomainError, match="do not keep its limits"):
        require_blends([need], [Share(offer.pk, need.pk, Decimal(100))])
