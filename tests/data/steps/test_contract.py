"""What every step promises, whatever it does."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple

import jax.numpy as jnp
import numpy as np
import polars as pl
import pytest

from philtre.data import (
    Column,
    Recipe,
    Target,
    age,
    bins,
    boolean,
    calendar,
    clip,
    cyclical,
    drop,
    frequency,
    hashed,
    impute,
    log1p,
    one_hot,
    ordinal,
    quantile,
    scale,
    tf_idf,
    yeo_johnson,
)
from philtre.data.frames import to_column
from philtre.data.kind import KINDS
from philtre.data.steps import Fitted, Step, Vocabulary
from philtre.fields import PLAIN
from philtre.program import Program

NUMBERS = [1.5, -2.25, None, 1000.0, 0.1, 0.1, -7.0]
INTEGERS = [3, -(2**40), None, 2**40 + 1, 0, 12, 12]
MOMENTS = [
    datetime(1969, 7, 20, 20, 17, 40),
    datetime(9999, 12, 31),
    None,
    datetime(1, 1, 1),
    *[datetime(2024, 2, 29)] * 3,
]
CATEGORIES = ["b", "a", None, "b", "10", "b", "a"]
TEXTS = ["To be, or not to be", "that is", None, "The question: to BE?", "...", "", "being is"]
BOOLEANS = [True, False, None, True, True, False, True]
ROWS = {
    "number": (NUMBERS, pl.Float64),
    "integer": (INTEGERS, pl.Int64),
    "timestamp": (MOMENTS, pl.Datetime("us")),
    "category": (CATEGORIES, pl.String),
    "boolean": (BOOLEANS, pl.Boolean),
    "text": (TEXTS, pl.String),
}
UNSEEN = {
    "number": [3.4e38, -3.4e38, float("inf"), float("nan"), 2e-38, 0.0, 5.0],
    "integer": [2**53, -(2**53), 1, -1, 0, None, 5],
    "timestamp": [datetime(2020, 1, 1), datetime(9998, 1, 1), datetime(1, 2, 3), None, *[datetime(1900, 3, 1)] * 3],
    "category": ["new", "", "a", "b", "10", None, "naïve 🙂"],
    "text": ["to " * 99, None, "naïve 🙂", "question_to be", "", "A b c", "THE"],
    "boolean": [None, None, False, False, True, True, None],
}
STEPS: list[Step] = [
    age(),
    age("2000-01-01T00:00:00+02:00", unit="years"),
    bins(3),
    bins(4, "width"),
    bins(3, one_hot=True),
    boolean(indicator=True),
    calendar("year", "is_weekend", "hour"),
    calendar("dayofyear", "week", scaled=True, indicator=True),
    clip(-5, 20.5),
    clip(high=0),
    clip(quantiles=(0.1, 0.9)),
    cyclical("month", "minute", indicator=True),
    drop(),
    frequency(),
    frequency(rare=0.2),
    hashed(),
    hashed(3),
    impute("median"),
    impute("mean", indicator=True),
    impute("most_frequent"),
    impute("constant", value=2),
    impute("constant", value='say "no"'),
    impute("constant", value=True),
    impute("constant", value=datetime(2001, 2, 3, 4, 5)),
    log1p(),
    one_hot(rare=0.2),
    ordinal(),
    ordinal("b", 'a "quoted" one', "a", unknown=5.5, missing=-2),
    quantile(),
    quantile("normal", intervals=5),
    scale("standard"),
    scale("min_max"),
    scale("robust"),
    scale("max_abs"),
    tf_idf(),
    tf_idf(3, length=5),
    yeo_johnson(),
]
CASES = [(step, kind) for step in STEPS for kind in ROWS if kind in step.kinds and (kind, step) != ("text", drop())]


def name(value: object) -> str:
    return value.code if isinstance(value, Step) else str(value)


each_step = pytest.mark.parametrize("step", STEPS, ids=name)
each_case = pytest.mark.parametrize(("step", "kind"), CASES, ids=name)


class Ready(NamedTuple):
    """A fitted step with its program."""

    fitted: Fitted
    kind: str
    known: Vocabulary

    @property
    def program(self) -> Program:
        """Gives the column as the next step sees it, which values are missing, and the features that are ready."""

        def body(core: Any) -> dict[str, Any]:
            column, features = self.fitted(KINDS[self.kind].traced(core, True, self.known))
            missing = jnp.zeros(core.shape[:1], bool) if column.missing is None else column.missing
            values = column.values[:, 0] if self.kind == "text" else column.values
            answer = {"column": jnp.where(missing, 0, values).astype(jnp.float32), "missing": missing}
            return answer if features is None else {**answer, "features": features}

        return Program(body, inputs={"x": KINDS[self.kind].field(True, self.known, PLAIN)})

    def answers(self, values: list, target: str = "xla") -> dict[str, np.ndarray]:
        field = KINDS[self.kind].field(True, self.known, PLAIN)
        column = to_column(self.series(values), field)
        return self.program.compile(target).run({"x": field.encode_column(column, "x")})

    def expression(self, values: list) -> pl.Series:
        frame = self.series(values).to_frame()
        return frame.select(self.fitted.expression(entry(self.kind))).to_series()

    def series(self, values: list) -> pl.Series:
        return pl.Series("x", values, ROWS[self.kind][1])


def entry(kind: str) -> pl.Expr:
    """The column as the first step of its kind sees it."""
    return KINDS[kind].fitted(pl.col("x"), ROWS[kind][1], PLAIN)


@pytest.fixture(scope="module")
def ready(fit: Callable[..., Fitted]) -> Callable[[Step, str, list], Ready]:
    def ready(step: Step, kind: str, values: list) -> Ready:
        fitted = fit(step, pl.Series(values, dtype=ROWS[kind][1]), entry(kind))
        known = Vocabulary(("10", "a", "b") if kind == "category" else ())
        return Ready(fitted, kind, fitted if isinstance(fitted, Vocabulary) else known)

    return ready


@each_case
def test_the_fit_and_the_program_see_the_same(ready, step: Step, kind: str, target: str):
    one = ready(step, kind, ROWS[kind][0])
    if one.fitted.consumes:
        pytest.skip("no step follows")
    for values in (ROWS[kind][0], UNSEEN[kind]):
        seen, answer = one.expression(values), one.answers(values, target)
        assert answer["missing"].tolist() == seen.is_null().to_list()
        if seen.dtype == pl.String:
            codes = {value: code for code, value in enumerate(one.known.values)}
            seen = seen.replace_strict(codes, default=len(codes), return_dtype=pl.Int32)
        expected = seen.fill_null(0).cast(pl.Float64).to_numpy()
        limit = getattr(one.fitted, "limit", np.inf)
        np.testing.assert_allclose(answer["column"], np.clip(expected, -limit, limit), rtol=1e-5, atol=1e-6)


@each_case
@pytest.mark.parametrize("values", ["rows", "all missing", "constant"])
def test_targets_agree_on_any_number_of_rows(ready, step: Step, kind: str, values: str):
    rows = ROWS[kind][0]
    one = ready(step, kind, {"rows": rows, "all missing": [None] * 3, "constant": rows[:1] * 3}[values])
    xla, onnx = one.program.compile("xla"), one.program.compile("onnx")
    field = one.program.signature.inputs["x"]
    for batch in ([], rows[:1], [None], rows, UNSEEN[kind]):
        wires = {"x": field.encode_column(to_column(one.series(batch), field), "x")}
        expected, answer = xla.run(wires), onnx.run(wires)
        for output in expected:
            np.testing.assert_allclose(answer[output], expected[output], rtol=1e-5, atol=1e-5)
            assert np.isfinite(expected[output]).all()
        if "features" in expected:
            assert expected["features"].dtype == np.float32
            assert expected["features"].shape == (len(batch), len(one.fitted.suffixes))
        else:
            assert one.fitted.suffixes == ()
        assert not (step.fills and expected["missing"].any() and not one.fitted.consumes)


@each_step
def test_the_code_makes_an_equal_step(step: Step):
    kind = min(step.kinds - {"derived"})
    tail = [] if kind != "category" or step.gives else [one_hot()]
    recipe = Recipe({"x": Column(kind, step, *tail)}, Target("y", "regression"))
    namespace: dict = {}
    exec(recipe.code(), namespace)
    assert namespace["recipe"] == recipe
    assert hash(namespace["recipe"]) == hash(recipe)
