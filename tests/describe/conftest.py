"""Programs of known size."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from philtre import ops
from philtre.fields import Tensor
from philtre.program import Program, program


def layer(inputs: int, outputs: int) -> dict[str, np.ndarray]:
    kernel = np.linspace(-1, 1, inputs * outputs, dtype=np.float32).reshape(inputs, outputs)
    return {"kernel": kernel, "bias": np.zeros(outputs, np.float32)}


@pytest.fixture(scope="session")
def mlp() -> Program:
    @program(parameters={"hidden": layer(784, 512), "last": layer(512, 10)}, inputs={"pixels": Tensor((None, 784))})
    def classify(weights, pixels):
        hidden = jax.nn.relu(pixels @ weights["hidden"]["kernel"] + weights["hidden"]["bias"])
        return ops.softmax(hidden @ weights["last"]["kernel"] + weights["last"]["bias"])

    return classify


@pytest.fixture(scope="session")
def loops() -> Program:
    @program(inputs={"x": Tensor((None, 8))})
    def run(x):
        steps, _ = jax.lax.scan(lambda carry, row: (carry + jnp.sin(row), None), x, jnp.ones((5, 8)))
        doubled = jax.lax.while_loop(lambda now: now.sum() < 3, lambda now: now * 2, steps)
        return jax.lax.cond(doubled.sum() > 0, lambda now: now + 1, lambda now: jnp.exp(now) * 2, doubled)

    return run
