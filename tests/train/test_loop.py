"""The loop learns, is reproducible, costs no meaning over a hand-written one, and refuses what cannot be learned."""

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

from philtre import nn, train
from philtre.errors import TrainingError

CORNERS = np.float32([[0, 0], [0, 1], [1, 0], [1, 1]])
XOR = np.float32([[0], [1], [1], [0]])


def xor_loop(seed=0):
    model = nn.input("x", shape=(None, 2)) | nn.dense(8, activation=nn.tanh) | nn.dense(1, activation=nn.sigmoid)
    return train.Loop.trainer(model, loss="binary_cross_entropy", optimizer=optax.adam(0.05), seed=seed)


def test_xor_is_learned():
    trained = xor_loop().metric("accuracy").run(train.batches(CORNERS, XOR, batch_size=4), epochs=400)
    np.testing.assert_allclose(trained.program(CORNERS), XOR, atol=0.05)
    assert trained.history[-1]["accuracy"] == 1.0
    assert trained.history[-1]["epoch"] == 400


def test_several_classes_from_logits():
    random = np.random.default_rng(0)
    centers = random.normal(size=(3, 2)) * 4
    y = random.integers(0, 3, 300)
    x = np.float32(centers[y] + random.normal(size=(300, 2)) * 0.3)
    model = nn.input("x", shape=(None, 2)) | nn.dense(3)
    loss = train.losses.sparse_categorical_cross_entropy(from_logits=True)
    loop = train.Loop.trainer(model, loss=loss, optimizer=optax.adam(0.1)).metric("accuracy")
    trained = loop.run(train.batches(x, y, batch_size=64), epochs=20)
    assert trained.history[-1]["accuracy"] > 0.97
    assert (trained.program(x).argmax(axis=1) == y).mean() > 0.97


def test_regression_explains_the_variance():
    random = np.random.default_rng(0)
    x = np.float32(random.normal(size=(256, 3)))
    y = np.float32(x @ [[1.0], [-2.0], [0.5]] + 3)
    model = nn.input("x", shape=(None, 3)) | nn.dense(1)
    loop = train.Loop.trainer(model, loss="mean_squared_error", optimizer=optax.adam(0.1)).metric("r2")
    trained = loop.validate((x, y)).run(train.batches(x, y, batch_size=32), epochs=40)
    assert trained.history[-1]["validation_r2"] > 0.99


def test_the_same_seed_gives_the_same_bits():
    data = train.batches(CORNERS, XOR, batch_size=2, seed=3)
    runs = [xor_loop(seed).run(data, epochs=3).parameters for seed in (0, 0, 1)]
    jax.tree.map(np.testing.assert_array_equal, runs[0], runs[1])
    assert not np.array_equal(runs[0]["dense_0"]["kernel"], runs[2]["dense_0"]["kernel"])


def test_it_is_the_hand_written_loop():
    loop, data = xor_loop(), train.batches(CORNERS, XOR, batch_size=4, shuffle=False)
    parameters = loop.model.init(jax.random.fold_in(jax.random.key(0), 0))
    trained = loop.run(data, epochs=5, parameters=parameters)
    optimizer = optax.adam(0.05)
    state = optimizer.init(parameters)

    def loss(p):
        q = loop.model.apply(p, CORNERS)
        return -(XOR * jnp.log(q) + (1 - XOR) * jnp.log(1 - q)).mean()

    for _ in range(5):
        updates, state = optimizer.update(jax.grad(loss)(parameters), state, parameters)
        parameters = optax.apply_updates(parameters, updates)
    jax.tree.map(lambda a, b: np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-5), trained.parameters, parameters)


def test_a_smaller_last_batch_counts_by_its_rows():
    x, y = np.ones((5, 2), np.float32), np.float32([[1], [1], [1], [1], [0]])
    model = nn.input("x", shape=(None, 2)) | nn.dense(1, activation=nn.sigmoid)
    loop = train.Loop.trainer(model, loss="mean_absolute_error", optimizer=optax.sgd(0.0)).metric("mean_absolute_error")
    row = loop.run(train.batches(x, y, batch_size=2, shuffle=False), epochs=1).history[0]
    p = float(loop.run(train.batches(x, y, batch_size=5), epochs=1).program(x)[0, 0])
    assert row["loss"] == pytest.approx((4 * (1 - p) + p) / 5, rel=1e-5)
    assert row["mean_absolute_error"] == pytest.approx(row["loss"], rel=1e-5)


def test_the_step_is_compiled_once():
    traces = []

    def counted(x):
        traces.append(x.shape)
        return x

    model = nn.input("x", shape=(None, 2)) | counted | nn.dense(1)
    loop = train.Loop.trainer(model, loss="mean_squared_error", optimizer=optax.sgd(0.1))
    loop.run(train.batches(CORNERS, XOR, batch_size=3), epochs=1)
    once = len(traces)
    traces.clear()
    loop.run(train.batches(CORNERS, XOR, batch_size=3), epochs=4)
    assert {shape for shape in traces if shape[0] != 1} == {(3, 2)}
    assert len(traces) <= once + 3 * 1


def test_early_stop_gives_the_best_parameters_back():
    validation = (CORNERS, 1 - XOR)
    loop = xor_loop().validate(validation).early_stop("validation_loss", patience=3)
    trained = loop.run(train.batches(CORNERS, XOR, batch_size=4), epochs=200)
    losses = [row["validation_loss"] for row in trained.history]
    assert len(losses) < 200
    q = np.clip(trained.program(CORNERS), 1e-7, 1 - 1e-7)
    found = -((1 - XOR) * np.log(q) + XOR * np.log(1 - q)).mean()
    assert found == pytest.approx(min(losses), rel=1e-4)


def test_handlers_see_the_run_and_may_halt_it():
    seen = []

    def stop(state):
        seen.append((state.epoch, state.iteration))
        return train.Action.HALT if state.epoch == 1 else None

    loop = xor_loop().handle("epoch_completed", stop)
    trained = loop.run(train.batches(CORNERS, XOR, batch_size=2), epochs=10)
    assert seen == [(0, 2), (1, 2)]
    assert len(trained.history) == 2
    assert len(loop.run(train.batches(CORNERS, XOR), epochs=1).history) == 1


def test_a_loop_is_a_description_and_each_run_starts_afresh():
    loop = xor_loop().early_stop("loss", patience=1, mode="max")
    data = train.batches(CORNERS, XOR, batch_size=4)
    first, again = loop.run(data, epochs=5), loop.run(data, epochs=5)
    assert [row["loss"] for row in first.history] == [row["loss"] for row in again.history]
    assert len(xor_loop().run(data, epochs=5).history) == 5


def test_several_inputs_come_as_a_dict_of_one():
    loop = xor_loop()
    trained = loop.run([({"x": CORNERS}, XOR)] * 3, epochs=1)
    assert trained.history[0]["loss"] > 0


def test_progress_is_drawn_on_stderr(capfd):
    xor_loop().run(train.batches(CORNERS, XOR), epochs=2, progress=True)
    printed = capfd.readouterr()
    assert "2/2" in printed.err
    assert printed.out == ""


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ([], "at least one batch"),
        ([(CORNERS, XOR[:, 0])], r"targets\[:, None\]"),
        ([(CORNERS, XOR), (CORNERS.astype(int), XOR)], "got int64"),
        ([(CORNERS[:2], XOR[:2]), (CORNERS, XOR)], "n <= 2"),
        ([(CORNERS, XOR[:3])], "as many targets as inputs"),
        ([CORNERS], "pairs of inputs and targets"),
        (3, "a int"),
        ([(CORNERS * np.nan, XOR)], "epoch 1, batch 1 expects a finite loss"),
    ],
)
def test_data_that_cannot_be_learned_is_refused(data, said):
    with pytest.raises(TrainingError, match=said):
        xor_loop().run(data, epochs=1)


def test_the_first_broken_batch_is_named():
    data = [(CORNERS, XOR), (CORNERS, XOR), (CORNERS * np.nan, XOR), (CORNERS, XOR)]
    with pytest.raises(TrainingError, match="epoch 1, batch 3"):
        xor_loop().run(data, epochs=1)


def test_names_that_are_none_are_refused():
    model = nn.input("x", shape=(None, 2)) | nn.dense(1)
    with pytest.raises(TrainingError, match="one of"):
        train.Loop.trainer(model, loss="nonsense", optimizer=optax.sgd(1.0))
    with pytest.raises(TrainingError, match="one of"):
        xor_loop().metric("nonsense")
    with pytest.raises(TrainingError, match="'accuracy' twice"):
        xor_loop().metric("accuracy").metric("accuracy")
    with pytest.raises(TrainingError, match="validation_loss"):
        xor_loop().early_stop("validation_loss").run([(CORNERS, XOR)], epochs=1)
    with pytest.raises(TrainingError, match="patience"):
        xor_loop().early_stop("loss", patience=0)
