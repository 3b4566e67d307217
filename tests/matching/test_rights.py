"""When a right ends the market reacts at once: matches go, proposals are refused or flagged, both sides are told."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from threading import Barrier, Thread
from time import process_time
from typing import Any

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cms.reference.editing import change_and_follow
from listings.curation.services import PERMISSION
from listings.models import Listing, MaterialUse
from marketplace.errors import DomainError
from marketplace.firms.letters import Post
from marketplace.firms.models import Event, Firm, Permit
from marketplace.firms.services import end_recognition, move_permit
from matching.lapses import follow_proposals
from matching.models import LapsedRight, LapseLetter, Match, Proposal
from matching.proposals import ProposedLine, RightMissing, agree, decline, propose
from matching.rematching import rematch_listing
from matching.rights import missing_right, missing_rights
from matching.services import follow_firm
from matching.telling import send_letters
from tests import factories as make
from tests.cms.people import person_with
from tests.matching.market import Market

pytestmark = pytest.mark.django_db


def today() -> dt.date:
    return timezone.localdate()


def days(number: int) -> dt.timedelta:
    return dt.timedelta(days=number)


def listed_pair(market: Market) -> tuple[Listing, Listing]:
    """An offer for listed firms only, and a need of a listed firm."""
    offer, need = market.offer(listed_only=True), market.need()
    make.make_recognition(need.firm)
    return offer, need


def waste_pair(market: Market, **permit: Any) -> tuple[Listing, Listing]:
    """An offer of waste, and a need whose firm has a permit for it."""
    offer = market.offer(legal_status="waste", codes=[make.make_waste_code()])
    need = market.need()
    make.make_permit(need.firm, lines=[{"code_from": "10 01 02"}], **permit)
    return offer, need


def proposed(offer: Listing, need: Listing) -> Proposal:
    return propose(actor=make.make_facilitator(), lines=[ProposedLine(offer.pk, need.pk, Decimal(100))], day=today())[0]


def delist(firm: Firm, day: dt.date | None = None) -> None:
    end_recognition(actor=None, recognition=firm.recognitions.get(), day=day or today())
    follow_firm(firm)


def page_of(person: Any, **asked: str) -> str:
    client = Client()
    client.force_login(person)
    return client.get(reverse("matching:proposals"), asked).content.decode()


# --- which right is missing -------------------------------------------------------------------------------------------


def test_a_pair_with_its_rights_lacks_nothing(market: Market) -> None:
    for offer, need in (listed_pair(market), waste_pair(market), (market.offer(), market.need())):
        assert missing_right(offer, need, today()) is None


def test_a_withdrawn_recognition_is_missing_from_its_day(market: Market) -> None:
    offer, need = listed_pair(market)
    end_recognition(actor=None, recognition=need.firm.recognitions.get(), day=today())
    lacks = missing_right(offer, need, today())
    assert lacks is not None
    assert (lacks.code, lacks.side, lacks.since) == ("taker", "need", today())
    assert missing_right(offer, need, today() - days(1)) is None
    assert lacks.sentence == (f"the offer is for listed firms only, and the taker stands on no list since {today()}")


def test_a_holder_that_a_need_wants_listed_is_asked_too(market: Market) -> None:
    offer, need = market.offer(), market.need(listed_only=True)
    lacks = missing_right(offer, need, today())
    assert lacks is not None
    assert (lacks.code, lacks.side, lacks.since) == ("holder", "offer", None)


def test_a_permit_that_runs_out_is_missing_the_day_after_without_any_job(market: Market) -> None:
    offer, need = waste_pair(market, valid_to=today() + days(10))
    assert missing_right(offer, need, today() + days(10)) is None
    lacks = missing_right(offer, need, today() + days(11))
    assert lacks is not None
    assert (lacks.code, lacks.since) == ("permit", today() + days(11))


@pytest.mark.parametrize("state", ["suspended", "revoked", "expired"])
def test_a_permit_that_an_officer_ends_is_missing_at_once(market: Market, state: str) -> None:
    offer, need = waste_pair(market)
    move_permit(actor=make.make_facilitator(), permit=Permit.objects.get(), state=state)
    lacks = missing_right(offer, need, today())
    assert lacks is not None
    assert (lacks.code, lacks.since) == ("permit", today())


def test_a_permit_for_other_waste_is_none_and_never_was(market: Market) -> None:
    offer, need = market.offer(legal_status="waste", codes=[make.make_waste_code()]), market.need()
    make.make_permit(need.firm, lines=[{"code_from": "19 08 05"}], valid_to=today() - days(3))
    lacks = missing_right(offer, need, today())
    assert lacks is not None
    assert (lacks.code, lacks.since) == ("permit", None)


def test_a_permit_that_is_used_up_leaves_no_room(market: Market) -> None:
    offer, need = market.offer(legal_status="waste", codes=[make.make_waste_code()]), market.need()
    used = {"capacity_t_per_year": Decimal(50), "taken_t": Decimal(50), "taken_year": today().year}
    make.make_permit(need.firm, lines=[{"code_from": "10 01 02"} | used])
    lacks = missing_right(offer, need, today())
    assert lacks is not None and lacks.code == "room"


def test_many_pairs_take_as_many_queries_as_one(market: Market) -> None:
    pairs = []
    for _ in range(4):
        offer, need = listed_pair(market)
        end_recognition(actor=None, recognition=need.firm.recognitions.get(), day=today())
        pairs.append((offer, need))
    missing_rights(pairs[:1], today())  # what is kept in memory is read
    with CaptureQueriesContext(connection) as one:
        missing_rights(pairs[:1], today())
    with CaptureQueriesContext(connection) as four:
        assert len(missing_rights(pairs, today())) == 4
    assert len(one) == len(four)


# --- matches ----------------------------------------------------------------------------------------------------------


def test_withdrawn_the_match_is_gone_at_the_next_read(market: Market) -> None:
    offer, need = listed_pair(market)
    rematch_listing(offer.pk)
    assert Match.objects.lawful_on(today()).count() == 1
    began = process_time()
    end_recognition(actor=None, recognition=need.firm.recognitions.get(), day=today())
    assert Match.objects.lawful_on(today()).count() == 0
    assert process_time() - began < 1
    assert Match.objects.count() == 1  # no job has run


def test_a_permits_last_day_is_the_matches_last_day_without_any_job(market: Market) -> None:
    last = today() + days(5)
    offer, _need = waste_pair(market, valid_to=last)
    rematch_listing(offer.pk)
    assert [Match.objects.lawful_on(day).count() for day in (last, last + days(1))] == [1, 0]


# --- proposals --------------------------------------------------------------------------------------------------------


def test_what_lacks_a_right_is_not_proposed_and_the_right_is_named(market: Market) -> None:
    offer, need = listed_pair(market)
    delist(need.firm)
    with pytest.raises(RightMissing, match=f"the taker stands on no list since {today()}"):
        proposed(offer, need)
    assert not Proposal.objects.exists()


def test_nobody_agrees_while_a_right_is_missing_but_may_decline(market: Market) -> None:
    offer, need = waste_pair(market)
    proposal = proposed(offer, need)
    move_permit(actor=make.make_facilitator(), permit=Permit.objects.get(), state="suspended")
    with pytest.raises(DomainError, match="no valid permit for this waste") as refused:
        agree(actor=make.owner_of(offer.firm), proposal=proposal, side="offer")
    assert refused.value.code == "right_missing"
    proposal.refresh_from_db()
    assert (proposal.state, proposal.offer_agreed_at) == ("open", None)
    declined = decline(actor=make.owner_of(offer.firm), proposal=proposal, side="offer", reason="permit")
    assert declined.state == "declined"


def test_an_agreed_proposal_is_flagged_to_both_sides_and_the_facilitator(market: Market) -> None:
    offer, need = listed_pair(market)
    proposal = proposed(offer, need)
    holder, taker = make.owner_of(offer.firm), make.owner_of(need.firm)
    agree(actor=holder, proposal=proposal, side="offer")
    agree(actor=taker, proposal=proposal, side="need")
    delist(need.firm)
    for person in (holder, taker, make.make_facilitator()):
        page = page_of(person)
        assert "right missing" in page
        assert f"The offer is for listed firms only, and the taker stands on no list since {today()}" in page
    lapse = LapsedRight.objects.get()
    assert (lapse.proposal, lapse.code, lapse.since, lapse.ended_at) == (proposal, "taker", today(), None)
    flagged = Event.objects.about(proposal).filter(verb="proposal.right_lapsed")
    assert [event.change for event in flagged] == [f"taker {today()}"]
    assert "right missing" in page_of(holder, state="lapsed")


def test_a_flagged_proposal_offers_no_button_to_agree(market: Market) -> None:
    offer, need = listed_pair(market)
    proposed(offer, need)
    holder = make.owner_of(offer.firm)
    assert "We take it up" in page_of(holder)
    delist(need.firm)
    page = page_of(holder)
    assert "We take it up" not in page
    assert "Decline" in page


def test_the_flag_goes_with_the_rights_return(market: Market) -> None:
    offer, need = listed_pair(market)
    proposal = proposed(offer, need)
    delist(need.firm)
    make.make_recognition(need.firm, "other-list")
    follow_firm(need.firm)
    assert "right missing" not in page_of(make.owner_of(offer.firm)).replace("a right is missing", "")
    assert LapsedRight.objects.get().ended_at is not None
    verbs = Event.objects.about(proposal).order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["proposal.made", "proposal.right_lapsed", "proposal.right_back"]
    assert agree(actor=make.owner_of(offer.firm), proposal=proposal, side="offer").is_open


def test_both_sides_are_written_to_once(market: Market, django_capture_on_commit_callbacks: Any) -> None:
    offer, need = listed_pair(market)
    proposed(offer, need)
    with django_capture_on_commit_callbacks(execute=True):
        delist(need.firm)
    to = sorted(address for letter in mail.outbox for address in letter.to)
    assert to == sorted([make.owner_of(offer.firm).email, make.owner_of(need.firm).email])
    assert f"the taker stands on no list since {today()}" in mail.outbox[0].body
    assert "Nobody can agree to it until the right is back." in mail.outbox[0].body
    with django_capture_on_commit_callbacks(execute=True):
        follow_firm(need.firm)
        call_command("follow_proposals")
    assert len(mail.outbox) == 2


def test_what_came_back_before_the_letter_is_no_news(market: Market) -> None:
    offer, need = listed_pair(market)
    proposed(offer, need)
    delist(need.firm)
    make.make_recognition(need.firm, "other-list")
    follow_firm(need.firm)
    send_letters()
    assert mail.outbox == []
    assert LapsedRight.objects.get().sent_at is not None


def test_the_clock_flags_what_ended_by_its_date(market: Market, capsys: Any) -> None:
    offer, need = waste_pair(market, valid_to=today() + days(5))
    proposal = proposed(offer, need)
    assert follow_proposals(today() + days(5)) == 0
    call_command("follow_proposals", day=today() + days(6))
    assert "1 proposals changed, 2 letters sent, 0 not taken" in capsys.readouterr().out
    lapse = LapsedRight.objects.get()
    assert (lapse.proposal, lapse.code, lapse.since) == (proposal, "permit", today() + days(6))
    assert follow_proposals(today() + days(6)) == 0


def test_what_was_declined_is_not_flagged(market: Market) -> None:
    offer, need = listed_pair(market)
    proposal = proposed(offer, need)
    decline(actor=make.owner_of(offer.firm), proposal=proposal, side="offer", reason="price")
    delist(need.firm)
    assert not LapsedRight.objects.exists()
    assert "stands on no list" not in page_of(make.owner_of(offer.firm))


# --- a use that is prohibited -----------------------------------------------------------------------------------------


def prohibit(offer: Listing, need: Listing, prohibited: bool = True) -> None:
    link = MaterialUse.objects.get(material=offer.material, use=need.use)
    change_and_follow(
        actor=person_with(PERMISSION.split(".")[1]), row=link, values={"prohibited": prohibited}, links={}
    )


def test_nobody_agrees_to_a_use_that_was_prohibited_since(market: Market) -> None:
    offer, need = market.offer(), market.need()
    proposal = proposed(offer, need)
    MaterialUse.objects.filter(material=offer.material, use=need.use).update(prohibited=True)
    with pytest.raises(RightMissing, match="has been prohibited"):
        agree(actor=make.owner_of(offer.firm), proposal=proposal, side="offer")
    assert Proposal.objects.get().offer_agreed_at is None


def test_a_use_prohibited_since_flags_its_proposals_and_tells_both_sides_once(
    market: Market, django_capture_on_commit_callbacks: Any
) -> None:
    offer, need = market.offer(), market.need()
    proposal = proposed(offer, need)
    with django_capture_on_commit_callbacks(execute=True):
        prohibit(offer, need)
    lapse = LapsedRight.objects.get()
    assert (lapse.proposal, lapse.code, lapse.since) == (proposal, "use", today())
    for person in (make.owner_of(offer.firm), make.owner_of(need.firm), make.make_facilitator()):
        page = page_of(person, state="lapsed")
        assert "use prohibited" in page
        assert f"This use of the material has been prohibited since {today()}" in page
        assert "We take it up" not in page
    assert [letter.subject for letter in mail.outbox] == [f"A use of “{offer.title}” has been prohibited"] * 2
    assert "Nobody can agree to it any more. Should the prohibition be lifted" in mail.outbox[0].body
    with django_capture_on_commit_callbacks(execute=True):
        follow_firm(need.firm)
        call_command("follow_proposals")
    assert len(mail.outbox) == 2


def test_a_prohibition_on_the_family_flags_the_proposals_of_its_members(market: Market) -> None:
    family = make.make_material("ash")
    market.ash.parent = family
    market.ash.save()
    offer, need = market.offer(), market.need()
    proposed(offer, need)
    rematch_listing(offer.pk)
    link = make.make_material_use(family, market.cement)
    change_and_follow(actor=person_with(PERMISSION.split(".")[1]), row=link, values={"prohibited": True}, links={})
    assert (LapsedRight.objects.get().code, LapsedRight.objects.get().since) == ("use", today())
    assert Match.objects.count() == 0
    assert missing_right(offer, need, today()) is not None


def test_a_prohibition_that_is_lifted_takes_the_flag_with_it(market: Market) -> None:
    offer, need = market.offer(), market.need()
    proposal = proposed(offer, need)
    prohibit(offer, need)
    prohibit(offer, need, prohibited=False)
    assert LapsedRight.objects.get().ended_at is not None
    assert agree(actor=make.owner_of(offer.firm), proposal=proposal, side="offer").is_open


def test_a_prohibition_that_came_with_a_load_is_flagged_by_the_clock(market: Market) -> None:
    offer, need = market.offer(), market.need()
    proposed(offer, need)
    other = market.offer(), make.make_need(use=make.make_use("fill", name_en="Fill"))
    MaterialUse.objects.filter(material=offer.material, use=need.use).update(prohibited=True)
    assert follow_proposals(today()) == 1
    assert (LapsedRight.objects.get().code, LapsedRight.objects.get().since) == ("use", None)
    assert missing_right(*other, today()) is None


# --- one letter a person and fact -------------------------------------------------------------------------------------


def test_who_writes_for_both_sides_gets_one_letter(market: Market) -> None:
    offer, need = listed_pair(market)
    proposed(offer, need)
    person = make.owner_of(offer.firm)
    make.make_member(need.firm, user=person)
    delist(need.firm)
    send_letters()
    assert [letter.to for letter in mail.outbox].count([person.email]) == 1


def test_a_letter_that_another_clock_is_writing_is_left_to_it(market: Market) -> None:
    offer, need = listed_pair(market)
    proposed(offer, need)
    delist(need.firm)
    lapse, person = LapsedRight.objects.get(), make.owner_of(offer.firm)
    taken_up = LapseLetter.objects.create(lapse=lapse, person=person, taken_up_at=timezone.now())
    assert send_letters() == Post(sent=1)
    assert LapsedRight.objects.get().sent_at is None
    LapseLetter.objects.filter(pk=taken_up.pk).update(taken_up_at=timezone.now() - dt.timedelta(hours=2))
    assert send_letters() == Post(sent=1)
    assert LapsedRight.objects.get().sent_at is not None
    assert send_letters() == Post()
    assert sorted(address for letter in mail.outbox for address in letter.to) == sorted(
        make.owner_of(side.firm).email for side in (offer, need)
    )


def test_a_letter_that_no_server_took_is_tried_again_and_told_to_nobody_twice(
    market: Market, monkeypatch: pytest.MonkeyPatch
) -> None:
    offer, need = listed_pair(market)
    proposed(offer, need)
    delist(need.firm)
    with monkeypatch.context() as patch:
        patch.setattr("matching.telling.write_letter", lambda **_letter: False)
        assert send_letters() == Post(unsent=2)
    assert (LapseLetter.objects.count(), LapsedRight.objects.get().sent_at) == (0, None)
    assert send_letters() == Post(sent=2)


@pytest.mark.needs_postgresql
@pytest.mark.django_db(transaction=True)
def test_two_clocks_at_the_same_moment_write_each_letter_once(market: Market) -> None:
    offer, need = listed_pair(market)
    proposed(offer, need)
    end_recognition(actor=None, recognition=need.firm.recognitions.get(), day=today())
    clocks = 6
    ready = Barrier(clocks)

    def run() -> None:
        ready.wait()
        follow_proposals(today())
        send_letters()
        connection.close()

    threads = [Thread(target=run) for _clock in range(clocks)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    to = sorted(address for letter in mail.outbox for address in letter.to)
    assert to == sorted([make.owner_of(offer.firm).email, make.owner_of(need.firm).email])
    assert LapsedRight.objects.get().sent_at is not None
