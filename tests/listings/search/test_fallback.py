"""A search server that is away: the database answers, operators are told, nothing is lost."""

import logging
from typing import Any

import pytest

from listings.search import backends, clusters, search, searching
from listings.search.backend import Unavailable
from tests import factories as make
from tests.listings.search.asking import question

pytestmark = pytest.mark.django_db


class Away:
    name = "elastic"

    def __getattr__(self, _name: str) -> Any:
        def refuse(*_args: Any) -> None:
            raise Unavailable("connection refused")

        return refuse


@pytest.fixture(autouse=True)
def _server_is_away(settings, monkeypatch) -> None:
    settings.LOOPYARD_SEARCH = "elastic"
    monkeypatch.setattr(backends, "elastic", Away)
    monkeypatch.setattr(searching._Told, "at_s", float("-inf"))


def test_the_database_answers_and_says_that_it_did() -> None:
    offer = make.make_offer()
    found = search(question())
    assert [hit.listing for hit in found.hits] == [offer.pk]
    assert found.backend == "database"
    assert len(clusters(question(), 3)) == 1


def test_operators_are_told_once_a_minute(caplog) -> None:
    with caplog.at_level(logging.ERROR):
        for _number in range(5):
            search(question())
    assert [record.message for record in caplog.records] == [
        "The search server does not answer, the database does: connection refused"
    ]


def test_a_change_is_kept_though_the_server_cannot_be_told(django_capture_on_commit_callbacks, caplog) -> None:
    with django_capture_on_commit_callbacks(execute=True), caplog.at_level(logging.ERROR):
        offer = make.make_offer()
    assert "1 listings are not on the search server: connection refused" in caplog.text
    assert [hit.listing for hit in search(question()).hits] == [offer.pk]
