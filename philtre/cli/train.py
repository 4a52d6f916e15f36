"""``philtre train``: a table in, one model file out."""

import signal
from pathlib import Path
from typing import Any

import click


@click.command(epilog="Example: philtre train titanic.csv --target Survived -o titanic.onnx")
@click.argument("data", type=click.Path(path_type=Path))
@click.option("--target", required=True, help="Column to predict.")
@click.option(
    "-o", "--output", default=None, type=click.Path(path_type=Path), help="File to write; DATA's stem by default."
)
@click.option("--seed", default=0, show_default=True, help="Same seed and data, same model.")
@click.option(
    "--folds", default=5, show_default=True, type=click.IntRange(2, 20), help="Parts of the cross-validation."
)
def train(data: Path, target: str, output: Path | None, seed: int, folds: int) -> None:
    """Train a model on DATA (a .csv or .parquet file) and save it as one ONNX file.

    Looks at the columns, prints the recipe that prepares them and why, cross-validates the whole thing, fits it on all
    rows, and saves preparation and network together: `philtre serve` and any ONNX runtime take the file as it is.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    console = _console()
    from philtre import automl
    from philtre.data import read

    output = output or Path(f"{data.stem}.onnx")
    frame = read(data)
    console.print(f"{data}: {frame.height:,} rows, {frame.width} columns")
    with console.status("") as status:
        fitted = automl.fit_table(
            frame,
            target=target,
            folds=folds,
            seed=seed,
            report=lambda event, value: _show(console, status, event, value),
        )
    fitted.save(output, source=data)
    console.print(f"\nsaved {output} ({output.stat().st_size:,} bytes). Next:\n")
    console.print(f"  philtre serve {output}", highlight=False)


def _console() -> Any:
    try:
        from rich.console import Console
    except ModuleNotFoundError:
        from philtre.errors import MissingPackage

        raise MissingPackage("rich", extra="train", purpose="philtre train") from None
    return Console(soft_wrap=True)


def _show(console: Any, status: Any, event: str, value: Any) -> None:
    if event == "recipe":
        console.print(f"\n{value}\n", markup=False, highlight=False)
    elif event == "progress":
        status.update(value)
    elif event == "score":
        console.print(value, markup=False, highlight=False)
