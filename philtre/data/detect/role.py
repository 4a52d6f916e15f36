"""Roles: whether values name the row, are codes of a category, or amounts."""

import math
import re
from collections.abc import Mapping
from itertools import pairwise

IDENTIFIERS = frozenset(
    {"id", "ids", "uuid", "guid", "key", "ref", "reference", "serial", "email", "mail", "phone", "tel", "telephone"}
    | {"mobile", "iban", "ssn", "vin", "microchip", "barcode", "url", "link", "bib", "index", "rownum", "unnamed"}
    | {"no", "nr", "num", "number", "nummer", "numero"}
)
"""Words in the name of a column that names its rows, where the values differ."""
CODES = frozenset(
    {"id", "code", "codes", "zip", "zipcode", "postcode", "postal", "plz", "npa", "cap", "status", "class", "category"}
    | {
        "type",
        "group",
        "cluster",
        "segment",
        "region",
        "district",
        "zone",
        "branch",
        "store",
        "shop",
        "station",
        "club",
    }
    | {
        "center",
        "centre",
        "department",
        "dept",
        "section",
        "isbn",
        "ean",
        "sku",
        "upc",
        "dewey",
        "cause",
        "use",
        "kind",
    }
    | {"sex", "gender", "model", "device", "channel", "customer", "user", "meter", "index"}
)
"""Words in the name of a column of codes: numbers that are not amounts, where they repeat."""
DECIMAL_CODES = frozenset({"id", "code", "codes", "dewey", "sku"})
"""Those of them that may have decimals."""
LONG = 10
"""Whole numbers that all have the same number of digits, so many or more, are no amounts."""
FEW = 12
"""Codes of a category that are told by their values are not more than that."""
EMAIL = re.compile(r"^\S+@\S+\.\w+$")
UUID = re.compile(r"^[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}$", re.IGNORECASE)
URL = re.compile(r"^https?://\S+$")


def words_of(name: str) -> frozenset[str]:
    """The words of a column's name in lower case: "customerID" has "customer" and "id"; "no. of" is no "no"."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", name)
    bare = re.sub(r"\b(no|nr|num|number|nummer)\b[ ._]*(of|von|de)\b", " ", spaced, flags=re.IGNORECASE)
    return frozenset(re.findall(r"[^\W_]+", bare.lower().replace("n°", " no ")))


def names_rows(name: str) -> bool:
    """Whether a column is called as identifiers are."""
    return bool(words_of(name) & IDENTIFIERS)


def is_address(texts: Mapping[str, int]) -> bool:
    """Whether texts are mail or web addresses, or random identifiers."""
    return any(sum(bool(shape.match(text)) for text in texts) > 0.8 * len(texts) for shape in (EMAIL, UUID, URL))


def are_codes(name: str, counts: Mapping[int, int]) -> bool:
    """Whether whole numbers that repeat are codes rather than amounts.

    They are where the column is called so, where they have ten digits or more, or where few of them occur often
    without any order in their distances: counts start at one and follow one another, amounts are multiples of a step.

    Args:
        name: the column's name.
        counts: the different numbers, and how often they occur.
    """
    values, rows = sorted(counts), sum(counts.values())
    if len(values) > rows / 2:
        return False
    if words_of(name) & CODES or are_long(values[0], values[-1]):
        return True
    repeated = 3 < len(values) <= FEW and rows >= 5 * len(values)
    return repeated and values[0] > 9 and not _follow_steps(values)


def are_long(low: float, high: float) -> bool:
    """Whether whole numbers have a fixed and large number of digits, as codes on goods and telephones have."""
    return LONG <= len(str(int(low))) == len(str(int(high)))


def _follow_steps(values: list[int]) -> bool:
    """Whether distances are multiples of a step, or most are the same."""
    steps = [later - earlier for earlier, later in pairwise(values)]
    common = max(map(steps.count, steps))
    return math.gcd(*steps) > 1 or 2 * common > len(steps) or values[-1] - values[0] < 2 * len(values)
