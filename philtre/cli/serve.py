"""``philtre serve``: model files behind HTTP."""

from pathlib import Path

import click


@click.command(epilog="Example: philtre serve titanic.onnx churn.onnx --port 8000")
@click.argument("models", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="0 takes a free one.")
def serve(models: tuple[Path, ...], host: str, port: int) -> None:
    """Serve MODELS, each under its file's stem, until Ctrl-C.

    \b
    POST /models/NAME/predict      one row as JSON, or a list of rows
    POST /v2/models/NAME/infer     Open Inference Protocol v2
    GET  /metrics                  Prometheus
    GET  /                         a page that lists the models
    """
    from philtre.errors import DataError
    from philtre.web.server import serve as run

    named: dict[str, Path] = {}
    for path in models:
        if path.stem in named:
            raise DataError("serve", expected="files whose stems differ", got=f"'{named[path.stem]}' and '{path}'")
        named[path.stem] = path
    run(named, host=host, port=port)
