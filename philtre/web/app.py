"""The ASGI application: which path leads where, and what every request has in common."""

import base64
import hashlib
import json
import logging
import os
import time
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from importlib.metadata import version
from typing import Any, NamedTuple
from urllib.parse import quote

from philtre.serving import Serving
from philtre.web import oip
from philtre.web.http import JSON, Problem, Receive, Response, Scope, Send, encode, problem_of, read_json, respond
from philtre.web.metrics import Metrics
from philtre.web.page import POLICY, STYLE, example_row, page

MAX_BODY_BYTES = 64 * 2**20

Handler = Callable[[Scope, Receive], Awaitable[Response]]
log = logging.getLogger("philtre.web")


class Route(NamedTuple):
    """A handler by method, and the labels that metrics count it under."""

    model: str
    name: str
    handlers: dict[str, Handler]


def app(models: Mapping[str, Serving | str | os.PathLike[str] | Any], *, max_body_bytes: int = MAX_BODY_BYTES) -> "App":
    """Make an ASGI application: mount it in any framework, or give it to any ASGI server.

    Args:
        models: by name, a `Serving` or anything that one takes.
        max_body_bytes: longest body of a request; a longer one is refused before it is read.

    Raises:
        ArtifactError: if a file cannot be loaded.
    """
    return App(
        {name: model if isinstance(model, Serving) else Serving(model) for name, model in models.items()},
        max_body_bytes,
    )


class App:
    """Made by `app`. Models are warmed up at the lifespan's start, or at their first request without one."""

    def __init__(self, servings: Mapping[str, Serving], max_body_bytes: int) -> None:
        self.servings = dict(servings)
        self.max_body_bytes = max_body_bytes
        self.metrics = Metrics()
        self.ready = False
        self.routes = self._server_routes()
        for name, serving in self.servings.items():
            self.routes |= self._model_routes(name, serving)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one connection event of the server; see the ASGI specification."""
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
            return
        if scope["type"] != "http":
            raise NotImplementedError(f"ASGI scope '{scope['type']}'")
        began = time.perf_counter()
        path = scope["path"].removeprefix(scope.get("root_path", "")) if scope.get("root_path") else scope["path"]
        route = self.routes.get(path)
        try:
            response = await self._handler(route, path, scope["method"])(scope, receive)
        except Exception as error:
            problem = problem_of(error)
            response = problem.response
            if response.status == 500:
                log.exception("%s %s failed", scope["method"], scope["path"])
        await respond(send, response, head=scope["method"] == "HEAD")
        model, name = (route.model, route.name) if route else ("", "unknown")
        self.metrics.observe(model, name, response.status, time.perf_counter() - began)

    def warm(self) -> None:
        """Run every model on made-up rows, then report ready."""
        for serving in self.servings.values():
            serving.warm()
        self.ready = True

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                try:
                    self.warm()
                except Exception as error:
                    await send({"type": "lifespan.startup.failed", "message": str(error)})
                    raise
                await send({"type": "lifespan.startup.complete"})
            elif message["type"] == "lifespan.shutdown":
                for serving in self.servings.values():
                    serving.close()
                await send({"type": "lifespan.shutdown.complete"})
                return

    def _handler(self, route: Route | None, path: str, method: str) -> Handler:
        if route is None:
            raise self._unknown(path)
        handler = route.handlers.get("GET" if method == "HEAD" else method)
        if handler is None:
            allowed = sorted({*route.handlers, *(["HEAD"] if "GET" in route.handlers else [])})
            detail = f"{path} takes {' and '.join(allowed)}, not {method}"
            raise Problem(405, "Method not allowed", detail, headers=((b"allow", ", ".join(allowed).encode()),))
        return handler

    def _unknown(self, path: str) -> Problem:
        parts = path.strip("/").split("/")
        names = parts[2:] if parts[:2] == ["v2", "models"] else parts[1:] if parts[0] == "models" else []
        if names and names[0] not in self.servings:
            return Problem(404, "No such model", f"no model '{names[0]}'; there are {list(self.servings)}")
        return Problem(404, "No such path", f"nothing at {path}; / lists what there is")

    def _server_routes(self) -> dict[str, Route]:
        def get(name: str, handler: Handler) -> Route:
            return Route("", name, {"GET": handler})

        return {
            "/": get("page", self._page),
            "/metrics": get("metrics", self._metrics),
            "/models": get("models", self._models),
            "/v2": get("server", self._server),
            "/v2/health/live": get("live", self._live),
            "/v2/health/ready": get("ready", self._ready),
        }

    def _model_routes(self, name: str, serving: Serving) -> dict[str, Route]:
        routes = {
            f"/models/{name}": Route(name, "model", {"GET": partial(self._model, name, serving)}),
            f"/models/{name}/predict": Route(name, "predict", {"POST": partial(self._predict, serving)}),
        }
        for prefix in (f"/v2/models/{name}", f"/v2/models/{name}/versions/1"):
            routes |= {
                prefix: Route(name, "metadata", {"GET": partial(self._metadata, name, serving)}),
                f"{prefix}/ready": Route(name, "ready", {"GET": self._ready}),
                f"{prefix}/infer": Route(name, "infer", {"POST": partial(self._infer, name, serving)}),
            }
        return routes

    async def _predict(self, serving: Serving, scope: Scope, receive: Receive) -> Response:
        body = await read_json(scope, receive, self.max_body_bytes)
        query = scope["query_string"]
        request = serving.signature.read(body, strict=bool(query) and b"strict=true" in query.split(b"&"))
        answers = await serving.answer(request.rows)
        headers = [JSON]
        if request.ignored:
            headers.append((b"philtre-ignored-columns", json.dumps(request.ignored[:100]).encode()))
        return Response(200, headers, encode(answers[0] if request.single else answers))

    async def _infer(self, name: str, serving: Serving, scope: Scope, receive: Receive) -> Response:
        body = await read_json(scope, receive, self.max_body_bytes)
        request, arrays = oip.read(body, serving.signature)
        outputs = await serving.submit(arrays)
        return Response(200, [JSON], encode(oip.answer(request, name, serving.signature, outputs)))

    async def _metadata(self, name: str, serving: Serving, scope: Scope, receive: Receive) -> Response:
        return Response(200, [JSON], encode(serving.signature.metadata(name)))

    async def _model(self, name: str, serving: Serving, scope: Scope, receive: Receive) -> Response:
        signature = serving.signature
        described = {
            "name": name,
            "input": signature.input_schema(),
            "output": signature.output_schema(),
            "example": example_row(serving),
        }
        return Response(200, [JSON], encode(described))

    async def _models(self, scope: Scope, receive: Receive) -> Response:
        listed = [{"name": name, "predict": f"/models/{quote(name)}/predict"} for name in self.servings]
        return Response(200, [JSON], encode({"models": listed}))

    async def _server(self, scope: Scope, receive: Receive) -> Response:
        return Response(200, [JSON], encode({"name": "philtre", "version": version("philtre"), "extensions": []}))

    async def _live(self, scope: Scope, receive: Receive) -> Response:
        return Response(200, [JSON], encode({"live": True}))

    async def _ready(self, scope: Scope, receive: Receive) -> Response:
        if not self.ready:
            self.warm()
        return Response(200, [JSON], encode({"ready": True}))

    async def _metrics(self, scope: Scope, receive: Receive) -> Response:
        kind = (b"content-type", b"text/plain; version=0.0.4; charset=utf-8")
        return Response(200, [kind], self.metrics.text(self.servings).encode())

    async def _page(self, scope: Scope, receive: Receive) -> Response:
        host = next((value.decode("latin-1") for name, value in scope["headers"] if name == b"host"), "127.0.0.1")
        digest = base64.b64encode(hashlib.sha256(STYLE.encode()).digest())
        headers = [
            (b"content-type", b"text/html; charset=utf-8"),
            (b"content-security-policy", POLICY % digest),
            (b"x-content-type-options", b"nosniff"),
        ]
        return Response(200, headers, page(self.servings, f"{scope['scheme']}://{host}").encode())
