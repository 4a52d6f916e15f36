"""Arguments of the command line that are more than one word: lists, weights, a recipe."""

import runpy
import traceback
from pathlib import Path
from typing import Any

import click

from philtre.errors import DataError


def names(context: click.Context, parameter: click.Parameter, value: str | None) -> list[str] | None:
    """Split names at commas."""
    del context, parameter
    return None if value is None else [name.strip() for name in value.split(",") if name.strip()]


def class_weight(
    context: click.Context, parameter: click.Parameter, value: str | None
) -> str | dict[str, float] | None:
    """Read "balanced", or weights such as "yes=3,no=1"."""
    if value is None or value == "balanced":
        return value
    weights = {}
    for part in value.split(","):
        label, _, weight = part.rpartition("=")
        try:
            weights[label.strip()] = float(weight)
        except ValueError:
            raise click.BadParameter(f"{part!r} is not LABEL=WEIGHT", context, parameter) from None
    return weights


def load_recipe(path: Path) -> Any:
    """Run a Python file, and take its variable `recipe`.

    Raises:
        DataError: if there is no such file, it fails, or it makes no recipe.
    """
    from philtre.data import Recipe

    where = f"recipe '{path}'"
    if not path.is_file():
        raise DataError(where, expected="a Python file", got="no file at this path")
    try:
        recipe = runpy.run_path(str(path)).get("recipe")
    except Exception as error:
        lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(path)]
        line = lines[-1] if lines else getattr(error, "lineno", None)
        got = f"{type(error).__name__}: {error}" + (f" in line {line}" if line else "")
        raise DataError(where, expected="a script that runs", got=got) from error
    if not isinstance(recipe, Recipe):
        hint = "recipe.code() writes such a file; so does `philtre inspect`"
        raise DataError(where, expected="a variable `recipe`", got=f"a {type(recipe).__name__}", hint=hint)
    return recipe
