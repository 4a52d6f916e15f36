"""``philtre predict``: a table in, the same table with answers out."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from philtre import tables
from philtre.errors import DataError
from philtre.fields import Array
from philtre.runtime import load
from philtre.signature import Signature


@click.command(epilog="Example: philtre predict titanic.onnx passengers.csv -o answers.csv")
@click.argument("model", type=click.Path(path_type=Path))
@click.argument("data", type=click.Path(path_type=Path))
@click.option(
    "-o", "--output", required=True, type=click.Path(path_type=Path), help="File to write: .csv, .parquet or .arrow."
)
def predict(model: Path, data: Path, output: Path) -> None:
    """Answer every row of DATA with MODEL.

    DATA is a file of delimited text or JSON, also as .gz or .zst, or "-" for standard input. OUT holds its columns,
    then `prediction` and, for a classifier, `probability_<label>` for each class. Rows are streamed: memory stays
    constant. Parquet and Arrow need pip install 'philtre[arrow]'.
    """
    executable = load(model)
    rows = 0
    found: list[str] = []
    with tables.writing(output, data, executable.signature) as writer:
        for chunk in tables.read(data, executable.signature, report=found.append):
            answers = answer_columns(executable.signature, executable.run(chunk.arrays))
            taken = [name for name in answers if name in chunk.columns]
            if taken:
                raise DataError(f"table '{data}'", expected="no column named as an answer", got=f"{taken}")
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
            prefix = "probability" if name == "probabilities" else name
            columns |= {f"{prefix}_{label}": [row[label] for row in values] for label in labels}
        else:
            columns["prediction" if name == "label" else name] = values
    return columns
