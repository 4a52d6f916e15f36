"""Random numbers are those of jax.random, bit for bit."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax

from philtre.errors import UnsupportedError
from philtre.targets.numpy import interpret, supports
from philtre.trace import Spec, trace

SEEDS = np.array([0, 1, -1, 2**31 - 1, 123456789])


@pytest.mark.parametrize("width", [8, 16, 32, 64])
def test_bits(agree, width):
    def bits(seed):
        return jax.random.bits(jax.random.key(seed), (3, 2), f"uint{width}")

    for seed in SEEDS:
        agree(bits, np.int32(seed), x64=True)


@pytest.mark.parametrize("dtype", ["int8", "uint8", "int32", "uint32", "int64", "uint64"])
def test_seeds(agree, dtype):
    agree(jax.vmap(lambda seed: jax.random.key_data(jax.random.key(seed))), SEEDS.astype(dtype))
    agree(jax.vmap(jax.random.PRNGKey), SEEDS.astype(dtype))


def test_keys_are_split_folded_and_passed_around(agree):
    def keys(seed):
        many = jax.random.split(jax.random.clone(jax.random.key(seed)), (3, 2))
        own = jax.vmap(jax.random.fold_in)(many[:, 1], jnp.arange(3))
        chosen = jnp.where(jnp.arange(3) > 1, own, many[::-1, 0])
        last, _ = lax.scan(lambda key, _: (jax.random.split(key)[1], None), chosen[0], None, length=3)
        joined = jnp.concatenate([chosen, many.reshape(-1)[jnp.array([0, 5])], last[None]])
        return jax.random.key_data(joined)

    agree({"keys": keys, "raw": lambda seed: jax.random.split(jax.random.PRNGKey(seed), 4)}, np.int32(7))


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float32", "float64"])
def test_uniform_numbers_are_equal_to_the_last_bit(agree, dtype):
    def uniform(seed):
        numbers = jax.random.uniform(jax.random.key(seed), (50,), dtype)
        return lax.bitcast_convert_type(numbers, f"uint{8 * numbers.dtype.itemsize}")

    agree(uniform, np.int32(3), x64=True)


def test_choices_are_equal(agree):
    def key(seed):
        return jax.random.key(seed)

    functions = {
        "integers": lambda seed: jax.random.randint(key(seed), (20,), -5, 100),
        "order": lambda seed: jax.random.permutation(key(seed), 20),
        "coin": lambda seed: jax.random.bernoulli(key(seed), 0.3, (20,)),
        "class": lambda seed: jax.random.categorical(key(seed), jnp.array([0.1, 0.5, -1]), shape=(20,)),
        "choice": lambda seed: jax.random.choice(key(seed), 30, (5,), replace=False),
    }
    agree(functions, np.int32(11))


def test_distributions_agree(agree):
    def key(seed):
        return jax.random.key(seed)

    functions = {
        "range": lambda seed: jax.random.uniform(key(seed), (50,), minval=-1, maxval=2),
        "normal": lambda seed: jax.random.normal(key(seed), (50,)),
        "truncated": lambda seed: jax.random.truncated_normal(key(seed), -1.0, 2.0, (50,)),
        "exponential": lambda seed: jax.random.exponential(key(seed), (50,)),
        "gamma": lambda seed: jax.random.gamma(key(seed), jnp.array([0.3, 1.0, 4.5]), (10, 3)),
        "log_gamma": lambda seed: jax.random.loggamma(key(seed), 0.01, (10,)),
        "beta": lambda seed: jax.random.beta(key(seed), 2.0, 3.0, (10,)),
        "poisson": lambda seed: jax.random.poisson(key(seed), 5.0, (10,)),
        "dirichlet": lambda seed: jax.random.dirichlet(key(seed), jnp.ones(3), (4,)),
    }
    agree(functions, np.int32(5), tolerance=1e-4)


def test_a_key_that_was_closed_over_is_a_constant(agree):
    key = jax.random.key(0)
    agree(lambda x: x + jax.random.normal(key, (3,)), np.float32([1, 2, 3]))


def test_other_generators_are_refused_by_name():
    spec = {"seed": Spec((), np.dtype("int32"))}
    traced = trace(lambda seed: {"y": jax.random.bits(jax.random.key(seed, impl="rbg"))}, spec, x64=False)
    with pytest.raises(UnsupportedError, match=r"random_seed.*threefry2x32"):
        interpret(traced.jaxpr, [np.int32(0)], x64=False)
    assert supports(traced) == ["random_seed", "random_bits"]
