"""A table on disk is a stream of chunks: read one, encode it, answer it, write it; memory stays constant.

Text and JSON need nothing beyond the base install; Parquet and Arrow files come with the extra ``[arrow]``.
"""

from philtre.tables.chunk import Chunk
from philtre.tables.read import read
from philtre.tables.write import Writer, writing

__all__ = ["Chunk", "Writer", "read", "writing"]
