"""Random numbers: the bits are JAX's on every entry; what is made from them with logarithms agrees to tolerance."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax, random

SEED = np.asarray(7, np.int32)


def exactly(built, function, *arrays, x64=False):
    """Assert equality to the last bit."""
    with jax.enable_x64(x64):
        want = np.asarray(jax.jit(function)(*arrays))
    got = built.run(*map(np.asarray, arrays))["y"]
    assert (got.dtype, got.shape) == (want.dtype, want.shape)
    np.testing.assert_array_equal(got.view(f"u{got.itemsize}"), want.view(f"u{want.itemsize}"))


@pytest.mark.parametrize("seed", [0, 1, -1, 2**31 - 1, -(2**31)])
def test_a_key_is_made_of_any_seed(convert, seed):
    def program(s):
        return random.key_data(random.key(s))

    seed = np.int32(seed)
    exactly(convert(program, seed), program, seed)
    exactly(convert(random.PRNGKey, seed), random.PRNGKey, seed)


def test_a_key_of_64_bits(convert):
    seed = np.int64(2**40 + 3)
    exactly(convert(random.PRNGKey, seed), random.PRNGKey, seed, x64=True)


@pytest.mark.parametrize("width", ["uint8", "uint16", "uint32"])
@pytest.mark.parametrize("shape", [(), (5,), (0, 3), (2, 3, 4)])
def test_bits_are_equal(convert, width, shape):
    def program(s):
        return random.bits(random.key(s), shape, width)

    exactly(convert(program, SEED), program, SEED)


def test_bits_of_64(convert):
    def program(s):
        return random.bits(random.key(s), (7,), "uint64")

    exactly(convert(program, SEED, x64=True), program, SEED, x64=True)


@pytest.mark.parametrize("dtype", ["float16", "float32"])
def test_uniform_numbers_are_equal(convert, dtype):
    for bounds in ((0, 1), (-3, 5)):

        def program(s, bounds=bounds):
            return random.uniform(random.key(s), (200,), dtype, *bounds)

        exactly(convert(program, SEED), program, SEED)


def test_uniform_numbers_of_64_bits_are_equal(convert):
    def program(s):
        return random.uniform(random.key(s), (200,), "float64")

    exactly(convert(program, SEED, x64=True), program, SEED, x64=True)


def test_uniform_bfloat16_is_equal(convert):
    def program(s):
        return random.uniform(random.key(s), (200,), "bfloat16").astype("float32")

    exactly(convert(program, SEED), program, SEED)


def test_keys_split_fold_and_move(convert):
    def program(s):
        keys = random.split(random.fold_in(random.key(s), 3), (2, 3))
        keys = jnp.concatenate([keys.T, keys.reshape(3, 2)[::-1]])[1:, 0]
        keys = jnp.where(jnp.arange(5) > 2, keys, keys[jnp.array([4, 3, 2, 1, 0])])
        return jax.vmap(lambda key, n: random.bits(random.fold_in(key, n), (2,)))(keys, jnp.arange(5))

    exactly(convert(program, SEED), program, SEED)


def test_keys_in_loops_and_branches(convert):
    def program(s):
        def step(key, _):
            key, own = random.split(key)
            return key, random.bits(own, (3,))

        key, rows = lax.scan(step, random.key(s), None, 3)
        _, more = lax.scan(lambda c, own: (c, random.bits(own)), 0, random.split(key, 4))
        late = lax.cond(s > 0, lambda: random.fold_in(key, 1), lambda: key)
        looped = lax.fori_loop(0, 2, lambda i, k: random.fold_in(k, i), late)
        return jnp.concatenate([rows.ravel(), more, random.key_data(looped)])

    exactly(convert(program, SEED), program, SEED)


def test_keys_that_the_function_closed_over_are_constants(convert):
    keys = random.split(random.key(3), 2)

    def program(s):
        return random.uniform(keys[0], (3,)) + random.uniform(random.fold_in(keys[1], s), (3,))

    exactly(convert(program, SEED), program, SEED)
    assert convert(lambda x: x + random.uniform(keys[0], (4,)), np.ones((3, 4), np.float32)).operators == ["Add"]


def test_as_many_as_the_batch(agree):
    agree(lambda x: x + random.uniform(random.key(0), x.shape), np.ones((3, 4), np.float32))


def test_whole_numbers_and_orders_are_equal(convert):
    key = random.key
    programs = {
        "randint": lambda s: random.randint(key(s), (50,), -3, 10),
        "permutation": lambda s: random.permutation(key(s), 20),
        "shuffled": lambda s: random.permutation(key(s), jnp.arange(12).reshape(4, 3), axis=0, independent=True),
        "choice": lambda s: random.choice(key(s), 10, (4,), replace=False),
        "replaced": lambda s: random.choice(key(s), jnp.arange(10, 20), (5,)),
        "bernoulli": lambda s: random.bernoulli(key(s), 0.3, (50,)),
        "rademacher": lambda s: random.rademacher(key(s), (20,)),
    }
    for program in programs.values():
        built = convert(program, SEED)
        np.testing.assert_array_equal(built.run(SEED)["y"], jax.jit(program)(SEED))


def test_numbers_of_other_distributions_agree(agree):
    key = random.key
    agree(
        {
            "normal": lambda s: random.normal(key(s), (50,)),
            "truncated": lambda s: random.truncated_normal(key(s), -1, 2, (50,)),
            "exponential": lambda s: random.exponential(key(s), (50,)),
            "gumbel": lambda s: random.gumbel(key(s), (50,)),
            "logistic": lambda s: random.logistic(key(s), (50,)),
            "laplace": lambda s: random.laplace(key(s), (50,)),
            "cauchy": lambda s: random.cauchy(key(s), (50,)),
            "categorical": lambda s: random.categorical(key(s), jnp.log(jnp.arange(1.0, 6.0)), shape=(20,)),
        },
        SEED,
    )
