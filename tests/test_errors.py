"""Messages say what was asked, what was got, where, and a hint; classes tell callers what to catch."""

import pytest

from philtre import errors


def test_the_message_has_all_four_parts():
    error = errors.SignatureError("step 'scale'", expected="float[n, 4]", got="float[n, 3]", hint="'age' is missing")
    assert str(error) == "step 'scale' expects float[n, 4], got float[n, 3]. Hint: 'age' is missing"


def test_an_unsupported_operation_names_the_line_and_who_can_run_it():
    error = errors.UnsupportedError("cholesky", target="onnx", source="fit.py:12 (solve)", supported=("xla",))
    assert "'cholesky' at fit.py:12 (solve)" in str(error)
    assert "it runs on xla" in str(error)


def test_a_missing_package_names_the_extra():
    error = errors.MissingPackage("pyarrow", extra="arrow", purpose="reading Parquet")
    assert "pip install 'philtre[arrow]'" in str(error)


@pytest.mark.parametrize(
    ("error", "builtin"),
    [
        (errors.SignatureError, ValueError),
        (errors.DataError, ValueError),
        (errors.UnsupportedError, NotImplementedError),
        (errors.MissingPackage, ImportError),
        (errors.Overloaded, errors.ServingError),
    ],
)
def test_the_family_joins_the_builtins(error, builtin):
    assert issubclass(error, builtin)
    assert issubclass(error, errors.Error)
