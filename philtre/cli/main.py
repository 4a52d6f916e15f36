"""The ``philtre`` command: its subcommands load when they are called, so that a server starts fast."""

import importlib
import sys
from typing import Any

import click

from philtre import __version__
from philtre.errors import Error

COMMANDS = ("train", "predict", "inspect", "serve")


class Commands(click.Group):
    """A group whose members are modules of this room, imported on demand; user errors end without a traceback."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = getattr(importlib.import_module(f"philtre.cli.{cmd_name}"), cmd_name)
        return command

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except Error as error:
            raise click.ClickException(f"{error}") from error
        except KeyboardInterrupt:
            click.echo("stopped", err=True)
            raise SystemExit(130) from None
        except BrokenPipeError:
            sys.stderr.close()
            raise SystemExit(1) from None


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="philtre")
def main() -> None:
    """From a table to a served model: one file, one signature, every runtime.

    \b
    Examples:
      philtre train titanic.csv --target Survived -o titanic.onnx
      philtre predict titanic.onnx passengers.csv -o answers.csv
      philtre inspect titanic.onnx
      philtre serve titanic.onnx --port 8000

    Exit codes: 0 done, 1 the data or the model cannot be used (one line says why), 2 the command is not
    understood, 130 stopped by Ctrl-C.
    """
