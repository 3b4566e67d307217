"""The story is loaded once for the module, with the real reference tables, and rolled back at its end."""

from __future__ import annotations

from collections.abc import Iterator
from io import StringIO

import numpy as np
import pytest
from allauth.account.models import EmailAddress
from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils import timezone

from listings.models import Listing
from listings.models.listings import State
from marketplace.demo.people import PASSWORD, PEOPLE
from marketplace.demo.story import read_listings
from marketplace.firms import credit_code
from marketplace.firms.models import Firm, Membership, Role, User
from matching.engine.codes import RULES, Outcome
from matching.engine.evaluation import evaluate
from matching.inputs import build_inputs
from matching.models import Match, Verdict

pytestmark = pytest.mark.django_db

TITLES = {entry["key"]: entry["title_en"] for _kind, entry in read_listings()}


@pytest.fixture(scope="module", autouse=True)
def story(reference_data, django_db_blocker) -> Iterator[str]:
    """What the command said."""
    with django_db_blocker.unblock(), transaction.atomic():
        said = StringIO()
        call_command("load_demo", only="park", stdout=said)
        yield said.getvalue()
        transaction.set_rollback(True)


def listing(key: str) -> Listing:
    return Listing.objects.get(title_en=TITLES[key])


def failed_rules(offer: str, need: str) -> list[str]:
    day = timezone.localdate()
    sides = [Listing.objects.filter(pk=listing(key).pk) for key in (offer, need)]
    inputs = build_inputs(*sides, day=day, country="CN")
    one = np.zeros(1, dtype=np.int64)
    outcomes = evaluate(inputs.offers, inputs.needs, inputs.rules, inputs.day, one, one).outcomes[0]
    return [str(rule) for rule, outcome in zip(RULES, outcomes, strict=True) if outcome == Outcome.FAILS]


def pair(offer: str, need: str) -> Match | None:
    return Match.objects.filter(offer=listing(offer), need=listing(need)).first()


def test_it_tells_what_it_did_and_how_to_sign_in(story):
    assert "Park: 25 firms, each with a site\n" in story
    assert "Park: 24 offers and 23 needs\n" in story
    assert "Sign in with the password loopyard-demo as\n  factory@demo.loopyard.example\n" in story


def test_a_second_run_changes_nothing():
    before = [model.objects.count() for model in (User, Firm, Listing, Match)]
    said = StringIO()
    call_command("load_demo", only="park", stdout=said)
    assert said.getvalue() == "The demonstration is loaded already.\n"
    assert [model.objects.count() for model in (User, Firm, Listing, Match)] == before


def test_every_listing_has_both_titles_and_a_description():
    poor = [row.pk for row in Listing.objects.all() if not (row.title_zh and row.title_en and row.description)]
    assert poor == []


def test_firms_are_unmistakably_invented():
    firms = list(Firm.objects.all())
    assert {firm.source for firm in firms} == {Firm.Source.DEMO}
    assert [firm.name_en for firm in firms if not ("（示例）" in firm.name_zh and "(demo)" in firm.name_en)] == []
    assert all(credit_code.is_valid(firm.credit_code) for firm in firms)
    assert {firm.credit_code[2:8] for firm in firms} == {"000000"}


@pytest.mark.parametrize(
    ("offer", "need"),
    [
        ("fly_ash", "scm"),
        ("gbfs", "scm"),
        ("iron_dust", "iron_corrective"),
        ("fgd_gypsum", "retarder"),
        ("fgd_gypsum", "board_gypsum"),
        ("sewage_sludge", "kiln_sludge"),
        ("steam", "board_steam"),
        ("fly_ash", "aac_ash"),
        ("eaf_dust", "zinc_dust"),
        ("bus_batteries", "batteries"),
        ("cooling_heat", "pond_heat"),
        ("reclaimed_water", "cooling_water"),
        ("solvent", "solvents_wanted"),
        ("fly_ash", "concrete_scm"),
        ("scrap_heavy", "scrap"),
        ("scrap_cuttings", "scrap"),
        ("scrap_ship", "scrap"),
    ],
)
def test_pairs_that_fit_are_accepted(offer, need):
    found = pair(offer, need)
    assert found is not None
    assert found.verdict == Verdict.ACCEPTED


@pytest.mark.parametrize(
    ("offer", "need", "rule"),
    [
        ("pond_ash", "scm", "specification"),
        ("phosphogypsum", "board_gypsum", "specification"),
        ("mill_scale", "iron_corrective", "landed_cost"),
        ("shutdown_gypsum", "retarder_campaign", "time"),
        ("eaf_dust", "zinc_dust_unlicensed", "permit"),
        ("eaf_dust", "zinc_dust_expired", "permit"),
        ("bus_batteries", "batteries_unlisted", "listed"),
        ("bottom_ash", "brick_ash", "distance"),
        ("slag_water_heat", "greenhouse_heat", "distance"),
        ("fly_ash", "south_scm", "radius"),
        ("bottom_ash", "road_base", "lot"),
        ("gbfs", "concrete_scm", "quality"),
        ("mill_scale", "sinter", "own_firm"),
        ("phosphogypsum", "aac_ash", "scope_need"),
    ],
)
def test_near_misses_fail_by_one_rule(offer, need, rule):
    assert failed_rules(offer, need) == [rule]
    assert pair(offer, need) is None


def test_aged_slag_may_pass_on_free_lime():
    assert pair("bof_slag", "road_base").verdict == Verdict.POSSIBLE


def test_phosphogypsum_loses_two_yuan_for_each_point_of_water():
    found = pair("phosphogypsum", "retarder")
    assert found.deduction_per_t == pytest.approx((22 - 15) * 2)
    assert listing("phosphogypsum").price_per_t == -15


def test_the_solvent_recycler_takes_only_what_its_licence_leaves():
    assert pair("solvent", "solvents_wanted").quantity_t == 500


def test_data_quality_follows_the_evidence():
    levels = {key: listing(key).quality_level for key in ("fly_ash", "eaf_dust", "fgd_gypsum", "pond_ash", "bf_sludge")}
    assert levels == {"fly_ash": 3, "eaf_dust": 3, "fgd_gypsum": 2, "pond_ash": 1, "bf_sludge": 0}


def test_reports_are_pdf_files():
    report = listing("fly_ash").evidence.get().file.read()
    start = int(report.split(b"startxref\n")[1].split()[0])
    assert report.startswith(b"%PDF-1.4\n")
    assert report[start : start + 4] == b"xref"
    assert report[int(report[start:].split(b"\n")[3][:10]) :].startswith(b"1 0 obj\n")


def test_one_offer_is_a_draft_and_one_is_due_in_three_days():
    assert listing("bf_sludge").state == State.DRAFT
    assert (listing("bottom_ash").confirm_by - timezone.localdate()).days == 3
    assert (listing("bottom_ash").confirm_by - listing("bottom_ash").confirmed_on).days == 90


def test_accounts_can_sign_in_and_own_what_they_should():
    for person in PEOPLE:
        assert User.objects.get(email=person.email).check_password(PASSWORD)
        assert EmailAddress.objects.get(email=person.email).verified
    roles = Membership.objects.exclude(user__email__startswith="clerk@").select_related("user", "firm")
    assert {(row.user.email.partition("@")[0], row.role, row.firm.name_en) for row in roles} == {
        ("factory", Role.OWNER, "Lingang Power (demo)"),
        ("recycler", Role.OWNER, "Binhai Cement (demo)"),
        ("trader", Role.TRADER, "Lingang Steel (demo)"),
        ("viewer", Role.VIEWER, "Lingang Power (demo)"),
    }


def test_the_clerk_has_no_password():
    assert not User.objects.get(email="clerk@demo.loopyard.example").has_usable_password()


def test_production_is_refused(monkeypatch):
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "marketplace.settings.prod")
    with pytest.raises(CommandError, match="no production server"):
        call_command("load_demo")
    assert not Firm.objects.filter(source=Firm.Source.SEPA).exists()
