"""Which regions lie below and around others, and what composites stand for."""

from __future__ import annotations

from matching.regions import Regions

REGIONS = Regions.of(
    [
        (1, "310000", "province", "310000/"),
        (2, "310100", "prefecture", "310000/310100/"),
        (3, "310101", "county", "310000/310100/310101/"),
        (4, "320000", "province", "320000/"),
        (5, "yrd", "composite", "yrd/"),
        (6, "nothing", "composite", "nothing/"),
    ],
    [(5, 2), (5, 4)],
)


def test_a_region_has_its_own_path_and_a_composite_those_of_its_members() -> None:
    assert REGIONS.roots(2) == ("310000/310100/",)
    assert REGIONS.roots(5) == ("310000/310100/", "320000/")
    assert REGIONS.roots(6) == ()


def test_members_of_what_is_no_composite_or_not_there_count_for_nothing() -> None:
    regions = Regions.of(
        [(1, "310000", "province", "310000/"), (5, "yrd", "composite", "yrd/")], [(1, 5), (5, 9), (9, 1)]
    )
    assert (regions.roots(1), regions.roots(5), regions.around("310000/")) == (("310000/",), (), [1])


def test_below_a_region_lie_itself_and_its_parts() -> None:
    assert REGIONS.below(1) == [1, 2, 3]
    assert REGIONS.below(5) == [2, 3, 4]
    assert REGIONS.below(6) == []


def test_around_a_place_are_the_regions_on_its_path_and_the_composites_that_name_one_of_them() -> None:
    assert REGIONS.around("310000/310100/310101/") == [1, 2, 3, 5]
    assert REGIONS.around("310000/") == [1]
    assert REGIONS.around("990000/") == []
