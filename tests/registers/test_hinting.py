"""What lists of substitutes and of equipment do to listings."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from time import process_time
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone, translation

from cms.registers.drafting import Proposal
from cms.registers.hinting import follow_cautions
from cms.registers.models import Entry, ListColumn, RegulatedList
from cms.registers.rights import follow_list
from listings.hints import hints_of
from listings.models import Caution, Listing
from tests import factories as make
from tests.registers.registry import added, entry_named, make_keeper, make_list, publish_now

pytestmark = pytest.mark.django_db
FIRST, SECOND = dt.date(2019, 3, 1), dt.date(2022, 6, 1)


def make_catalogue(kind: str = "substitutes", *columns: str, **values: Any) -> RegulatedList:
    names = {"name_en": "Substitutes", "name_zh": "替代品目录"}
    made = make_list("catalogue", kind=kind, gives_right=False, one_per_firm=False, **(names | values))
    for slug in columns or ("substance", "substance_en", "cas", "field", "other_names"):
        ListColumn.objects.create(regulated_list=made, slug=slug, name_en=slug)
    return made


def line(catalogue: RegulatedList, name: str, action: str = "add", **own: str) -> Proposal:
    columns = {column.slug: column for column in catalogue.columns.all()}
    entry = None if action == "add" else entry_named(catalogue, name)
    facts = {"name_zh": name, "name_en": f"{name} in English"} if action == "add" else {}
    return Proposal(action, entry, facts=facts, own={columns[slug]: text for slug, text in own.items()})


def stabiliser(catalogue: RegulatedList) -> Proposal:
    return line(catalogue, "钙锌稳定剂", substance="铅盐稳定剂", field="PVC型材")


def glass(**values: Any) -> Listing:
    return make.make_offer(description="含铅玻璃", **values)


def test_a_published_entry_is_a_hint_on_what_contains_its_substance(client: Client) -> None:
    catalogue, offer = make_catalogue(), glass()
    publish_now(make_keeper(), catalogue, [stabiliser(catalogue)], FIRST)
    caution = Caution.objects.get()
    entry = Entry.objects.get()
    assert (caution.substance, caution.name_zh, caution.instead_zh) == ("lead", "铅盐稳定剂", "钙锌稳定剂")
    assert (caution.name_en, caution.field_zh) == ("Lead and its compounds", "PVC型材")
    assert (caution.valid_from, caution.valid_before, caution.entry_url) == (FIRST, None, entry.get_absolute_url())
    page = client.get(offer.get_absolute_url()).content.decode()
    assert f'href="{entry.get_absolute_url()}"' in page
    with translation.override("zh-hans"):
        assert hints_of(offer)[0].name == "铅及其化合物"


def test_withdrawn_the_hint_is_gone_at_the_next_read_and_stays_true_of_the_past() -> None:
    keeper, catalogue, offer = make_keeper(), make_catalogue(), glass()
    publish_now(keeper, catalogue, [stabiliser(catalogue)], FIRST)
    publish_now(keeper, catalogue, [line(catalogue, "钙锌稳定剂", "withdraw")], SECOND)
    began = process_time()
    assert hints_of(offer) == []
    assert process_time() - began < 1
    assert len(hints_of(offer, SECOND - dt.timedelta(days=1))) == 1


def test_a_changed_entry_says_the_new_thing_from_its_day() -> None:
    keeper, catalogue, offer = make_keeper(), make_catalogue(), glass()
    publish_now(keeper, catalogue, [stabiliser(catalogue)], FIRST)
    publish_now(keeper, catalogue, [line(catalogue, "钙锌稳定剂", "change", substance="汞触媒")], SECOND)
    assert hints_of(offer) == []
    assert len(hints_of(offer, FIRST)) == 1
    assert len(hints_of(make.make_offer(description="含汞触媒"))) == 1


def test_an_entry_may_name_several_substances() -> None:
    catalogue = make_catalogue()
    publish_now(make_keeper(), catalogue, [line(catalogue, "环保焊料", substance="铅、镉")], FIRST)
    assert sorted(Caution.objects.values_list("substance", flat=True)) == ["cadmium", "lead"]


def test_a_substance_is_known_by_its_cas_number_alone() -> None:
    catalogue = make_catalogue()
    publish_now(make_keeper(), catalogue, [line(catalogue, "新产品", substance="某原料", cas="71-43-2")], FIRST)
    assert Caution.objects.get().substance == "benzene"


def test_what_the_table_lacks_is_found_by_the_lists_own_words() -> None:
    catalogue = make_catalogue()
    own = {"substance": "磷化铝（片剂）", "substance_en": "aluminium phosphide"}
    publish_now(make_keeper(), catalogue, [line(catalogue, "新熏蒸剂", **own)], FIRST)
    assert Caution.objects.get().words == "磷化铝|aluminium phosphide"
    assert len(hints_of(make.make_offer(description="过期磷化铝"))) == 1
    assert len(hints_of(make.make_offer(description="expired aluminum phosphide tablets"))) == 1
    assert hints_of(make.make_offer(description="不含磷化铝")) == []


def test_equipment_is_found_by_name_and_model_with_the_day_to_stop() -> None:
    catalogue = make_catalogue("phased_out", "model", "stop_by", "other_names")
    own = {"model": "S7-30/10、S7", "stop_by": "2027-12-31", "other_names": "S7变压器"}
    publish_now(make_keeper(), catalogue, [line(catalogue, "S7系列配电变压器", **own)], FIRST)
    caution = Caution.objects.get()
    assert caution.stop_by == dt.date(2027, 12, 31)
    assert caution.words.split("|")[:2] == ["S7系列配电变压器", "S7系列配电变压器 in English"]
    assert "S7" not in caution.words.split("|")
    for text in ("旧S7变压器两台", "transformer S7-30/10", "S7配电变压器"):
        assert len(hints_of(make.make_offer(description=text))) == 1, text
    assert hints_of(make.make_offer(description="S7 lathe, S7-50/10")) == []


def test_other_lists_have_nothing_to_say() -> None:
    steel = make_list()
    publish_now(make_keeper(), steel, added("铅厂"), FIRST)
    assert not Caution.objects.exists()


def test_following_again_writes_nothing() -> None:
    catalogue = make_catalogue()
    publish_now(make_keeper(), catalogue, [stabiliser(catalogue)], FIRST)
    assert follow_cautions(catalogue, catalogue.entries.all()) == 0


def test_a_refused_publication_leaves_no_hint() -> None:
    catalogue = make_catalogue()
    tomorrow = timezone.localdate() + dt.timedelta(days=1)
    with pytest.raises(Exception, match="by itself on its day"):
        publish_now(make_keeper(), catalogue, [stabiliser(catalogue)], tomorrow)
    assert not Caution.objects.exists()


def test_a_list_that_is_renamed_is_named_anew_in_the_hints() -> None:
    catalogue, offer = make_catalogue(), glass()
    publish_now(make_keeper(), catalogue, [stabiliser(catalogue)], FIRST)
    catalogue.name_en, catalogue.to_verify = "Another name", True
    catalogue.save()
    follow_list(catalogue)
    (hint,) = hints_of(offer)
    assert [(each.list_name_en, each.to_verify) for each in hint.cautions] == [("Another name", True)]


def test_a_day_to_stop_that_is_only_described_is_no_day() -> None:
    equipment = make_catalogue("phased_out", "model", "stop_by")
    publish_now(make_keeper(), equipment, [line(equipment, "老电机", model="JO2-31", stop_by="待定")], FIRST)
    assert Caution.objects.get().stop_by is None


def test_a_substance_of_which_only_the_number_is_known_is_called_by_it() -> None:
    catalogue = make_catalogue()
    publish_now(make_keeper(), catalogue, [line(catalogue, "好材料", cas="123-45-6")], FIRST)
    assert [hint.name for hint in hints_of(make.make_offer(description="contains 123-45-6"))] == ["123-45-6"]


def test_a_threshold_stands_in_the_lists_columns_with_its_unit_and_basis() -> None:
    catalogue = make_catalogue("substitutes", "substance", "threshold_unit", "threshold_basis")
    ListColumn.objects.create(regulated_list=catalogue, slug="threshold", name_en="Up to", type="number", unit="%")
    lines = [
        line(catalogue, "一", substance="铅", threshold="0.1", threshold_basis="干基"),
        line(catalogue, "二", substance="汞", threshold="5", threshold_unit="mg/kg", threshold_basis="as received"),
        line(catalogue, "三", substance="镉"),
    ]
    publish_now(make_keeper(), catalogue, lines, FIRST)
    told = Caution.objects.order_by("entry_number").values_list("threshold", "threshold_unit", "threshold_basis")
    assert list(told) == [(Decimal("0.1"), "%", "dry"), (5, "mg/kg", "ar"), (None, "", "")]
    make.make_property("pb", name_en="Lead", symbol="Pb", unit="mg/kg", max_value=1_000_000)
    assert hints_of(make.make_offer(description="Filter dust, Pb 900 mg/kg dry basis")) == []
    change = line(catalogue, "一", "change", threshold="0.01")
    publish_now(make_keeper(), catalogue, [change], SECOND)
    offer = make.make_offer(description="Filter dust, Pb 900 mg/kg dry basis")
    assert (len(hints_of(offer)), hints_of(offer, FIRST)) == (1, [])
