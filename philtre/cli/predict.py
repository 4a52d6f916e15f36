"""``philtre predict``: a table in, the same table with answers out."""

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import click

from philtre import tables
from philtre.fields import Array
from philtre.runtime import load
from philtre.signature import Signature


@click.command(epilog="Example: philtre predict titanic.onnx passengers.csv -o answers.csv")
@click.argument("model", type=click.Path(path_type=Path))
@click.argument("data")  # a str: a path would lose the slashes of a URL, which is refused by its name
@click.option(
    "-o", "--output", required=True, type=click.Path(path_type=Path), help="File to write: .csv, .parquet or .arrow."
)
def predict(model: Path, data: str, output: Path) -> None:
    """Answer every row of DATA with MODEL.

    DATA is a file of delimited text or JSON, also as .gz or .zst, or "-" for standard input. OUT holds its columns,
    then `prediction` and, for a classifier, `probability_<label>` for each class; where DATA has a column of that name
    already, the answer's gets an underscore. Rows are streamed: memory stays constant. Parquet and Arrow need
    pip install 'philtre[arrow]'.
    """
    executable = load(model)
    rows = 0
    found: list[str] = []
    with tables.writing(output, data, executable.signature) as writer:
        for chunk in tables.read(data, executable.signature, report=found.append):
            answers = answer_columns(executable.signature, executable.run(chunk.arrays))
            answers = step_aside(answers, chunk.columns)
            writer.write(chunk, answers)
            rows += len(next(iter(answers.values())))
    click.echo(f"{data}: {', '.join(found)}" if found else f"{data}", err=True)
    click.echo(f"{rows} rows answered: {output}", err=True)


def answer_columns(signature: Signature, outputs: Mapping[str, Array]) -> dict[str, list[Any]]:
    """Name the answers as columns: `prediction`, then `probability_<label>`; other outputs keep their names."""
    columns: dict[str, list[Any]] = {}
    for name, field in signature.outputs.items():
        values = field.decode(outputs[name])
        labels = getattr(field, "names", ())
        if labels:
            prefix = "probability" if name.rstrip("_") == "probabilities" else name
            columns |= {f"{prefix}_{label}": [row[label] for row in values] for label in labels}
        else:
            columns["prediction" if name.rstrip("_") == "label" else name] = values
    return columns


def step_aside(answers: Mapping[str, list[Any]], taken: Collection[str]) -> dict[str, list[Any]]:
    """Give an answer whose name a column of the table has an underscore: `prediction_`."""
    free = {}
    for name, values in answers.items():
        while name in taken:
            name += "_"
        free[name] = values
    return free
