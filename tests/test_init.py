"""``import philtre`` costs nothing: names load when they are used."""

import subprocess
import sys

import pytest

import philtre as ph

HEAVY = {"jax", "polars", "onnx", "onnxruntime", "optax", "numpy", "pandas", "pyarrow", "torch", "altair", "rich"}


def run(code: str) -> str:
    return subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.strip()


def test_importing_the_package_imports_nothing_heavy():
    assert run(f"import sys, philtre; print({HEAVY!r} & set(sys.modules))") == "set()"


def test_loading_and_serving_import_nothing_of_training():
    training = {"jax", "polars", "onnx", "optax", "altair", "rich", "narwhals"}
    code = f"import sys, philtre as ph; ph.load, ph.Serving, ph.web.app; print({training!r} & set(sys.modules))"
    assert run(code) == "set()"


def test_every_public_name_is_there():
    for name in ph.__all__:
        assert getattr(ph, name) is not None
    assert set(ph.__all__) <= set(dir(ph))


def test_the_decorator_wins_over_the_module_of_its_name():
    import philtre.program  # noqa: F401

    assert ph.program(lambda x: x + 1)(1) == 2


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        ph.nonsense


def test_a_missing_extra_is_named():
    code = (
        "import sys; sys.modules['jax'] = None\n"
        "import philtre as ph\n"
        "try: ph.program\n"
        "except ph.errors.MissingPackage as error: print(error)"
    )
    assert "philtre[train]" in run(code)
