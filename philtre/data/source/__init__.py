"""A source is anything that holds a table: a file, a folder of files, a query, standard input."""

from philtre.data.source.read import read
from philtre.data.source.scan import scan
from philtre.files import check_names

__all__ = ["check_names", "read", "scan"]
