"""What all tests share: the targets, the data, and the property tests' profile."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).resolve().parents[1]

settings.register_profile("philtre", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
settings.load_profile("philtre")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--targets", default="xla,onnx", help="comma-separated targets that numeric tests run on")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "target" in metafunc.fixturenames:
        metafunc.parametrize("target", metafunc.config.getoption("targets").split(","))


@pytest.fixture(scope="session")
def titanic_csv() -> Path:
    return ROOT / "examples" / "data" / "titanic.csv"
