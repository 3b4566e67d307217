"""Two people who keep one list at the same moment."""

from __future__ import annotations

from collections.abc import Callable
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connections

from cms.registers.drafting import propose
from cms.registers.linking import link_firm
from cms.registers.models import Batch, Entry
from marketplace.errors import DomainError
from tests import factories as make
from tests.registers.registry import added, batch_of, firm_names, make_keeper, make_list, publish_now

pytestmark = [pytest.mark.needs_postgresql, pytest.mark.django_db(transaction=True)]


def at_once(call: Callable[..., Any], *several: dict[str, Any]) -> list[str]:
    """Call it in threads of their own; returns the codes of what was refused."""
    ready, refused = Barrier(len(several)), list[str]()

    def run(arguments: dict[str, Any]) -> None:
        try:
            ready.wait()
            call(**arguments)
        except DomainError as error:
            refused.append(error.code)
        finally:
            connections.close_all()

    threads = [Thread(target=run, args=(arguments,)) for arguments in several]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return refused


def test_two_drafts_give_no_number_twice() -> None:
    keeper, regulated_list = make_keeper(), make_list()
    drafts = [batch_of(keeper, regulated_list, added(name), submitted=False) for name in ("甲公司", "乙公司")]
    refused = at_once(propose, *(draft_of(keeper, draft, 1000 * place) for place, draft in enumerate(drafts, 1)))
    numbers = sorted(Entry.objects.values_list("sequence", flat=True))
    assert (refused, numbers) == ([], list(range(1, 605)))


def draft_of(keeper: Any, batch: Batch, first: int) -> dict[str, Any]:
    return {"actor": keeper, "batch": batch, "proposals": added(*firm_names(first, first + 300))}


def test_a_firm_is_linked_to_one_entry_and_the_second_officer_is_told() -> None:
    keeper, regulated_list, firm = make_keeper(), make_list(), make.make_firm()
    publish_now(keeper, regulated_list, added("甲公司", "乙公司"))
    refused = at_once(link_firm, *({"actor": keeper, "entry": entry, "firm": firm} for entry in Entry.objects.all()))
    assert refused == ["listed_twice"]
    assert Entry.objects.filter(firm=firm).count() == 1
