import asyncio
import json
import math
from datetime import datetime

import numpy as np
import onnxruntime
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import philtre as ph
from philtre.data import Column, Prepared, Recipe, Target, hashed, tf_idf
from philtre.data.frames import to_columns
from philtre.errors import DataError, SignatureError
from philtre.fields import Category, Number

UNSEEN = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=4)
CELLS = {
    "height": st.none() | st.floats(width=32),
    "children": st.integers(-(2**63), 2**63 - 1),
    "income": st.none() | st.integers(-(2**53), 2**53),
    "level": st.none() | st.integers(0, 9),
    "city": st.none() | st.sampled_from(["Oslo", "Lima", "Rome"]) | UNSEEN,
    "member": st.none() | st.booleans(),
    "since": st.none() | st.datetimes(datetime(1, 1, 1), datetime(9999, 12, 31)),
    "extra": st.integers(0, 3),
}
TYPES = {
    "height": pl.Float64,
    "children": pl.Int64,
    "income": pl.Int64,
    "level": pl.Int64,
    "city": pl.String,
    "member": pl.Boolean,
    "since": pl.Datetime("us"),
    "extra": pl.Int64,
}


@st.composite
def frames(draw: st.DrawFn, min_size: int = 0, max_size: int = 6) -> pl.DataFrame:
    """Frames with every kind of column, in any order, with a column that no recipe knows."""
    size = draw(st.integers(min_size, max_size))
    names = draw(st.permutations(list(CELLS)))
    columns = {name: draw(st.lists(CELLS[name], min_size=size, max_size=size)) for name in names}
    return pl.DataFrame(columns, schema={name: TYPES[name] for name in names})


def since(children, since):
    return since // 86_400_000_000 + children // 7


def growth(height, income):
    return height / income


@pytest.fixture(scope="module")
def trained() -> Prepared:
    """A recipe with every kind of column and step, fitted on rows in which something is missing everywhere."""
    rows = range(40)
    frame = pl.DataFrame(
        {
            "height": [None if i % 9 == 0 else 150 + 1.37 * i for i in rows],
            "children": [10 ** (i % 13) for i in rows],
            "income": [None if i % 8 == 0 else 1000 * i for i in rows],
            "level": [None if i == 5 else i % 4 for i in rows],
            "city": [None if i % 10 == 0 else ["Oslo", "Lima", "Rome", "Oslo", f"town {i}"][i % 5] for i in rows],
            "member": [None if i % 11 == 0 else i % 3 == 0 for i in rows],
            "since": [None if i % 12 == 0 else datetime(2024, 1, 1 + i % 28) for i in rows],
            "bought": ["yes" if i % 3 else "no" for i in rows],
        }
    )
    recipe = Recipe.infer(frame, target="bought")
    assert [column.kind for column in recipe.columns.values()] == [
        *("number", "integer", "integer", "category", "category", "boolean", "timestamp")
    ]
    return recipe.derive(since_days=since, growth=growth, tall=lambda height: height > 180).fit(frame)


@pytest.fixture(scope="module")
def targets(trained: Prepared) -> dict:
    return {name: trained.program.compile(name) for name in ("xla", "onnx")}


def same(answer: np.ndarray, expected: np.ndarray) -> None:
    np.testing.assert_allclose(answer, expected, rtol=1e-5, atol=1e-5)
    assert answer.dtype == expected.dtype == np.float32


@given(frame=frames())
@settings(max_examples=60, deadline=None)
def test_columns_and_program_agree_on_every_target(trained: Prepared, targets: dict, frame: pl.DataFrame):
    features = trained(frame)
    assert features.shape == (len(frame), len(trained.names))
    assert np.isfinite(features).all()
    for executable in targets.values():
        answer = executable.predict(frame)
        rows = answer.select(f"features_{name}" for name in trained.names) if len(frame) else answer
        same(rows.to_numpy().astype(np.float32).reshape(features.shape), features)


@given(frame=frames(min_size=1), data=st.data())
@settings(max_examples=30, deadline=None)
def test_chunks_equal_the_whole(trained: Prepared, frame: pl.DataFrame, data: st.DataObject):
    cut = data.draw(st.integers(0, len(frame)))
    parts = [trained(frame[:cut]), trained(frame[cut:])]
    same(np.concatenate(parts), trained(frame))


@given(frame=frames(min_size=10, max_size=14))
@settings(max_examples=8, deadline=None)
def test_any_table_becomes_a_program(frame: pl.DataFrame):
    """Infer and fit on the random rows themselves: xla and onnx agree on them, and all features are finite."""
    table = frame.with_columns(y=pl.int_range(pl.len()) % 2, steady=pl.int_range(pl.len()) * 3)
    prepared = Recipe.infer(table, target="y").fit(table)
    features = prepared(table)
    assert np.isfinite(features).all()
    onnx = prepared.program.compile("onnx")
    arrays = onnx.signature.encode_columns(to_columns(table, onnx.signature))
    same(onnx.run(arrays)["features"], features)


def test_numbers_at_the_end_of_float32_agree_on_every_target():
    frame = pl.DataFrame({"x": [-3.4e38, 3.4e38, None, 1.0, 1e-38] * 4, "y": [0, 1] * 10})
    prepared = Recipe.infer(frame, target="y").fit(frame)
    onnx = prepared.program.compile("onnx")
    same(onnx.run(onnx.signature.encode_columns(to_columns(frame, onnx.signature)))["features"], prepared(frame))


def test_titanic_features(prepared: Prepared, titanic: pl.DataFrame):
    words = [name for name in prepared.names if name.startswith("Name:")]
    assert {"Name:master", "Name:miss", "Name:mr", "Name:mrs"} < set(words)
    assert prepared.names == (
        *("Pclass=1", "Pclass=2", "Pclass=3", *words, "Sex=female", "Sex=male", "Age", "Age_missing", "SibSp", "Parch"),
        *(
            "Ticket=1601",
            "Ticket_rare",
            "Fare",
            "Cabin=B96 B98",
            "Cabin=C22 C26",
            "Cabin=C23 C25 C27",
            "Cabin=D",
            "Cabin=E101",
            "Cabin=F2",
        ),
        *("Cabin=F33", "Cabin=G6", "Cabin_rare", "Cabin_missing"),
        *("Embarked=C", "Embarked=Q", "Embarked=S", "Embarked_missing"),
    )
    features = dict(zip(prepared.names, prepared(titanic).T, strict=True))
    counts = {name: features[f"{name}_missing"].sum() for name in ("Age", "Cabin", "Embarked")}
    assert counts == {"Age": 177, "Cabin": 687, "Embarked": 2}
    assert features["Sex=male"].sum() == 577
    assert prepared.labels(titanic).sum() == 342


def test_titanic_fields(prepared: Prepared):
    assert list(prepared.fields) == [
        "Pclass",
        "Name",
        "Sex",
        "Age",
        "SibSp",
        "Parch",
        "Ticket",
        "Fare",
        "Cabin",
        "Embarked",
    ]
    assert prepared.fields["Age"] == Number(missing=True)
    assert prepared.fields["SibSp"] == Number(integer=True)
    assert prepared.fields["Sex"] == Category(("female", "male"), missing=True, unknown=True)


def test_titanic_rows_through_onnx_equal_the_columns(prepared: Prepared, titanic: pl.DataFrame):
    executable = prepared.program.compile("onnx")
    arrays = executable.signature.encode(titanic.select(*prepared.fields).to_dicts())
    same(executable.run(arrays)["features"], prepared(titanic))


@pytest.mark.parametrize("kind", [pl.DataFrame.lazy, pl.DataFrame.to_pandas, pl.DataFrame.to_arrow])
def test_any_frame_gives_the_same_features(recipe: Recipe, prepared: Prepared, titanic: pl.DataFrame, kind):
    frame = kind(titanic)
    again = recipe.fit(frame)
    assert again.columns == prepared.columns
    np.testing.assert_array_equal(again(frame), prepared(titanic))
    np.testing.assert_array_equal(again.labels(frame), prepared.labels(titanic))


def test_whole_numbers_that_pandas_made_floats_are_the_same_levels(prepared: Prepared, titanic: pl.DataFrame):
    frame = titanic.to_pandas()
    frame["Pclass"] = frame["Pclass"].astype(float)
    np.testing.assert_array_equal(prepared(frame), prepared(titanic))


def test_columns_that_are_dropped_need_not_come(prepared: Prepared, titanic: pl.DataFrame):
    bare = titanic.drop("PassengerId", "Survived")
    np.testing.assert_array_equal(prepared(bare), prepared(titanic))


def test_a_column_that_is_absent(prepared: Prepared, titanic: pl.DataFrame):
    with pytest.raises(SignatureError, match="field 'Age' expects a finite number or null, got no such key"):
        prepared(titanic.rename({"Age": "age"}))


def test_a_column_of_another_kind(prepared: Prepared, titanic: pl.DataFrame):
    with pytest.raises(SignatureError, match="field 'Age' expects a finite number or null, got 'old' in row 0"):
        prepared(titanic.with_columns(Age=pl.lit("old")))


def test_labels_need_the_target(prepared: Prepared, titanic: pl.DataFrame):
    with pytest.raises(DataError, match="got no column 'Survived'"):
        prepared.labels(titanic.drop("Survived"))


def test_profiles_describe_every_input(prepared: Prepared, titanic: pl.DataFrame):
    profiles = prepared.profiles(titanic)
    assert list(profiles) == list(prepared.fields)
    assert profiles["Age"].missing == 177
    assert profiles["Age"].mean == pytest.approx(titanic["Age"].mean(), rel=1e-6)
    assert profiles["Sex"].frequencies == {"male": 577, "female": 314}


def test_a_joined_program_answers_with_labels(prepared: Prepared, titanic: pl.DataFrame):
    male = prepared.names.index("Sex=male")

    def scores(features):
        return features[:, male : male + 1] * np.float32([1, 0]) + np.float32([0, 0.5])

    whole = prepared.program | scores | prepared.target
    answer = whole.predict(titanic.head(3))
    assert answer["label"].to_list() == ["0", "1", "1"]
    assert answer.columns == ["label", "probability_0", "probability_1"]


def test_texts_and_hashed_names_cross_as_codes(recipe: Recipe, titanic: pl.DataFrame, tmp_path):
    coded = recipe.replace("Name", tf_idf(50)).replace("Cabin", Column("category", hashed(16), missing=True))
    namespace: dict = {}
    exec(coded.code(), namespace)
    assert namespace["recipe"] == coded
    prepared = coded.fit(titanic)
    program = prepared.program | (lambda features: features[:, :2] * features[:, -2:]) | prepared.target
    path = program.save(tmp_path / "titanic.onnx", sample=titanic, recipe=coded.code())
    executable = ph.load(path)
    assert executable.signature == program.signature
    assert executable.metadata.profiles["inputs"]["Name"].frequencies["mr"] == 521

    answers = executable.predict(titanic)
    np.testing.assert_allclose(answers["probability_1"], program.predict(titanic)["probability_1"], atol=1e-5)
    rows = titanic.select(list(prepared.fields)).to_dicts()[:40]
    requests = [executable.signature.read(json.dumps(row).encode()).rows for row in rows]
    served = asyncio.run(answered(executable, requests))
    assert [answer["label"] for (answer,) in served] == answers["label"].to_list()[:40]


async def answered(executable: ph.Executable, requests: list) -> list:
    """Answer requests that come at once in batches of several."""
    with ph.Serving(executable) as serving:
        return await asyncio.gather(*(serving.answer(rows) for rows in requests))


def test_the_file_takes_codes_from_any_runtime(titanic: pl.DataFrame, tmp_path):
    columns = {"Name": Column("text", tf_idf(50)), "Cabin": Column("category", hashed(16), missing=True)}
    prepared = Recipe(columns, Target("Survived", "classification")).fit(titanic)
    path = prepared.program.save(tmp_path / "features.onnx")
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    inputs = [(port.name, port.type, port.shape) for port in session.get_inputs()]
    length = prepared.fields["Name"].length
    assert inputs == [("Name.tokens", "tensor(int64)", ["batch", length]), ("Cabin.bucket", "tensor(int64)", ["batch"])]
    arrays = {
        field.wire_name(name): field.encode(titanic[name].to_list(), name) for name, field in prepared.fields.items()
    }
    np.testing.assert_allclose(session.run(None, arrays)[0], prepared(titanic), atol=1e-6)


def test_a_regression_answers_in_the_units_of_its_target(titanic: pl.DataFrame):
    prepared = Recipe.infer(titanic, target="Fare").fit(titanic)
    program = prepared.program | (lambda features: features[:, :1] * 0) | prepared.target
    answer = program.predict([titanic.row(0, named=True)])[0]["prediction"]
    assert math.isclose(answer, titanic["Fare"].mean(), rel_tol=1e-6)


def test_features_of_two_columns_may_be_called_alike():
    frame = pl.DataFrame({"a": [1.5, None, 0.5] * 10, "a_missing": list(range(0, 60, 2)), "y": [0, 1, 0] * 10})
    prepared = Recipe.infer(frame, target="y").fit(frame)
    assert prepared.names == ("a", "a_missing", "a_missing'")
    assert prepared(frame).shape == (30, 3)


def test_a_category_of_numbers_takes_numbers_from_pandas():
    frame = pd.DataFrame({"level": [1, 2, 3] * 10, "y": [0, 1, 0] * 10})
    prepared = Recipe.infer(frame, target="y").fit(frame)
    assert prepared.fields["level"] == Category(("1", "2", "3"), missing=True, unknown=True)
    assert prepared(frame).sum(axis=0).tolist() == [10, 10, 10]
