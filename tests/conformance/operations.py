"""The operations of philtre.ops, each with its options, alone and as users combine them."""

import jax
import jax.numpy as jnp
import numpy as np

from philtre import ops
from tests.conformance.case import FEW, FLOATS, SINGLE, WIDE, Case, cases, edge, fixed, moderate, moderates

ROWS = moderate(3, 4, 5)
AFFINE = moderates((3, 4), (4,), (4,))

CASES = [
    Case("operations.softmax", ops.softmax, ROWS),
    Case("operations.softmax_axis", lambda x: ops.softmax(x, axis=1), ROWS),
    Case("operations.softmax_first_axis", lambda x: ops.softmax(x, axis=0), ROWS),
    Case(
        "operations.softmax_edges",
        lambda x: ops.softmax(x.reshape(-1, 5)),
        lambda dtype: (np.pad(edge(dtype)[0], (0, 3)),),
    ),
    Case("operations.softmax_masked", lambda x: ops.softmax(jnp.where(x > 0, x, -jnp.inf)), ROWS),
    Case("operations.softmax_mapped", lambda x: jax.vmap(ops.softmax, in_axes=1)(x), ROWS, WIDE),
    Case("operations.softmax_gradient", jax.grad(lambda x: (ops.softmax(x) ** 2).sum()), ROWS, WIDE),
    Case("operations.gelu", ops.gelu, edge, FLOATS),
    Case("operations.gelu_tanh", lambda x: ops.gelu(x, approximate=True), edge, FLOATS),
    Case("operations.gelu_gradient", jax.grad(lambda x: ops.gelu(x).sum()), ROWS, WIDE),
    Case("operations.layer_norm", ops.layer_norm, AFFINE),
    Case("operations.layer_norm_constant", lambda x, s, b: ops.layer_norm(jnp.ones_like(x), s, b), AFFINE, WIDE),
    Case("operations.layer_norm_epsilon", lambda x, s, b: ops.layer_norm(x, s, b, epsilon=0.5), AFFINE),
    Case("operations.layer_norm_mapped", lambda x, s, b: jax.vmap(lambda r: ops.layer_norm(r, s, b))(x), AFFINE, WIDE),
    Case(
        "operations.layer_norm_gradient",
        lambda x, s, b: jax.grad(lambda *a: (ops.layer_norm(*a) ** 2).sum(), (0, 1, 2))(x, s, b),
        AFFINE,
        WIDE,
    ),
    Case("operations.dropout_inference", lambda x: ops.dropout(x, rate=0.5), ROWS, exact=True),
    Case(
        "operations.dropout_training",
        lambda x, k: ops.dropout(x, jax.random.wrap_key_data(k), rate=0.5),
        lambda d: (ROWS(d)[0], np.uint32([1, 2])),
        WIDE,
    ),
    Case(
        "operations.counts",
        lambda x, k: x[0, 0] * ops.counts(k, k=4),
        fixed(np.ones((1, 1)), np.int32([[0, 3, 3, -1], [4, 1, 2, 100]])),
        FEW,
    ),
    Case("operations.jax_softmax", jax.nn.softmax, ROWS, WIDE),
    *cases(
        "activation",
        {
            name: getattr(jax.nn, name)
            for name in [
                "relu",
                "relu6",
                "elu",
                "selu",
                "celu",
                "silu",
                "gelu",
                "sigmoid",
                "softplus",
                "log_sigmoid",
                "leaky_relu",
                "hard_tanh",
                "hard_sigmoid",
                "hard_swish",
                "mish",
                "soft_sign",
                "squareplus",
                "log_softmax",
                "logsumexp",
                "standardize",
                "glu",
                "tanh",
                "sparse_plus",
            ]
        },
        moderate(3, 4),
        dtypes=FLOATS,
    ),
    Case(
        "activation.attention",
        jax.nn.dot_product_attention,
        moderates((2, 3, 2, 4), (2, 5, 2, 4), (2, 5, 2, 4)),
        SINGLE,
    ),
]
