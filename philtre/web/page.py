"""The start page: the models, their fields, and a first request to copy."""

from collections.abc import Mapping
from html import escape
from typing import Any
from urllib.parse import quote

import msgspec

from philtre.fields import AnyField, Boolean, Category, Hashed, Number, Text, Timestamp
from philtre.profile import Profile
from philtre.serving import Serving

POLICY = b"default-src 'none'; style-src 'sha256-%s'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

STYLE = """
:root { color-scheme: light dark; --line: #8884; --soft: #8882 }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
h1 { font-weight: 600 } h2 { margin-top: 2.5rem; border-bottom: 1px solid var(--line) }
table { border-collapse: collapse; width: 100% } th { text-align: left; font-weight: 600 }
th, td { padding: .3rem .8rem .3rem 0; border-bottom: 1px solid var(--line); vertical-align: top }
pre { background: var(--soft); padding: .8rem; border-radius: .4rem; white-space: pre-wrap; overflow-wrap: anywhere }
"""


def page(servings: Mapping[str, Serving], address: str) -> str:
    """Draw the page as HTML; everything that a file says is escaped.

    Args:
        servings: models by name.
        address: scheme, host and port, for the example requests.
    """
    models = "\n".join(_model(name, serving, address) for name, serving in servings.items())
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>philtre</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>{STYLE}</style></head><body><main><h1>philtre</h1>"
        f"<p>{len(servings)} {'model' if len(servings) == 1 else 'models'}. "
        '<a href="/v2">server</a> · <a href="/models">models</a> · <a href="/metrics">metrics</a></p>'
        f"{models}</main></body></html>\n"
    )


def example_row(serving: Serving) -> dict[str, Any]:
    """One valid row: typical values where the model's file has profiles of its inputs, else made-up ones."""
    metadata = getattr(serving.executable, "metadata", None)
    profiles = {} if metadata is None else metadata.profiles.get("inputs", {})
    return {name: _example(field, profiles.get(name)) for name, field in serving.signature.inputs.items()}


def _example(field: AnyField, known: Profile | None) -> Any:
    if isinstance(field, Category):
        frequent = next(iter(known.frequencies), None) if known else None
        return frequent or (field.values[0] if field.values else "text")
    if isinstance(field, Hashed | Text):
        words = list(known.frequencies)[:3] if known and isinstance(field, Text) else []
        return " ".join(words) or "text"
    if isinstance(field, Boolean):
        return True
    if isinstance(field, Timestamp):
        return "2024-05-01T12:30:00Z"
    if isinstance(field, Number):
        median = known.quantiles[len(known.quantiles) // 2] if known and known.quantiles else 1
        return round(median) if field.integer else float(f"{median:.4g}")
    value: Any = "text" if field.wire_dtype.kind == "O" else 0
    for size in reversed(field.shape[1:]):
        value = [value] * (size if isinstance(size, int) else 1)
    return value


def _model(name: str, serving: Serving, address: str) -> str:
    signature = serving.signature
    rows = "".join(
        f"<tr><td>{escape(side)}</td><td>{escape(field_name)}</td><td>{escape(field.asks)}</td></tr>"
        for side, fields in (("in", signature.inputs), ("out", signature.outputs))
        for field_name, field in fields.items()
    )
    row = msgspec.json.encode(example_row(serving)).decode()
    shown = row if len(row) < 2000 else f"{row[:2000]}..."
    quoted = shown.replace("'", "'\\''")
    command = (
        f"curl -H 'content-type: application/json' \\\n  -d '{quoted}' \\\n  {address}/models/{quote(name)}/predict"
    )
    return (
        f"<section><h2>{escape(name)}</h2><table><thead><tr><th></th><th>field</th><th>takes</th></tr></thead>"
        f"<tbody>{rows}</tbody></table><pre>{escape(command)}</pre></section>"
    )
