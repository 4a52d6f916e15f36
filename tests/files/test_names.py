import pytest

from philtre.errors import DataError
from philtre.files import check_names, numbered


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


def test_columns_without_names_are_numbered():
    assert numbered(3) == ("column_1", "column_2", "column_3")
