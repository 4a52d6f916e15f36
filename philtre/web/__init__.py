"""The web is one ASGI callable over servings: Open Inference Protocol, plain JSON rows, metrics, and a page."""

from philtre.web.app import App, app
from philtre.web.server import serve

__all__ = ["App", "app", "serve"]
