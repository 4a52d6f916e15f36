"""Parquet and Arrow files become frames."""

import io
from collections.abc import Callable

import polars as pl

from philtre.errors import DataError
from philtre.files import File


def parse_parquet(file: File) -> pl.DataFrame:
    """Parse a Parquet file; see `read`."""
    content = file.content()
    return _parse(file, "Parquet", lambda: pl.read_parquet(_bounded(content, file)))


def parse_arrow(file: File) -> pl.DataFrame:
    """Parse an Arrow file (Feather version 2), or a stream of Arrow batches; see `read`."""
    content = io.BytesIO(file.content())
    if file.head.startswith(b"ARROW1"):
        return _parse(file, "Arrow", lambda: pl.read_ipc(content))
    return _parse(file, "Arrow", lambda: pl.read_ipc_stream(content))


def _parse(file: File, kind: str, parse: Callable[[], pl.DataFrame]) -> pl.DataFrame:
    try:
        return parse()
    except (pl.exceptions.PolarsError, OSError) as error:
        reason = str(error).partition("\n")[0]
        raise DataError(file.where, expected=f"a file in {kind} format", got=f"damaged content ({reason})") from None


def _bounded(content: bytes, file: File) -> io.BytesIO:
    """The content, if the cells that it promises may be taken; a page of repeated values can promise any number."""
    lazy = pl.scan_parquet(io.BytesIO(content))
    rows = lazy.select(pl.len()).collect().item()
    cells = rows * max(1, len(lazy.collect_schema()))
    if cells > file.max_bytes:
        got = f"{cells:,} cells in {len(content):,} bytes"
        raise DataError(file.where, expected=f"at most {file.max_bytes:,} cells", got=got, hint="max_bytes=...")
    return io.BytesIO(content)
