import pytest

from marketplace.firms.waste_codes import covers, key, normalise


@pytest.mark.parametrize(
    ("scheme", "typed", "stored"),
    [
        ("EWC", "10 01 02", "100102"),
        ("EWC", "17 05 03*", "170503"),
        ("EWC", " 170503 * ", "170503"),
        ("EWC", "１０ ０１ ０２", "100102"),
        ("EWC", "10", "10"),
        ("CN-HW", "hw08", "HW08"),
        ("CN-SW", "900-001-s17", "900-001-S17"),
    ],
)
def test_codes_are_stored_in_one_form(scheme, typed, stored):
    assert normalise(scheme, typed) == stored


@pytest.mark.parametrize(
    ("scheme", "code", "expected"),
    [
        ("EWC", "10", "10"),
        ("EWC", "10 01", "1001"),
        ("EWC", "17 05 03*", "170503"),
        ("CN-HW", "HW18", "18"),
        ("CN-HW", "772-003-18", "18.772.003"),
        ("CN-SW", "SW17", "17"),
        ("CN-SW", "900-001-S17", "17.900.001"),
    ],
)
def test_the_key_of_a_code_starts_with_the_key_of_its_parent(scheme, code, expected):
    assert key(scheme, code) == expected


@pytest.mark.parametrize(
    ("scheme", "code"),
    [
        ("EWC", ""),
        ("EWC", "1"),
        ("EWC", "10 01 0"),
        ("EWC", "10-01-02"),
        ("EWC", "HW18"),
        ("EWC", "900-249-08"),
        ("CN-HW", "SW17"),
        ("CN-HW", "900-001-S17"),
        ("CN-HW", "100102"),
        ("CN-SW", "HW18"),
        ("CN-SW", "900-249-08"),
        ("XX", "HW18"),
    ],
)
def test_a_code_of_another_list_is_refused(scheme, code):
    with pytest.raises(ValueError, match="not a"):
        key(scheme, code)


@pytest.mark.parametrize(
    ("first", "last", "code", "covered"),
    [
        ("100101", "100101", "100101", True),
        ("100101", "100101", "100102", False),
        ("10", "10", "100102", True),
        ("1001", "1002", "100299", True),
        ("1001", "1002", "100301", False),
        ("1001", "1002", "1001", True),
        ("100102", "100110", "1001", False),
        ("100102", "100110", "100105", True),
        ("100102", "100110", "100101", False),
        ("08", "08", "08.900.249", True),
        ("08", "08", "09.900.005", False),
        ("08.900.200", "08.900.222", "08.900.210", True),
        ("08.900.200", "08.900.222", "08.251.001", False),
    ],
)
def test_a_range_covers_its_ends_and_all_below_them(first, last, code, covered):
    assert covers(first, last, code) is covered
