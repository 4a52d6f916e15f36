"""jax.random with keys as inputs: bits, uniform and all that follows from them exactly equal."""

import jax
import jax.numpy as jnp
import numpy as np

from tests.conformance.case import Case, cases


def keyed(function):
    return lambda data: function(jax.random.wrap_key_data(data))


def key_data(_):
    return (np.uint32([0xDEADBEEF, 42]),)


EXACT = {
    "bits": lambda key: jax.random.bits(key, (3, 5)),
    "bits_odd": lambda key: jax.random.bits(key, (7,)),
    "bits_8": lambda key: jax.random.bits(key, (9,), "uint8"),
    "bits_16": lambda key: jax.random.bits(key, (9,), "uint16"),
    "uniform": lambda key: jax.random.uniform(key, (3, 5)),
    "uniform_range": lambda key: jax.random.uniform(key, (8,), minval=-2.0, maxval=6.0),
    "uniform_half": lambda key: jax.random.uniform(key, (8,), "float16"),
    "randint": lambda key: jax.random.randint(key, (20,), -5, 17),
    "randint_8": lambda key: jax.random.randint(key, (20,), 0, 200, "uint8"),
    "bernoulli": lambda key: jax.random.bernoulli(key, 0.3, (20,)),
    "split": lambda key: jax.random.key_data(jax.random.split(key, 3)),
    "fold_in": lambda key: jax.random.key_data(jax.random.fold_in(key, 7)),
    "split_and_use": lambda key: [jax.random.bits(each, (2,)) for each in jax.random.split(key)],
    "permutation": lambda key: jax.random.permutation(key, 10),
    "choice": lambda key: jax.random.choice(key, 10, (5,), replace=False),
    "rademacher": lambda key: jax.random.rademacher(key, (9,)),
    "mapped": lambda key: jax.vmap(lambda k: jax.random.uniform(k, (3,)))(jax.random.split(key, 4)),
    "empty": lambda key: jax.random.uniform(key, (0,)),
}
CLOSE = {
    "normal": lambda key: jax.random.normal(key, (3, 5)),
    "exponential": lambda key: jax.random.exponential(key, (9,)),
    "gumbel": lambda key: jax.random.gumbel(key, (9,)),
    "laplace": lambda key: jax.random.laplace(key, (9,)),
    "logistic": lambda key: jax.random.logistic(key, (9,)),
    "truncated_normal": lambda key: jax.random.truncated_normal(key, -1.0, 2.0, (9,)),
    "cauchy": lambda key: jax.random.cauchy(key, (9,)),
    "multivariate_normal": lambda key: (
        jax.random.normal(key, (2, 3)) @ jnp.array([[1.0, 0, 0], [0.5, 1, 0], [0, 0, 2]])
    ),
    "dropout": lambda key: jnp.where(jax.random.bernoulli(key, 0.5, (9,)), 2.0, 0.0),
}
DISCRETE = {
    "categorical": lambda key: jax.random.categorical(key, jnp.log(jnp.array([0.2, 0.3, 0.5])), shape=(9,)),
    "poisson": lambda key: jax.random.poisson(key, 3.0, (5,)),
    "gamma": lambda key: jax.random.gamma(key, 2.0, (4,)),
    "beta": lambda key: jax.random.beta(key, 2.0, 3.0, (4,)),
}

CASES = [
    *cases("random", {name: keyed(f) for name, f in EXACT.items()}, key_data, dtypes=("uint32",), exact=True),
    *cases("random", {name: keyed(f) for name, f in (CLOSE | DISCRETE).items()}, key_data, dtypes=("uint32",)),
    Case(
        "random.dtypes_64",
        keyed(lambda key: (jax.random.uniform(key, (5,)).astype("float32"),)),
        key_data,
        ("uint32",),
        exact=True,
    ),
    Case(
        "random.key_from_seed",
        lambda seed: jax.random.key_data(jax.random.key(seed)),
        lambda _: (np.asarray(7, np.int32),),
        ("int32",),
    ),
]
