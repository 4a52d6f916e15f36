import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from philtre.errors import DataError
from philtre.files import MAX_DEPTH, check_depth

JSON = st.recursive(
    st.none() | st.integers() | st.text(st.sampled_from('[]{}"\\a')),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(st.sampled_from('[{"a'), max_size=2), inner),
    max_leaves=20,
)


def depth(value: object) -> int:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    return 0 if inner is None else 1 + max(map(depth, inner), default=0)


@given(JSON)
def test_the_bound_is_exact(value: object):
    content = json.dumps(value).encode()
    check_depth(content, "'file'", depth(value))
    if depth(value):
        with pytest.raises(DataError, match=f"at most {depth(value) - 1} levels"):
            check_depth(content, "'file'", depth(value) - 1)


def test_what_would_overflow_a_parser_is_refused():
    with pytest.raises(DataError, match=f"JSON of at most {MAX_DEPTH} levels, got more"):
        check_depth(b"[" * 1_000_000, "'file'")


def test_brackets_in_many_texts_are_no_levels():
    check_depth(b'{"a": "[["}\n' * 1000, "'file'")
