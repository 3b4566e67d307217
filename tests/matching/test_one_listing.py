"""One listing is matched by looking at few rows, and gets exactly what looking at all of them would give."""

from __future__ import annotations

import datetime as dt
import json
import re
from contextlib import nullcontext
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from listings.models import Listing, Material, Property, WasteCode
from listings.services import change_listing, suspend_listing
from marketplace.firms.models import Permit
from marketplace.firms.models.rights import PermitState
from marketplace.firms.services import change_site, move_permit
from matching import rematching_one, rows
from matching.benchmark.market import N_PROPERTIES
from matching.benchmark.one_listing import measure
from matching.benchmark.stored_market import StoredMarket
from matching.engine import match
from matching.inputs import build_inputs
from matching.management.commands import bench_listing
from matching.models import Match
from matching.rematching_one import rematch_listing
from matching.rows import SLIM
from matching.services import follow_firm
from matching.single import details, finding_standing, judging, rights, shortlist, standing
from matching.single.judging import best_pairs
from matching.single.standing import current_index, write_index
from tests import factories as make
from tests.matching.market import FAR, Market

pytestmark = pytest.mark.django_db
TOP = 6
DAY = dt.date(2026, 11, 21)


@pytest.fixture
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that few listings already take several steps."""
    monkeypatch.setattr(judging, "FIRST_READ", 8)
    monkeypatch.setattr(shortlist, "FIRST_REFINED", 16)
    monkeypatch.setattr(shortlist, "FEW", 8)


@pytest.fixture
def var_dir(settings, tmp_path: Path) -> Path:
    settings.VAR_DIR = tmp_path
    return tmp_path


@pytest.fixture
def crowd() -> None:
    """150 offers and as many needs of six materials around two parks, with every rule in use."""
    province = make.make_region("310000")
    make.make_region("jjj", level="composite").members.set([province])
    make.make_region("320000")
    for number in range(1, 5):
        make.make_waste_code(f"{number:02} 01 01")
    for number in range(N_PROPERTIES):
        make.make_property(f"property_{number}")
    operation = make.make_operation("R5")
    for number in range(6):
        make.make_use(operation=None if number % 2 else operation)
        make.make_material()
    StoredMarket(150, DAY, seed=3, n_parks=2).write(lambda _text: None)
    Material.objects.filter(pk=Material.objects.order_by("-pk")[0].pk).update(economic_radius_km=None)


def found(listing: Listing) -> list[tuple[int, int, float]]:
    pairs = [
        (int(inputs.offer_pk[offer]), int(inputs.need_pk[need]), float(score))
        for inputs, part in best_pairs(listing, DAY, TOP, lambda _step: None)
        for offer, need, score in zip(part.offer, part.need, part.score, strict=True)
    ]
    return sorted(pairs)


def plainly_found(listing: Listing) -> list[tuple[int, int, float]]:
    others = Listing.objects.open_on(DAY).exclude(kind=listing.kind).filter(site__country="CN")
    alone = Listing.objects.filter(pk=listing.pk)
    offers, needs = (alone, others) if listing.is_offer else (others, alone)
    inputs = build_inputs(offers, needs, day=DAY, country="CN")
    pairs = match(inputs.offers, inputs.needs, inputs.rules, inputs.day, top=TOP, per=listing.kind)
    offer, need = inputs.offer_pk[pairs.offer].tolist(), inputs.need_pk[pairs.need].tolist()
    return sorted(zip(offer, need, pairs.score.tolist(), strict=True))


def some_listings() -> list[Listing]:
    return list(Listing.objects.published().select_related("site__region").order_by("pk")[::9])


def assert_the_same_as_plainly() -> int:
    pairs = 0
    for listing in some_listings():
        expected = plainly_found(listing)
        assert found(listing) == expected, listing.pk
        pairs += len(expected)
    return pairs


def test_the_best_pairs_are_those_of_judging_everybody(crowd: None, small_steps: None, var_dir: Path) -> None:
    assert assert_the_same_as_plainly() > 100


def test_who_may_fit_is_read_from_the_indexes_alone() -> None:
    asked = set(re.findall(r"\bl\.(\w+)", " ".join(column.expression for column in SLIM.values())))
    fields = {index.name: index.fields for index in Listing._meta.indexes}
    for name in ("listing_by_material", "listing_by_use"):
        held = {Listing._meta.get_field(field).attname for field in fields[name]}
        assert asked | {"kind", "state", "currency", "site_id", "region_id"} <= held


def test_the_index_finds_the_same_pairs(crowd: None, small_steps: None, var_dir: Path) -> None:
    write_index("CN")
    assert current_index("CN") is not None
    assert assert_the_same_as_plainly() > 100


def test_what_changed_since_the_index_was_made_is_seen(
    crowd: None, small_steps: None, var_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_index("CN")
    monkeypatch.setattr(judging, "found_in_tables", None)
    actor = make.make_facilitator()
    Listing.objects.update(created_by=actor)
    keys = Listing.objects.order_by("pk").values_list("pk", flat=True)
    for listing in Listing.objects.filter(pk__in=list(keys[::9])):
        change_listing(actor=actor, listing=listing, values={"price_per_t": Decimal(-50)})
    for listing in Listing.objects.filter(pk__in=list(keys[4::27])):
        suspend_listing(actor=actor, listing=listing)
    for site in {each.site for each in Listing.objects.filter(pk__in=list(keys[2::40])).select_related("site")}:
        change_site(actor=actor, site=site, values={"latitude": 31.5, "longitude": 121.2})
        follow_firm(site.firm)
    material = Listing.objects.offers()[0].material
    make.make_offer(material, site=make.make_site(at=(31.2, 121.4)), legal_status="by_product")
    assert assert_the_same_as_plainly() > 100


def test_details_and_rights_changed_since_the_index_was_made_are_seen(
    crowd: None, small_steps: None, var_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    actor, code, kind = make.make_facilitator(), WasteCode.objects.order_by("pk")[1], Property.objects.order_by("pk")[0]
    Listing.objects.update(created_by=actor)
    Permit.objects.update(authority="Bureau of Ecology")
    Permit.objects.annotate(odd=F("pk") % 2).filter(odd=1).update(state="suspended")
    write_index("CN")
    monkeypatch.setattr(judging, "found_in_tables", None)
    for offer in Listing.objects.offers().order_by("pk")[::5]:
        figures = [{"property": kind, "low": 1.0, "typical": 2.0, "high": 3.0}]
        change_listing(actor=actor, listing=offer, values={}, codes=[code], measures=figures)
    for need in Listing.objects.needs().order_by("pk")[::5]:
        change_listing(actor=actor, listing=need, values={}, measures=[{"property": kind, "maximum": 2.5}])
    for permit in Permit.objects.order_by("pk")[::3]:
        state = PermitState.REVOKED if permit.state == PermitState.VERIFIED else PermitState.VERIFIED
        move_permit(actor=actor, permit=permit, state=state)
    assert assert_the_same_as_plainly() > 100


@pytest.mark.parametrize(("kind", "read"), [("offer", "limits_of"), ("need", "ranges_of")])
def test_what_the_index_tells_is_not_asked_of_the_tables(
    kind: str, read: str, crowd: None, small_steps: None, var_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_index("CN")
    listings = [listing for listing in some_listings() if listing.kind == kind]
    expected = [plainly_found(listing) for listing in listings]
    for module, name in ((details, read), (rights, "Codes"), (rights, "RANGES"), (rights, "lines_by_firm")):
        monkeypatch.setattr(module, name, None)
    assert [found(listing) for listing in listings] == expected


def test_a_permit_that_becomes_valid_later_is_in_the_index(
    market: Market, var_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(standing, "SLACK", 0)
    offer = market.offer(legal_status="waste", codes=[make.make_waste_code("10 01 02")])
    first = timezone.localdate() + dt.timedelta(days=9)
    make.make_permit(market.need().firm, lines=[{"code_from": "10 01"}], valid_from=first)
    write_index("CN")
    monkeypatch.setattr(judging, "found_in_tables", None)
    assert rematch_listing(offer.pk, day=first - dt.timedelta(days=1)) == 0
    assert rematch_listing(offer.pk, day=first) == 1


def test_the_park_of_a_listing_bound_to_it_is_all_that_is_looked_at(
    crowd: None, small_steps: None, var_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    parked = Listing.objects.filter(site__park__isnull=False)
    parked.update(scope="park", max_distance_km=None)
    write_index("CN")
    monkeypatch.setattr(judging, "found_in_tables", None)
    listings = list(parked.select_related("site__region").order_by("pk")[::7])
    assert [found(listing) for listing in listings] == [plainly_found(listing) for listing in listings]
    assert sum(len(found(listing)) for listing in listings) > 10


def test_an_index_that_has_fallen_behind_is_left_alone(
    crowd: None, var_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_index("CN")
    monkeypatch.setattr(finding_standing, "MOST_CHANGED", 0)
    make.make_offer(Listing.objects.offers()[0].material)
    assert_the_same_as_plainly()


def test_an_index_with_other_exchange_rates_is_not_used(crowd: None, var_dir: Path, settings) -> None:
    write_index("CN")
    settings.LOOPYARD_EXCHANGE_RATES = settings.LOOPYARD_EXCHANGE_RATES | {"EUR": 8}
    assert current_index("CN") is None


def test_a_new_index_replaces_the_one_before(crowd: None, var_dir: Path) -> None:
    first, second = write_index("CN"), write_index("CN")
    assert not first.exists()
    assert (var_dir / "standing" / "CN" / "current").read_text() == second.name


def test_who_left_the_market_unnoticed_is_found_by_the_index_and_not_stored(market: Market, var_dir: Path) -> None:
    offer, need = market.offer(), market.need()
    write_index("CN")
    Listing.objects.filter(pk=need.pk).update(state="suspended")
    assert rematch_listing(offer.pk) == 0
    assert not Match.objects.exists()


def test_a_permit_revoked_since_the_index_was_made_permits_nothing(market: Market, var_dir: Path) -> None:
    offer = market.offer(legal_status="waste", codes=[make.make_waste_code("10 01 02")])
    permit = make.make_permit(market.need().firm, lines=[{"code_from": "10 01"}])
    write_index("CN")
    assert rematch_listing(offer.pk) == 1
    permit.lines.all().delete()
    assert rematch_listing(offer.pk) == 0


def test_pairs_found_again_stay_and_those_lost_go(market: Market, var_dir: Path) -> None:
    offer, near, other = market.offer(), market.need(), market.need()
    rematch_listing(offer.pk)
    kept = Match.objects.get(need=near).pk
    Listing.objects.filter(pk=other.pk).update(latitude=FAR[0], longitude=FAR[1])
    assert rematch_listing(offer.pk) == 1
    assert list(Match.objects.values_list("pk", flat=True)) == [kept]


def test_limits_of_many_needs_are_asked_for_in_portions(market: Market, monkeypatch: pytest.MonkeyPatch) -> None:
    limited = [market.need(measures=[make.a_limit(market.loi, maximum="5")]) for _need in range(3)]
    keys = [market.need().pk, *(need.pk for need in limited)]
    monkeypatch.setattr(rows, "KEYS_AT_ONCE", 2)
    with CaptureQueriesContext(connection) as queries:
        assert sorted(rows.limited_of(keys)) == sorted(need.pk for need in limited)
    assert len(queries) == 2


def test_only_the_best_are_kept(market: Market, var_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    offer = market.offer()
    needs = [market.need(at=(31.30 + step / 20, 121.50)) for step in range(4)]
    monkeypatch.setattr(rematching_one, "TOP_OF_ONE", 2)
    assert rematch_listing(offer.pk) == 2
    assert set(Match.objects.values_list("need", flat=True)) == {need.pk for need in needs[:2]}


def test_more_counterparts_take_no_more_queries(market: Market, var_dir: Path) -> None:
    offer = market.offer()
    market.need()
    rematch_listing(offer.pk)
    with CaptureQueriesContext(connection) as few:
        rematch_listing(offer.pk)
    for _each in range(8):
        market.need()
    rematch_listing(offer.pk)
    with CaptureQueriesContext(connection) as more:
        assert rematch_listing(offer.pk) == 9
    assert len(more) == len(few) <= 26


def test_the_steps_of_a_listing_are_timed(market: Market, var_dir: Path) -> None:
    for _each in range(8):
        market.offer()
        market.need()
    figures = measure(4, seed=1).figures()
    assert figures["listings"] == 4
    assert {"candidates_ms", "arrays_ms", "engine_ms", "store_ms", "whole_ms"} <= set(figures)
    assert figures["whole_ms"]["p50"] <= figures["whole_ms"]["p95"]


def test_the_benchmark_prints_and_writes_its_figures(
    crowd: None, var_dir: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """On the database of the tests, which holds a market of this size already."""
    monkeypatch.setattr(bench_listing, "scratch_database", lambda _name, *, keep: nullcontext())
    call_command("bench_listing", listings=150, changes=4, keep=var_dir, json=var_dir / "figures.json")
    figures = json.loads((var_dir / "figures.json").read_text())
    assert (figures["offers_in_market"], figures["needs_in_market"], figures["tables_listings"]) == (150, 150, 4)
    assert figures["same_number_of_pairs"] is True
    assert figures["tables_processor_ms"]["p50"] <= figures["tables_processor_ms"]["p95"]
    assert "index_whole_ms" in capsys.readouterr().out
