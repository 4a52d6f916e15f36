import pytest

from philtre.automl.candidates import CANDIDATES
from philtre.automl.options import Options
from philtre.errors import DataError


def test_candidates_keep_the_order_of_cheapness():
    first, second, *_ = CANDIDATES
    assert [each.name for each in Options(candidates=[second, first]).chosen] == [first, second]
    assert [each.name for each in Options(exclude=[first]).chosen] == list(CANDIDATES)[1:]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"candidates": ["netwrk"]}, "is 'network' meant"),
        ({"exclude": ["Linear"]}, "is 'linear' meant"),
        ({"exclude": list(CANDIDATES)}, "none that is left"),
        ({"time_limit": 0}, "more than 0"),
        ({"folds": 1}, "at least 2"),
        ({"groups": "a", "time": "b"}, "both"),
    ],
)
def test_options_that_make_no_sense_are_refused(options, said):
    with pytest.raises(DataError, match=said):
        Options(**options)
