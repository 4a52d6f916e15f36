"""The server: uvicorn, set up for one process that answers many small requests."""

import gc
import signal
import socket
from collections.abc import Mapping
from functools import partial
from types import FrameType
from typing import Any

import uvicorn

from philtre.errors import ServingError
from philtre.web.app import app
from philtre.web.protocol import MAX_HEAD_BYTES, Protocol

BACKLOG = 2048
KEEP_ALIVE_SECONDS = 30


def serve(
    models: Mapping[str, Any], *, host: str = "127.0.0.1", port: int = 8000, max_head_bytes: int = MAX_HEAD_BYTES
) -> None:
    """Serve models over HTTP until SIGINT or SIGTERM; then requests that run are answered first.

    Args:
        models: by name, the path of an ONNX file or anything else that `Serving` takes.
        host: address to listen on.
        port: 0 takes a free one.
        max_head_bytes: longest request line with headers; a longer one is answered with 431.

    Raises:
        ArtifactError: if a file cannot be loaded; nothing is served then.
        ServingError: if the address cannot be had.
    """
    application = app(models)
    listener = _listen(host, port)
    shown = f"[{host}]" if ":" in host else host
    address = f"http://{shown}:{listener.getsockname()[1]}"
    server = _Server(
        _configuration(application, max_head_bytes), f"serving {', '.join(models)} at {address}   (Ctrl-C ends)"
    )
    before = signal.signal(signal.SIGTERM, _interrupt)
    try:
        server.run(sockets=[listener])
    except KeyboardInterrupt:
        pass
    finally:
        signal.signal(signal.SIGTERM, before)
        listener.close()


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, announcement: str) -> None:
        super().__init__(config)
        self.announcement = announcement

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        gc.collect()
        gc.freeze()  # what is loaded stays: the collector need not walk it again and again under load
        await super().startup(sockets)
        if self.started:
            print(self.announcement, flush=True)  # noqa: T201


def _configuration(application: Any, max_head_bytes: int) -> uvicorn.Config:
    return uvicorn.Config(
        application,
        loop="auto",
        http=partial(Protocol, max_head_bytes=max_head_bytes),  # type: ignore[arg-type]
        ws="none",
        lifespan="on",
        access_log=False,
        log_level="warning",
        server_header=False,
        proxy_headers=False,
        backlog=BACKLOG,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=10,
    )


def _listen(host: str, port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise ServingError(
            f"address {host}:{port}", expected="one that is free", got=error.strerror or str(error), hint="--port 0"
        ) from None
    return listener


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt
