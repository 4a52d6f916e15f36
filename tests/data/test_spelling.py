import polars as pl
import pytest

from philtre.data.spelling import ordered, text


@pytest.mark.parametrize(
    ("values", "spelled"),
    [
        pytest.param([1, -2, None], ["1", "-2", None], id="whole numbers"),
        pytest.param([3.0, 0.5, float("nan"), float("-inf"), None], ["3", "0.5", None, None, None], id="floats"),
        pytest.param([True, False, None], ["true", "false", None], id="truth values"),
        pytest.param(["a", "", " ", None], ["a", None, " ", None], id="texts"),
        pytest.param([None, None], [None, None], id="nothing"),
    ],
)
def test_one_spelling_per_value(values: list, spelled: list):
    frame = pl.DataFrame({"x": values})
    assert frame.select(text(pl.col("x"), frame.schema["x"])).to_series().to_list() == spelled


def test_names_stand_in_the_order_of_numbers_or_of_the_alphabet():
    assert ordered(["10", "-1", "9"]) == ("-1", "9", "10")
    assert ordered(["b", "B", "a"]) == ("B", "a", "b")
    assert ordered(["1", "01"]) == ("01", "1")
