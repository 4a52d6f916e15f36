import uuid

import pytest

from philtre.data.detect.role import are_codes, are_long, is_address, names_rows, words_of


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("customerID", {"customer", "id"}),
        ("order_no", {"order", "no"}),
        ("ZIP Code", {"zip", "code"}),
        ("No. of rooms", {"rooms"}),
        ("HTTPStatus", {"http", "status"}),
        ("Straße", {"straße"}),
        ("", set()),
    ],
)
def test_the_words_of_a_name(name: str, words: set[str]):
    assert words_of(name) == words


@pytest.mark.parametrize(
    ("name", "names"), [("PassengerId", True), ("e-mail", True), ("No. of rooms", False), ("idea", False)]
)
def test_a_name_that_names_rows(name: str, names: bool):
    assert names_rows(name) is names


@pytest.mark.parametrize(
    "texts",
    [
        ["ada@example.org", "bob@example.org"],
        ["https://example.org/1", "http://example.org/2"],
        [str(uuid.UUID(int=i, version=4)) for i in range(9)],
    ],
    ids=["mail", "web", "random"],
)
def test_addresses(texts: list[str]):
    assert is_address(dict.fromkeys(texts, 1))
    assert not is_address(dict.fromkeys([*texts, "Oslo", "Lima", "Rome"], 1))


@pytest.mark.parametrize(
    ("name", "counts", "codes"),
    [
        pytest.param("store", {1: 30, 2: 30, 7: 30}, True, id="called a code"),
        pytest.param("store", dict.fromkeys(range(90), 1), False, id="called a code, but hardly any comes again"),
        pytest.param("a", {101: 30, 205: 30, 317: 30, 462: 30}, True, id="few, without order"),
        pytest.param("a", {100: 30, 200: 30, 300: 30, 450: 30}, False, id="multiples of fifty"),
        pytest.param("a", {1: 30, 2: 30, 5: 30, 9: 30}, False, id="small counts"),
        pytest.param("a", {4006381333931: 9, 4006381333948: 9}, True, id="thirteen digits"),
        pytest.param("a", {i * i: 5 for i in range(4, 40)}, False, id="many"),
    ],
)
def test_codes_are_no_amounts(name: str, counts: dict[int, int], codes: bool):
    assert are_codes(name, counts) is codes


def test_long_numbers_have_a_fixed_number_of_digits():
    assert are_long(1_000_000_000, 9_999_999_999)
    assert not are_long(1, 9_999_999_999)
    assert not are_long(1, 9)
