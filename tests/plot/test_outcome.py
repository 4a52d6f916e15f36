import pytest

from philtre.errors import DataError
from philtre.plot import outcome


def test_rare_classes_are_joined():
    result = outcome(list("aaabbbcccdddeeefg"))
    assert result.classes == ("a", "b", "c", "d", "e", "2 other classes")
    assert result.mean.sum() == pytest.approx(1)
    assert len(set(result.colours)) == 6


def test_an_outcome_needs_rows():
    with pytest.raises(DataError, match="outcome expects rows, got none"):
        outcome([])
