"""A real server on the loopback address, over a small model with the fields of the Titanic."""

import socket
import threading
import time

import httpx
import numpy as np
import pytest
import uvicorn

import philtre as ph
from philtre.executable import Executable
from philtre.web.protocol import Protocol


class Survival(Executable):
    """Women survive; a passenger of class 9 breaks the model."""

    signature = ph.Signature(
        {
            "Age": ph.Number(missing=True),
            "Pclass": ph.Number(integer=True),
            "Sex": ph.Category(("female", "male")),
            "Alone": ph.Boolean(missing=True),
        },
        {"label": ph.Category(("0", "1")), "probabilities": ph.Tensor((None, 2), names=("0", "1"))},
    )

    def run(self, arrays):
        if (arrays["Pclass"] == 9).any():
            raise RuntimeError("secret detail")
        yes = (arrays["Sex"] == "female").astype(np.float32) * 0.5 + 0.25
        label = np.where(yes > 0.5, "1", "0").astype(object)
        return {"label": label, "probabilities": np.stack([1 - yes, yes], axis=1)}


ROW = {"Age": 22, "Pclass": 3, "Sex": "male", "Alone": None}


@pytest.fixture(scope="session")
def address():
    application = ph.web.app({"titanic": Survival(), "<b>": Survival()}, max_body_bytes=100_000)
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        config = uvicorn.Config(application, log_level="critical", lifespan="on", http=Protocol)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        while not server.started:
            time.sleep(0.01)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        thread.join(timeout=10)


@pytest.fixture(scope="session")
def client(address):
    with httpx.Client(base_url=address) as client:
        yield client


@pytest.fixture
def row():
    return dict(ROW)


@pytest.fixture
def survival():
    return Survival
