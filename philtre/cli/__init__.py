"""The command line is a thin shell: it reads arguments, calls one function of philtre, prints what came out."""

from philtre.cli.main import main

__all__ = ["main"]
