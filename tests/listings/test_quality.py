import datetime as dt

import pytest

from listings.models import Evidence
from listings.quality import quality_level
from tests.factories import (
    a_limit,
    a_range,
    make_evidence,
    make_material,
    make_need,
    make_offer,
    make_property,
    make_use,
    make_waste_code,
)

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 6, 15)
FRESH, OLD = TODAY - dt.timedelta(365), TODAY - dt.timedelta(366)


def an_offer(figures=3, defaults=0, **values):
    properties = [make_property(slug) for slug in ("loi", "so3", "moisture", "cao")]
    material = make_material(properties=properties[:defaults])
    values = {"legal_status": "waste"} | values
    return make_offer(material, measures=[a_range(property, "1", "3") for property in properties[:figures]], **values)


def level(listing, day=TODAY):
    return quality_level(type(listing).objects.get(pk=listing.pk), day)


def test_figures_without_a_code_or_status_are_level_0():
    assert level(an_offer(legal_status="")) == 0


def test_a_status_without_figures_is_level_0():
    assert level(an_offer(figures=0)) == 0


def test_a_status_with_one_figure_is_level_1():
    assert level(an_offer(figures=1)) == 1


def test_a_waste_code_serves_in_place_of_a_status():
    assert level(an_offer(figures=1, legal_status="", codes=[make_waste_code()])) == 1


def test_three_figures_without_a_report_stay_at_level_1():
    assert level(an_offer()) == 1


def test_three_figures_with_a_dated_report_are_level_2():
    offer = an_offer()
    make_evidence(offer, dated_on=OLD)
    assert level(offer) == 2


def test_two_figures_with_a_report_stay_at_level_1():
    offer = an_offer(figures=2)
    make_evidence(offer, dated_on=FRESH, accreditation="CNAS")
    assert level(offer) == 1


def test_two_figures_are_enough_where_the_material_has_only_two_default_properties():
    offer = an_offer(figures=2, defaults=2)
    make_evidence(offer, dated_on=OLD)
    assert level(offer) == 2


def test_three_figures_are_enough_where_the_material_has_four_default_properties():
    offer = an_offer(figures=3, defaults=4)
    make_evidence(offer, dated_on=OLD)
    assert level(offer) == 2


@pytest.mark.parametrize(
    ("dated_on", "accreditation", "expected"),
    [
        (FRESH, "CNAS L1234", 3),
        (TODAY, "CMA", 3),
        (OLD, "CNAS L1234", 2),
        (FRESH, "", 2),
        (None, "CNAS L1234", 1),
        (TODAY + dt.timedelta(1), "CNAS L1234", 1),
    ],
)
def test_level_3_needs_a_report_no_older_than_a_year_from_an_accredited_laboratory(dated_on, accreditation, expected):
    offer = an_offer()
    make_evidence(offer, dated_on=dated_on, accreditation=accreditation)
    assert level(offer) == expected


def test_an_old_accredited_and_a_fresh_plain_report_do_not_add_up():
    offer = an_offer()
    make_evidence(offer, dated_on=OLD, accreditation="CNAS")
    make_evidence(offer, dated_on=FRESH)
    assert level(offer) == 2


def test_a_report_ages():
    offer = an_offer()
    make_evidence(offer, dated_on=TODAY, accreditation="CNAS")
    assert level(offer, TODAY + dt.timedelta(365)) == 3
    assert level(offer, TODAY + dt.timedelta(366)) == 2


@pytest.mark.parametrize("kind", [Evidence.Kind.SDS, Evidence.Kind.PHOTO, Evidence.Kind.DECISION])
def test_other_papers_are_no_laboratory_report(kind):
    offer = an_offer()
    make_evidence(offer, kind, dated_on=FRESH, accreditation="CNAS")
    assert level(offer) == 1


def test_a_need_is_at_level_1_once_it_states_a_limit_and_never_above():
    loi, so3 = make_property("loi"), make_property("so3")
    assert level(make_need(use=make_use())) == 0
    need = make_need(use=make_use(), measures=[a_limit(loi, maximum="5"), a_limit(so3, maximum="3")])
    make_evidence(need, dated_on=FRESH, accreditation="CNAS")
    assert level(need) == 1
