"""``philtre inspect``: what is in a model file."""

from pathlib import Path
from typing import Any

import click
import msgspec

from philtre.fields import AnyField
from philtre.runtime import OnnxExecutable, load


@click.command(epilog="Example: philtre inspect titanic.onnx")
@click.argument("model", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One JSON document instead of text.")
def inspect(model: Path, as_json: bool) -> None:
    """Show the inputs, outputs, metrics, recipe and origin of MODEL: any ONNX file, made by anyone."""
    executable = load(model)
    described = describe(model, executable)
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(described)).decode())
        return
    click.echo(f"{described['name']}  ({described['bytes']:,} bytes)")
    for side in ("inputs", "outputs"):
        click.echo(f"\n{side}")
        for name, field in getattr(executable.signature, side).items():
            click.echo(f"  {name:<20} {_shown(field)}")
    for part in ("metrics", "provenance"):
        if described[part]:
            click.echo(f"\n{part}")
            for name, value in described[part].items():
                click.echo(f"  {name:<20} {_figure(value)}")
    if described["recipe"]:
        click.echo(f"\nrecipe\n{described['recipe']}")


def describe(path: Path, executable: OnnxExecutable) -> dict[str, Any]:
    """Collect what `inspect` shows, as JSON values."""
    metadata = executable.metadata
    known = {} if metadata is None else msgspec.to_builtins(metadata)
    return {
        "name": executable.name,
        "bytes": path.stat().st_size,
        "signature": msgspec.to_builtins(executable.signature),
        "metrics": known.get("metrics", {}),
        "profiles": known.get("profiles", {}),
        "provenance": known.get("provenance", {}),
        "recipe": known.get("recipe", ""),
    }


def _figure(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.6g}"
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


def _shown(field: AnyField) -> str:
    kind = type(field).__name__.lower()
    return f"{kind:<10} {field.datatype:<6} {field.asks}"
