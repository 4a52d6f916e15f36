"""How deep JSON is nested, told before a parser that recurses sees it."""

import re
from itertools import accumulate

from philtre.errors import DataError

MAX_DEPTH = 64
_BRACKETS = b"[]{}"
_OTHERS = bytes(set(range(256)) - set(_BRACKETS))
_TEXT = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
_LEVEL = {ord("["): 1, ord("{"): 1, ord("]"): -1, ord("}"): -1}


def check_depth(content: bytes, where: str, max_depth: int = MAX_DEPTH) -> None:
    """Refuse JSON (or JSON lines) that is nested deeper than `max_depth`.

    Raises:
        DataError: if it is.
    """
    if _may_be_deeper(content, max_depth) and _is_deeper(content, max_depth):
        raise DataError(where, expected=f"JSON of at most {max_depth} levels", got="more")


def _may_be_deeper(content: bytes, max_depth: int) -> bool:
    """Take away pairs of brackets, at most two levels at once; brackets inside texts, which are left, prove nothing."""
    left = content.translate(None, _OTHERS)
    for _ in range(max_depth // 2):
        left = left.replace(b"[]", b"").replace(b"{}", b"")
        if not left:
            return False
    return True


def _is_deeper(content: bytes, max_depth: int) -> bool:
    brackets = _TEXT.sub(b"", content).translate(None, _OTHERS)
    if not _may_be_deeper(brackets, max_depth):
        return False
    return max(accumulate(_LEVEL[bracket] for bracket in brackets), default=0) > max_depth
