"""What all tests share: the targets, the data, and the property tests' profile."""

import importlib.util
import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from philtre.targets.choice import RUNTIMES

ROOT = Path(__file__).resolve().parents[1]

settings.register_profile("philtre", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
settings.load_profile("philtre")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--targets", default=",".join(installed()), help="comma-separated targets of numeric tests")
    parser.addoption("--every-dtype", action="store_true", help="run conformance cases at all dtypes, not one")


def installed() -> list[str]:
    """The targets whose packages are there."""
    return [target for target in RUNTIMES if target != "torch" or importlib.util.find_spec("torch")]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "target" in metafunc.fixturenames:
        metafunc.parametrize("target", metafunc.config.getoption("targets").split(","))


@pytest.fixture(scope="session", autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Tests remember what they measure in a folder of their own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="session")
def titanic_csv() -> Path:
    return ROOT / "examples" / "data" / "titanic.csv"


class PageReader(HTMLParser):
    """Reads a page as a browser does; knows its tags, its attributes and its text."""

    VOID = frozenset({"meta", "br", "hr", "img", "input", "link"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text, self.open = "", []
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open[-1:] != ["style"]:
            self.text += data


@pytest.fixture(scope="session")
def read_page() -> Callable[[str], PageReader]:
    """Read a page, and check that it is whole, runs nothing and asks nobody."""

    def read(text: str) -> PageReader:
        page = PageReader(text)
        assert page.open == []
        assert not {"script", "iframe", "object", "embed", "link", "img", "form", "base", "use"} & set(page.tags)
        for name, value in page.attributes:
            assert not name.startswith("on")
            assert name != "style"
            assert name not in ("href", "src") or re.fullmatch(r"#[sc]\d+", value or "")
        assert not re.search(r"url\(|@import|https?://(?!www\.w3\.org/(2000/svg|1999/xlink)\")", text)
        ids = [value for name, value in page.attributes if name == "id"]
        assert len(ids) == len(set(ids))
        assert {value[1:] for name, value in page.attributes if name == "href"} <= set(ids)
        assert any((value or "").startswith("default-src 'none'; style-src 'sha256-") for _, value in page.attributes)
        return page

    return read
