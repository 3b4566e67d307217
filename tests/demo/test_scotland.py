from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest
from django.db import transaction

from listings.models import Listing
from marketplace.demo.people import clerk
from marketplace.demo.register import code_ranges, read_register
from marketplace.demo.scotland import load_scotland
from marketplace.firms.models import Firm, Permit, PermitState
from matching.models import Match
from matching.rematching import rematch_all

pytestmark = pytest.mark.django_db

SITES = """permit_no,site_name,operator,region,status,activities,accepts,latitude,longitude
P1,Hill Landfill,NORTH LTD,Fife,Operational,Landfill,Commercial / Industrial,56.2,-3.1
P2,Quay Metals,NORTH LTD,Fife,Operational,Metal recycler,Commercial,56.1,-3.2
P3,Town Recycling Centre,FIFE COUNCIL,Fife,Operational,Civic amenity,Household,56.15,-3.15
P4,Old Yard,SMITH,Moray,Not operational,Transfer station,Commercial,57.6,-3.3
P5,Pet Field,PRIVATE CONTACT,Moray,Operational,Pet cemetery,Household,57.5,-3.4
P7,Skip Yard,SMITH,Moray,Operational,Transfer station,Commercial,57.6,-3.2
P6,Pet Wood,PRIVATE CONTACT,Moray,Not operational,Pet cemetery,Household,57.4,-3.5
"""
FLOWS = """permit_no,direction,sepa_material,tonnes
P1,in,Soils,1200.5
P2,in,"Metallic wastes, ferrous",300
P2,in,Discarded vehicles,90
P2,out,Discarded vehicles,80
P3,in,Soils,40
P3,out,Soils,40
P3,out,Used oils,0.0001
P4,out,Wood wastes,5
P7,in,Wood wastes,12
P5,in,Animal and mixed food waste,1
"""
USES = "activity,sepa_material,use_slug\nLandfill,Soils,landfill_disposal\n"


@pytest.fixture(scope="module")
def scotland(reference_data, django_db_blocker, tmp_path_factory) -> Iterator[None]:
    """A register of seven sites, loaded once with the real reference tables and rolled back at the module's end."""
    folder = tmp_path_factory.mktemp("register")
    for name, text in (("sites", SITES), ("flows", FLOWS), ("uses", USES)):
        (folder / f"scotland_{name}.csv").write_text(text, encoding="utf-8")
    with django_db_blocker.unblock(), transaction.atomic():
        load_scotland(actor=clerk(), say=lambda _text: None, folder=folder)
        rematch_all()
        yield
        transaction.set_rollback(True)


def test_the_register_is_complete():
    register = read_register()
    assert len(register.sites) == 1254
    assert sum(site.operational for site in register.sites) == 742
    assert sum(map(len, register.flows.values())) == 9390
    assert sum(len(register.traded(site)) for site in register.sites) == 7837


def test_code_ranges_hold_no_code_that_is_not_wanted():
    every = ["100101", "100102", "100103", "100105"]
    assert code_ranges({"100101", "100102", "100105"}, every) == [("100101", "100102"), ("100105", "100105")]
    assert code_ranges(set(), every) == []


def test_the_register_becomes_a_market(scotland):
    assert {firm.name_en for firm in Firm.objects.all()} == {
        "NORTH LTD", "FIFE COUNCIL", "SMITH", "PRIVATE CONTACT (P5)", "PRIVATE CONTACT (P6)",
    }  # fmt: skip
    needs = Listing.objects.needs().order_by("pk").values_list("title_en", "quantity_t_per_year", "use__slug")
    assert list(needs) == [
        ("Soils taken at Hill Landfill", Decimal("1200.500"), "landfill_disposal"),
        ("Metallic wastes, ferrous taken at Quay Metals", Decimal("300.000"), None),
        ("Wood wastes taken at Skip Yard", Decimal("12.000"), None),
    ]
    offers = Listing.objects.offers().order_by("pk").values_list("title_en", "quantity_t_per_year", "legal_status")
    assert list(offers) == [
        ("Discarded vehicles from Quay Metals", Decimal("80.000"), "waste"),
        ("Soils from Town Recycling Centre", Decimal("40.000"), "waste"),
        ("Used oils from Town Recycling Centre", Decimal("0.001"), "hazardous"),
    ]
    assert all(row.title_zh and "2019" in row.description for row in Listing.objects.all())


def test_a_site_that_is_not_working_has_an_expired_permit(scotland):
    states = dict(Permit.objects.values_list("number", "state"))
    assert (states["P1"], states["P4"]) == (PermitState.VERIFIED, PermitState.EXPIRED)


def test_a_permit_covers_the_codes_of_what_the_site_received(scotland):
    soils = Permit.objects.get(number="P1").lines.values_list("code_from", "code_to", "operation__code")
    assert list(soils) == [("170504", "", "D5"), ("200202", "", "D5")]


def test_soil_goes_to_the_landfill_under_its_permit_line(scotland):
    match = Match.objects.get()
    assert match.offer.title_en == "Soils from Town Recycling Centre"
    assert (match.need.title_en, match.permit_line.code_from) == ("Soils taken at Hill Landfill", "170504")


def test_a_collecting_site_looks_no_further_than_forty_km(scotland):
    reach = dict(Listing.objects.needs().values_list("site__name", "max_distance_km"))
    assert reach == {"Hill Landfill": None, "Quay Metals": None, "Skip Yard": Decimal("40.0")}


def test_the_sites_lie_in_their_council_area(scotland):
    assert {str(site.region.name_en) for site in Firm.objects.get(name_en="NORTH LTD").sites.all()} == {"Fife"}
