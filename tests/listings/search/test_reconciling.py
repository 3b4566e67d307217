"""Services leave the search right, and whatever else happens to the rows is found and mended."""

import random
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from listings import services
from listings.batches import NewListing, publish_many
from listings.models import Listing, Material, SearchEntry, SearchText, SearchWord
from listings.models.listings import State
from listings.search import search
from listings.search.database import DatabaseBackend
from listings.search.indexing import index_firm
from listings.search.query import SearchQuery
from listings.search.reconciling import differences
from listings.search.storing import relearn
from marketplace.errors import DomainError
from marketplace.firms.models import Firm, Region, Site
from marketplace.firms.services import change_firm, change_site
from tests import factories as make

pytestmark = pytest.mark.django_db

EDITS, BY_SERVICES = 10_000, 300


def found(words: str = "") -> list[int]:
    return [hit.listing for hit in search(SearchQuery(today=timezone.localdate(), words=words)).hits]


def is_right() -> bool:
    return not differences(DatabaseBackend())


@pytest.fixture
def offer() -> Listing:
    return make.make_offer(make.make_material("slag", name_en="Slag", name_zh="炉渣"), firm_visibility="public")


def steps(listing: Listing) -> list[tuple[str, Callable[[], Any]]]:
    actor = make.owner_of(listing.firm)
    place = {"latitude": 39.9, "longitude": 116.4}
    return [
        ("evidence", lambda: make.make_evidence(listing)),
        ("no evidence", lambda: services.remove_evidence(actor=actor, evidence=listing.evidence.get())),
        ("change", lambda: services.change_listing(actor=actor, listing=listing, values={"title_en": "New"})),
        ("confirm", lambda: services.confirm_listing(actor=actor, listing=listing)),
        ("suspend", lambda: services.suspend_listing(actor=actor, listing=listing)),
        ("publish", lambda: services.publish_listing(actor=actor, listing=listing)),
        ("site", lambda: services.follow_site(change_site(actor=actor, site=listing.site, values=place))),
        ("name", lambda: index_firm(change_firm(actor=actor, firm=listing.firm, values={"name_en": "Other"}))),
        ("withdraw", lambda: services.withdraw_listing(actor=actor, listing=listing)),
    ]


def test_every_service_leaves_the_search_right(offer: Listing) -> None:
    for name, step in steps(offer):
        step()
        assert is_right(), name


def test_a_draft_is_found_once_it_is_published(offer: Listing) -> None:
    draft = make.make_offer(offer.material, published=False)
    assert found("slag") == [offer.pk]
    services.publish_listing(actor=make.owner_of(draft.firm), listing=draft)
    assert found("slag") == [draft.pk, offer.pk]


def test_a_refused_change_changes_nothing_in_the_search(offer: Listing) -> None:
    bad = {"title_en": "Gypsum", "quantity_amount": Decimal(-1)}
    with pytest.raises(DomainError):
        services.change_listing(actor=make.owner_of(offer.firm), listing=offer, values=bad)
    assert found("gypsum") == []
    assert is_right()


def test_a_batch_is_found_at_once(offer: Listing) -> None:
    values = {"site": offer.site, "material": offer.material, "quantity_amount": Decimal(5), "quantity_period": "year"}
    rows = [NewListing(firm=offer.firm, kind="offer", values=values) for _number in range(3)]
    publish_many(actor=make.owner_of(offer.firm), rows=rows)
    assert len(found("slag")) == 4
    assert is_right()


def test_a_new_name_of_the_firm_is_found_and_the_old_one_too(offer: Listing, client) -> None:
    client.force_login(make.owner_of(offer.firm))
    data = {"name_en": "Quixotic", "name_zh": "", "country": "CN", "registry": "", "registry_id": "", "about": ""}
    assert client.post(f"/firms/{offer.firm_id}/change/", data).status_code == 302
    assert found("quixotic") == found(f'"{offer.firm.name_en}"') == [offer.pk]
    assert is_right()


def test_deleted_rows_are_gone_from_the_next_answer(offer: Listing) -> None:
    assert found() == [offer.pk]
    Listing.objects.filter(pk=offer.pk).delete()
    assert found() == found("slag") == []


def test_nothing_to_mend_is_no_failure(offer: Listing, capsys) -> None:
    call_command("reconcile_search")
    assert "no differences" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        (lambda: SearchEntry.objects.all().delete(), "1 missing"),
        (lambda: SearchEntry.objects.update(price_per_t=5), "1 stale"),
        (lambda: SearchText.objects.update(words="other"), "1 stale"),
        (lambda: SearchText.objects.all().delete(), "1 stale"),
        (lambda: Listing.objects.update(title_en="Other"), "1 stale"),
        (lambda: Listing.objects.update(state=State.SUSPENDED), "1 surplus"),
        (lambda: Material.objects.update(name_en="Other"), "1 stale"),
    ],
)
def test_a_difference_fails_until_it_is_mended(offer: Listing, damage, told: str, capsys) -> None:
    damage()
    with pytest.raises(CommandError):
        call_command("reconcile_search")
    assert told in capsys.readouterr().out
    call_command("reconcile_search", "--fix")
    call_command("reconcile_search")
    assert is_right()


def test_all_can_be_written_anew(offer: Listing, capsys) -> None:
    SearchEntry.objects.update(kind="need")
    call_command("reconcile_search", "--rebuild")
    assert "1 listings written anew" in capsys.readouterr().out
    assert is_right()


def test_words_that_nobody_says_any_more_are_forgotten(offer: Listing) -> None:
    services.change_listing(actor=make.owner_of(offer.firm), listing=offer, values={"title_en": "Quixotic"})
    services.change_listing(actor=make.owner_of(offer.firm), listing=offer, values={"title_en": "Chips"})
    assert SearchWord.objects.filter(word="quixotic").exists()
    relearn()
    assert not SearchWord.objects.filter(word="quixotic").exists()
    assert SearchWord.objects.get(word="chip", level=0).listings == 1


def a_random_edit(dice: random.Random, keys: list[int]) -> None:
    """Past the services, as somebody with a database shell would."""
    key = dice.choice(keys)
    one, entry = Listing.objects.filter(pk=key), SearchEntry.objects.filter(pk=key)
    match dice.randrange(9):
        case 0:
            one.update(title_en=dice.choice(("Slag", "Ash", "")), price_per_t=dice.randrange(-50, 50))
        case 1:
            one.update(state=dice.choice(list(State)))
        case 2:
            one.update(firm_visibility=dice.choice(("public", "members", "party")))
        case 3:
            Site.objects.filter(listings=key).update(latitude=dice.uniform(20, 50), location_public=dice.random() < 0.5)
        case 4:
            Firm.objects.filter(listings=key).update(name_en=f"Firm {dice.randrange(99)}")
        case 5:
            entry.update(latitude=dice.uniform(20, 50), codes="999999")
        case 6:
            SearchText.objects.filter(pk=key).update(words=dice.choice(("slag", "")))
        case 7:
            entry.delete() if dice.random() < 0.2 else entry.update(fingerprint="")
        case _:
            Region.objects.update(name_en=f"Region {dice.randrange(9)}")


def a_random_step(dice: random.Random, listing: Listing) -> None:
    try:
        dice.choice(steps(listing)[:-1])[1]()
    except (DomainError, listing.evidence.model.DoesNotExist, listing.evidence.model.MultipleObjectsReturned):
        return  # not possible in its state


@pytest.mark.django_db(transaction=True)
def test_ten_thousand_random_edits_are_mended_in_one_go(capsys) -> None:
    """Each is committed: PostgreSQL would keep ten thousand dead versions of a few rows in one transaction."""
    dice = random.Random(11)  # noqa: S311
    region = make.make_region()
    made = [make.make_offer(site=make.make_site(region=region)) for _number in range(20)]
    for number in range(EDITS):
        if number % (EDITS // BY_SERVICES) == 0:
            a_random_step(dice, dice.choice(made))
        else:
            a_random_edit(dice, [listing.pk for listing in made])
    assert not is_right()
    call_command("reconcile_search", "--fix")
    call_command("reconcile_search")
    assert "no differences" in capsys.readouterr().out
    assert sorted(found()) == sorted(Listing.objects.published().values_list("pk", flat=True))


def test_services_alone_leave_no_difference(capsys) -> None:
    dice = random.Random(13)  # noqa: S311
    made = [make.make_offer(site=make.make_site(region=make.make_region(str(n)))) for n in range(5)]
    for _number in range(BY_SERVICES // 3):
        a_random_step(dice, dice.choice(made))
    call_command("reconcile_search")
    assert "no differences" in capsys.readouterr().out


def test_a_rolled_back_change_is_not_remembered(offer: Listing) -> None:
    from django.db import transaction

    with pytest.raises(ZeroDivisionError), transaction.atomic():
        services.suspend_listing(actor=make.owner_of(offer.firm), listing=offer)
        assert found() == []
        raise ZeroDivisionError
    assert found() == [offer.pk]


def test_the_full_text_index_holds_what_the_texts_hold(offer: Listing) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("FTS5 is SQLite's")
    services.change_listing(actor=make.owner_of(offer.firm), listing=offer, values={"title_en": "New"})
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO listings_searchwords (listings_searchwords, rank) VALUES ('integrity-check', 1)")
