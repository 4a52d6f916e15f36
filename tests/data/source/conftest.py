from pathlib import Path

import pytest


@pytest.fixture
def write(tmp_path: Path):
    """Write a file with some content, in folders that are made, and give its path."""

    def write(name: str, content: bytes | str) -> Path:
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write
