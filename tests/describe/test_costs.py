"""Costs, against counts by hand; they add where programs join."""

import jax
import jax.numpy as jnp
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from philtre.describe.costs import Cost
from philtre.fields import Tensor
from philtre.program import Program, program


def test_a_network_by_hand(mlp):
    table = mlp.table(batch=32)
    rows = {row.operation: row.cost for row in table.rows if row.output == "float32[32, 512]"}
    assert rows["dot_general"] == Cost(
        flops=2 * 32 * 784 * 512, read=4 * (32 * 784 + 784 * 512), written=4 * 32 * 512, parameters=784 * 512
    )
    assert rows["add"] == Cost(flops=32 * 512, read=4 * (32 * 512 + 512), written=4 * 32 * 512)
    assert rows["max"].flops == 32 * 512
    softmax = table.rows[-1].cost
    assert softmax == Cost(flops=4 * 32 * 10, transcendentals=32 * 10, read=4 * 320, written=4 * 320)
    assert table.total.parameters == 784 * 512 + 512 + 512 * 10 + 10
    assert table.total.flops == 2 * 32 * (784 * 512 + 512 * 10) + 2 * 32 * 512 + 32 * 10 + 4 * 320
    assert not table.total.unknown


def test_loops_multiply_branches_take_the_largest_and_unknown_loops_count_once(loops):
    table = loops.table(batch=2)
    scan, loop, branch = (next(r for r in table.rows if r.operation.startswith(n)) for n in ("scan", "while", "cond"))
    assert scan.operation == "scan x 5"
    assert (scan.cost.flops, scan.cost.transcendentals) == (5 * 16, 5 * 8)
    assert loop.operation == "while x ?"
    assert (loop.cost.flops, loop.cost.unknown) == (16 + 1 + 16, True)
    assert (branch.cost.flops, branch.cost.transcendentals) == (16, 16)
    assert table.total.unknown


def test_slices_and_updates_move_what_they_take_and_reshapes_nothing():
    @program(inputs={"x": Tensor((100, 8)), "i": Tensor((3,), "int32")})
    def move(x, i):
        rows = jax.lax.slice(x, (0, 0), (2, 8))
        changed = jax.lax.dynamic_update_slice(x, rows, (5, 0))
        return changed.reshape(8, 100), x.at[i].get(mode="promise_in_bounds")

    costs = {row.operation: row.cost for row in move.table().rows}
    assert (costs["slice"].read, costs["slice"].written) == (64, 64)
    assert costs["dynamic_update_slice"].written == 64
    assert costs["reshape"].bytes == 0
    assert costs["gather"].read == costs["gather"].written + 12


STAGES = {
    "tanh": jnp.tanh,
    "double": lambda x: 2 * x,
    "mix": lambda x: x @ np.ones((6, 6), np.float32),
    "softmax": jax.nn.softmax,
    "scan": lambda x: jax.lax.scan(lambda carry, _: (carry + 1, None), x, None, length=3)[0],
}
CHAINS = st.lists(st.sampled_from(sorted(STAGES)), min_size=1, max_size=3)


def chain(names):
    def run(x):
        for name in names:
            x = STAGES[name](x)
        return x

    return Program(run, inputs={"x": Tensor((None, 6))})


@given(CHAINS, CHAINS, st.integers(1, 5))
def test_costs_add_where_programs_join(first, second, batch):
    a, b = chain(first), chain(second)
    joint = (a | b).table(batch=batch)
    assert joint.total == a.table(batch=batch).total + b.table(batch=batch).total
