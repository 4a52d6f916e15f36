"""What was measured is kept per machine and versions; what is damaged or foreign is not read."""

import pytest

from philtre import cache


@pytest.fixture(autouse=True)
def _folder(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))


def test_what_was_kept_is_read_again(tmp_path):
    assert cache.read("figures.json", dict[str, float]) is None
    cache.write("figures.json", {"rate": 2.5})
    assert cache.read("figures.json", dict[str, float]) == {"rate": 2.5}
    assert [path.name for path in (tmp_path / "philtre").iterdir()] == ["figures.json"]


@pytest.mark.parametrize("content", [b"", b"{", b'{"rate": "fast"}', b"\xff", b"[]"])
def test_what_is_damaged_or_foreign_is_not_read(tmp_path, content):
    (tmp_path / "philtre").mkdir()
    (tmp_path / "philtre" / "figures.json").write_bytes(content)
    assert cache.read("figures.json", dict[str, float]) is None


def test_a_folder_that_cannot_be_written_keeps_nothing(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    cache.write("figures.json", 1)
    assert cache.read("figures.json", int) is None


def test_a_relative_folder_is_not_believed(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert cache.folder() == tmp_path / ".cache" / "philtre"


def test_keys_tell_facts_apart_and_stay():
    assert cache.key("a", 1) == cache.key("a", 1)
    assert cache.key("a", 1) != cache.key("a", 2)
