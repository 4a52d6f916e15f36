import pytest

from philtre.errors import DataError
from philtre.files import check_names, filled, numbered


def test_names_that_differ_pass():
    check_names(["a", "A", "a.b"], "'file'")


@pytest.mark.parametrize(
    ("names", "got"),
    [
        (["a", "", " "], "a name for every column, got no name for column 2, 3 of 3"),
        (["a", "^x$", "*"], r"column names that are no patterns, got '\^x\$', '\*'. Hint: rename them"),
        (["a", "b", "a"], "column names that differ, got 'a' 2 times. Hint: rename them"),
    ],
)
def test_names_that_name_no_column_of_their_own_are_refused(names, got):
    with pytest.raises(DataError, match=f"'file' expects {got}"):
        check_names(names, "'file'")


def test_a_column_that_a_header_does_not_name_is_called_by_its_position():
    assert filled(["", "a", " "]) == (("column_1", "a", "column_3"), (1, 3))
    assert filled(["a"]) == (("a",), ())


def test_columns_without_names_are_numbered():
    assert numbered(3) == ("column_1", "column_2", "column_3")
