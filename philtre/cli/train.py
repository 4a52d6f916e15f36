"""``philtre train``: a table in, one model file and one report out."""

import os
import signal
import time
from pathlib import Path
from typing import Any

import click
import msgspec

from philtre.cli.arguments import class_weight, load_recipe, names
from philtre.cli.interrupt import interruptible
from philtre.cli.outcome import as_json, show

PACKED = (".gz", ".zst")


@click.command(epilog="Example: philtre train titanic.csv --target Survived -o titanic.onnx")
@click.argument("data")  # a str: as a path, "sqlite:///" would lose slashes
@click.option("--target", default=None, help="Column to predict; by default that of --recipe.")
@click.option(
    "-o", "--output", default=None, type=click.Path(path_type=Path), help="File to write; DATA's stem by default."
)
@click.option(
    "--time-limit",
    type=click.FloatRange(min=0, min_open=True),
    help="Seconds for comparing and fitting; 34 by default.",
)
@click.option("--metric", help="What is best: accuracy, balanced_accuracy, f1, auc, log_loss, r2, rmse or mae.")
@click.option("--folds", type=click.IntRange(2, 20), help="Parts of the cross-validation; 5, or a fifth held out.")
@click.option("--group", "groups", help="Column whose equal values stay on one side of each fold.")
@click.option("--time", "moment", help="Column to sort by: judge by rows that come later.")
@click.option("--seed", default=0, show_default=True, help="Same seed and data, same model.")
@click.option("--candidates", callback=names, help="Models to compare, separated by commas; all by default.")
@click.option("--exclude", callback=names, help="Models to leave out, separated by commas.")
@click.option("--recipe", type=click.Path(path_type=Path), help="Python file whose `recipe` is taken; it is run.")
@click.option("--class-weight", callback=class_weight, help="balanced, or LABEL=WEIGHT,...")
@click.option("--interval", type=float, help="Share of true values within a regression's interval, such as 0.9.")
@click.option("--report", type=click.Path(path_type=Path), help="Report to write; beside the model by default.")
@click.option("--no-report", is_flag=True, help="Write no report.")
@click.option("--json", "json", is_flag=True, help="One JSON object on stdout, all else on stderr.")
def train(
    data: str,
    output: Path | None,
    recipe: Path | None,
    report: Path | None,
    no_report: bool,
    json: bool,
    moment: str | None,
    exclude: list[str] | None,
    **options: Any,
) -> None:
    """Train a model on DATA and save it as one ONNX file, with a report beside it.

    DATA is a file (.csv, .tsv, .parquet, .arrow, .jsonl, .json, each also as .gz or .zst), a folder of such files,
    a table or query (sqlite:///shop.db?orders, "duckdb:///shop.db?SELECT ..."), or "-" for standard input.

    Looks at the columns, prints the recipe that prepares them and why, compares models on rows that they have not
    seen, fits the best one on all rows, and saves preparation and model together: `philtre serve` and any ONNX
    runtime take the file as it is.

    To change the preparation, edit the recipe that `philtre inspect MODEL` shows and give it with --recipe. That file
    is your own Python: it is run like a script, so take none from strangers.
    """
    start = time.monotonic()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    console = _console(stderr=json)
    from philtre.automl import fit_table

    options |= {"recipe": load_recipe(recipe) if recipe else None, "time": moment, "exclude": exclude or ()}
    output = output or Path(f"{stem(data)}.onnx")
    _check_folder(output, report or output)
    origin = _mark(data)
    frame = _read(data)
    console.print(f"{data}: {frame.height:,} rows, {frame.width} columns", markup=False)
    with console.status("") as status:
        fitted = interruptible(
            lambda: fit_table(frame, **options, report=lambda event, text: _tell(console, status, event, text)),
            tidy=status.stop,
        )
    fitted.save(output, source=data if origin and origin == _mark(data) else None)
    page = None if no_report else fitted.report(report or output.with_suffix(".html"))
    show(console, fitted)
    console.print(f"\nsaved {output} ({output.stat().st_size:,} bytes)", highlight=False, markup=False)
    if page:
        console.print(f"report {page}", highlight=False, markup=False)
    console.print(f"{time.monotonic() - start:.0f} s. Next:\n\n  philtre serve {output}", highlight=False, markup=False)
    if json:
        click.echo(msgspec.json.encode(as_json(fitted, output, page)).decode())


def _console(stderr: bool) -> Any:
    try:
        from rich.console import Console
    except ModuleNotFoundError:
        from philtre.errors import MissingPackage

        raise MissingPackage("rich", extra="train", purpose="philtre train") from None
    return Console(soft_wrap=True, stderr=stderr)


def _check_folder(*files: Path) -> None:
    """Refuse, before anything is trained, to write where there is no folder."""
    from philtre.errors import DataError

    for file in files:
        if not file.parent.is_dir():
            raise DataError(f"output '{file}'", expected="a folder that exists", got=f"'{file.parent}'")


def _tell(console: Any, status: Any, event: str, text: str) -> None:
    if event == "recipe":
        console.print(f"\n{text}\n", markup=False, highlight=False)
    elif event == "progress":
        status.update(text)


def _read(data: str) -> Any:
    """Read the table; what the reader found out goes to stderr."""
    from philtre.data import read

    found: list[str] = []
    frame = read(data, report=found.append)
    if found:
        click.echo(f"{data}: {', '.join(found)}", err=True)
    return frame


def _mark(data: str) -> tuple[int, int] | None:
    """Size and time of a file, by which one sees that it has changed; None for any other source."""
    if not os.path.isfile(data):
        return None
    status = os.stat(data)
    return status.st_size, status.st_mtime_ns


def stem(data: str) -> str:
    """The name of a source without its endings: "sales" for sales.csv.gz and for sqlite:///sales.db?orders."""
    path = Path(data.partition("://")[2].partition("?")[0] if "://" in data else data)
    bare = path.with_suffix("") if path.suffix in PACKED else path
    return bare.stem.strip("-") or "model"
