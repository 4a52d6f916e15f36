"""A data file is a stream of blocks: taken as it was when it was opened, unpacked, and turned into UTF-8 text.

What its text looks like (delimiter, header, encoding) is inferred from the first part alone, so that a reader of
whole files and a reader of streams see the same table. Nothing here knows a data frame.
"""

from philtre.files.compression import MAX_BYTES
from philtre.files.dialect import Dialect, infer
from philtre.files.encoding import encoding_of
from philtre.files.file import HEAD_BYTES, File, Report
from philtre.files.names import check_names, filled, numbered
from philtre.files.nesting import MAX_DEPTH, check_depth
from philtre.files.rows import rows, whole_rows
from philtre.files.snapshot import BLOCK, Mark
from philtre.files.stream import text_stream

__all__ = [
    "BLOCK",
    "HEAD_BYTES",
    "MAX_BYTES",
    "MAX_DEPTH",
    "Dialect",
    "File",
    "Mark",
    "Report",
    "check_depth",
    "check_names",
    "encoding_of",
    "filled",
    "infer",
    "numbered",
    "rows",
    "text_stream",
    "whole_rows",
]
