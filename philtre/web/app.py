"""The ASGI application: which path leads where, and what every request has in common."""

import asyncio
import base64
import hashlib
import json
import logging
import os
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import Any
from urllib.parse import quote

from philtre import __version__
from philtre.errors import ServingError
from philtre.serving import Serving
from philtre.signature import Request
from philtre.web import oip
from philtre.web.http import JSON, Header, Problem, Receive, Response, Scope, Send, encode, problem_of, read_json
from philtre.web.metrics import RouteMetrics, metrics_text
from philtre.web.page import POLICY, STYLE, example_row, page

MAX_BODY_BYTES = 64 * 2**20
MAX_HEADER_BYTES = 2000

Handler = Callable[[Scope, Receive], Awaitable[Response]]
log = logging.getLogger("philtre.web")


def app(models: Mapping[str, Serving | str | os.PathLike[str] | Any], *, max_body_bytes: int = MAX_BODY_BYTES) -> "App":
    """Make an ASGI application: mount it in any framework, or give it to any ASGI server.

    Args:
        models: by name, a `Serving` or anything that one takes.
        max_body_bytes: longest body of a request; a longer one is refused before it is read.

    Raises:
        ArtifactError: if a file cannot be loaded.
        ServingError: if a name cannot be part of a path.
        SignatureError: if a function comes without a signature.
    """
    for name in models:
        if not name or "/" in name:
            raise ServingError("the name of a model", expected="text without '/'", got=repr(name))
    return App(
        {name: model if isinstance(model, Serving) else Serving(model) for name, model in models.items()},
        max_body_bytes,
    )


class App:
    """Made by `app`. Models are warmed up at the lifespan's start; without one, when somebody asks for readiness."""

    def __init__(self, servings: Mapping[str, Serving], max_body_bytes: int) -> None:
        self.servings = dict(servings)
        self.max_body_bytes = max_body_bytes
        self.ready = False
        self.unknown = RouteMetrics("", "unknown")
        self.paths: dict[str, RouteMetrics] = {}
        self.handlers: dict[tuple[str, str], Handler] = {}
        self._add_server_routes()
        for name, serving in self.servings.items():
            self._add_model_routes(name, serving)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one connection event of the server; see the ASGI specification."""
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
            return
        if scope["type"] != "http":
            raise NotImplementedError(f"ASGI scope '{scope['type']}'")
        began = time.perf_counter()
        method, path = scope["method"], scope["path"]
        if root := scope.get("root_path"):
            path = path.removeprefix(root) or "/"
        try:
            handler = self.handlers.get((method, path))
            if handler is None:
                raise self._refusal(method, path)
            status, headers, body = await handler(scope, receive)
        except Exception as error:
            status, headers, body = problem_of(error).response
            if status == 500:
                log.exception("%s %s failed", method, path)
        headers = [*headers, (b"content-length", b"%d" % len(body))]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if method == "HEAD" else body})
        self.paths.get(path, self.unknown).observe(status, time.perf_counter() - began)

    def warm(self) -> None:
        """Run every model on made-up rows, then report ready; a model that fails on them is served all the same."""
        for name, serving in self.servings.items():
            try:
                serving.warm()
            except Exception as error:
                log.warning("model '%s' is served without warm-up: %s", name, error)
        self.ready = True

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                self.warm()
                await send({"type": "lifespan.startup.complete"})
            elif message["type"] == "lifespan.shutdown":
                for serving in self.servings.values():
                    serving.close()
                await send({"type": "lifespan.shutdown.complete"})
                return

    def _refusal(self, method: str, path: str) -> Problem:
        """Say why there is no handler: the method is not one of the path's, or the path leads nowhere."""
        allowed = sorted(known for known, at in self.handlers if at == path)
        if allowed:
            detail = f"{path} takes {' and '.join(allowed)}, not {method}"
            return Problem(405, detail, headers=((b"allow", ", ".join(allowed).encode()),))
        parts = path.strip("/").split("/")
        names = parts[2:] if parts[:2] == ["v2", "models"] else parts[1:] if parts[0] == "models" else []
        if names and names[0] not in self.servings:
            return Problem(404, f"no model '{names[0]}'; there are {list(self.servings)}")
        if names[1:2] == ["versions"]:
            return Problem(404, f"model '{names[0]}' has one version: 1")
        return Problem(404, f"nothing at {path}; / lists what there is")

    def _add(self, path: str, model: str, name: str, handler: Handler, *, post: bool = False) -> None:
        self.paths[path] = RouteMetrics(model, name)
        for method in ("POST",) if post else ("GET", "HEAD"):
            self.handlers[method, path] = handler

    def _add_server_routes(self) -> None:
        self._add("/", "", "page", self._page)
        self._add("/metrics", "", "metrics", self._metrics)
        self._add("/models", "", "models", self._models)
        self._add("/v2", "", "server", self._server)
        self._add("/v2/health/live", "", "live", self._live)
        self._add("/v2/health/ready", "", "ready", self._ready)

    def _add_model_routes(self, name: str, serving: Serving) -> None:
        self._add(f"/models/{name}", name, "model", partial(self._model, name, serving))
        self._add(
            f"/models/{name}/predict",
            name,
            "predict",
            partial(self._predict, serving, serving.signature.read),
            post=True,
        )
        for prefix, suffix in ((f"/v2/models/{name}", ""), (f"/v2/models/{name}/versions/1", "_version")):
            self._add(prefix, name, f"metadata{suffix}", partial(self._metadata, name, serving))
            self._add(f"{prefix}/ready", name, f"ready{suffix}", partial(self._ready, name=name))
            self._add(f"{prefix}/infer", name, f"infer{suffix}", partial(self._infer, name, serving), post=True)

    async def _predict(
        self, serving: Serving, read: Callable[[bytes, bool], Request], scope: Scope, receive: Receive
    ) -> Response:
        body = await read_json(scope, receive, self.max_body_bytes)
        query = scope["query_string"]
        request = read(body, bool(query) and b"strict=true" in query.lower().split(b"&"))
        answers = await serving.answer(request.rows)
        headers = [JSON, _ignored(request.ignored)] if request.ignored else [JSON]
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
        return Response(200, [JSON], encode({"name": "philtre", "version": __version__, "extensions": []}))

    async def _live(self, scope: Scope, receive: Receive) -> Response:
        return Response(200, [JSON], encode({"live": True}))

    async def _ready(self, scope: Scope, receive: Receive, name: str | None = None) -> Response:
        if not self.ready:
            await asyncio.to_thread(self.warm)
        return Response(200, [JSON], encode({"ready": True} if name is None else {"name": name, "ready": True}))

    async def _metrics(self, scope: Scope, receive: Receive) -> Response:
        kind = (b"content-type", b"text/plain; version=0.0.4; charset=utf-8")
        return Response(200, [kind], metrics_text([*self.paths.values(), self.unknown], self.servings).encode())

    async def _page(self, scope: Scope, receive: Receive) -> Response:
        host = next((value.decode("latin-1") for name, value in scope["headers"] if name == b"host"), "127.0.0.1")
        digest = base64.b64encode(hashlib.sha256(STYLE.encode()).digest())
        headers = [
            (b"content-type", b"text/html; charset=utf-8"),
            (b"content-security-policy", POLICY % digest),
            (b"x-content-type-options", b"nosniff"),
        ]
        address = f"{scope['scheme']}://{host}{scope.get('root_path', '')}"
        return Response(200, headers, page(self.servings, address).encode())


def _ignored(names: Sequence[str]) -> Header:
    """The names, or as many of them as a header may hold."""
    shown = [name[:60] for name in names]
    while len(text := json.dumps(shown)) > MAX_HEADER_BYTES:
        shown = shown[: len(shown) // 2]
    return (b"philtre-ignored-columns", text.encode())
