"""A signature with a field of each kind, and a table that fits it."""

import pytest

from philtre import tables
from philtre.fields import Boolean, Category, Number, Timestamp
from philtre.signature import Signature

CSV = "id,age,class,sex,adult,day\n1,22,3,m,true,1912-04-10\n2,,1,,,\n"


@pytest.fixture(scope="session")
def signature() -> Signature:
    return Signature(
        {
            "age": Number(missing=True),
            "class": Number(integer=True),
            "sex": Category(("f", "m"), missing=True, unknown=True),
            "adult": Boolean(missing=True),
            "day": Timestamp(missing=True),
        },
        {"prediction": Number()},
    )


@pytest.fixture(scope="session")
def numbers() -> Signature:
    return Signature({"x": Number()}, {"prediction": Number()})


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "in.csv"
    path.write_text(CSV)
    return path


@pytest.fixture
def copy(signature):
    """Copy a table, each row with the same answer."""

    def copy(source, target, answer: float = 0.5) -> None:
        with tables.writing(target, source, signature) as writer:
            for chunk in tables.read(source, signature):
                writer.write(chunk, {"prediction": [answer] * len(chunk.arrays["age"])})

    return copy
