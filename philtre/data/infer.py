"""Inference: decide what each column is and what to do with it, and say why."""

from collections.abc import Mapping

import polars as pl

from philtre.data.column import Column
from philtre.data.decide import decide
from philtre.data.facts import Facts, look
from philtre.data.relation import relations, suspects
from philtre.data.steps import drop
from philtre.data.target import Target


def infer_columns(frame: pl.DataFrame, target: Target) -> dict[str, Column]:
    """Decide the kind and the steps of each column.

    Args:
        frame: the rows that have a target.
        target: the column to learn; a column that tells it too well is kept, and its reason says so.
    """
    facts = look(frame.drop(target.name))
    columns = {name: decide(each) for name, each in facts.items()}
    for name, twin in _twins(frame, facts).items():
        columns[name] = Column(columns[name].kind, drop(), missing=True, reason=f"the same values as '{twin}'")
    for name, said in suspects(relations(frame, columns, target)).items():
        columns[name] = columns[name].because(f"{said} {columns[name].reason}")
    return columns


def _twins(frame: pl.DataFrame, facts: Mapping[str, Facts]) -> dict[str, str]:
    """The columns that repeat an earlier one, with that one's name."""
    alike: dict[object, list[str]] = {}
    twins = {}
    for name, each in facts.items():
        group = alike.setdefault((each.dtype, each.missing, str(each.low), str(each.high), each.distinct), [])
        twin = next((other for other in group if frame[other].equals(frame[name])), None)
        if twin is None:
            group.append(name)
        elif each.low != each.high:
            twins[name] = twin
    return twins
