"""Random numbers are JAX's, bit for bit; what passes through logarithms agrees to tolerance."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from philtre.errors import UnsupportedError

KEY = np.uint32([1, 2])


def keyed(function):
    return lambda words: function(jax.random.wrap_key_data(words))


def test_bits_are_equal(agree):
    functions = {
        f"bits_{width}": lambda k, w=width: jax.random.bits(k, (3, 5), f"uint{w}") for width in (8, 16, 32, 64)
    }
    functions |= {
        "split": lambda k: jax.random.key_data(jax.random.split(k, 3)),
        "folded": lambda k: jax.random.key_data(jax.random.fold_in(k, 7)),
        "made": lambda k: jax.random.key_data(jax.random.key(2**33 + 5)),
        "negative": lambda k: jax.random.key_data(jax.random.key(-5)),
        "old": lambda k: jax.random.PRNGKey(5),
        "integers": lambda k: jax.random.randint(k, (9,), -3, 11),
        "shuffled": lambda k: jax.random.permutation(k, 7),
        "chosen": lambda k: jax.random.choice(k, 9, (3,), replace=False),
        "coins": lambda k: jax.random.bernoulli(k, 0.3, (9,)),
        "second": lambda k: jax.random.bits(jax.random.split(k)[1], (2,)),
        "each": lambda k: jax.vmap(lambda k: jax.random.bits(k, (2,)))(jax.random.split(k, 3)),
        "folds": lambda k: jax.vmap(lambda i: jax.random.bits(jax.random.fold_in(k, i)))(jnp.arange(3)),
    }
    agree({name: keyed(f) for name, f in functions.items()}, KEY, free=False, x64=True)
    functions.pop("bits_64")
    functions.pop("made")
    agree({name: keyed(f) for name, f in functions.items()}, KEY, free=False)


def test_uniform_numbers_are_equal(agree):
    draw = {"plain": jax.random.uniform, "range": lambda k, s: jax.random.uniform(k, s, minval=-2.0, maxval=3.0)}
    built = agree({name: keyed(lambda k, f=f: f(k, (50,))) for name, f in draw.items()}, KEY, free=False)
    want = jax.random.uniform(jax.random.wrap_key_data(KEY), (50,))
    assert (built.run(KEY)["plain"] == np.asarray(want)).all()


def test_distributions_agree(agree):
    names = ["normal", "exponential", "gumbel", "laplace", "logistic", "cauchy", "maxwell"]
    functions = {name: getattr(jax.random, name) for name in names}
    functions["truncated_normal"] = lambda k, shape: jax.random.truncated_normal(k, -1, 2, shape)
    functions["categorical"] = lambda k, shape: jax.random.categorical(k, jnp.zeros(5), shape=shape)
    functions["poisson"] = lambda k, shape: jax.random.poisson(k, 3.0, shape)
    agree({name: keyed(lambda k, f=f: f(k, (20,))) for name, f in functions.items()}, KEY, free=False, tolerance=2e-5)


def test_keys_are_closed_over_and_carried(agree):
    key = jax.random.key(3)

    def walk(x):
        def step(carry, _):
            key, value = carry
            key, own = jax.random.split(key)
            return (key, value + jax.random.uniform(own, value.shape)), None

        return jax.lax.scan(step, (key, x), None, length=3)[0][1]

    agree({"walk": walk, "noise": lambda x: x + jax.random.uniform(key, (4,))}, np.ones((3, 4), np.float32))


def test_other_generators_are_refused(convert):
    with pytest.raises(UnsupportedError, match="key<rbg>"):
        convert(lambda x: x + jax.random.uniform(jax.random.key(0, impl="rbg"), (4,)), np.ones((2, 4), np.float32))
