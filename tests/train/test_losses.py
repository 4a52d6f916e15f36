"""Each loss equals an independent formula, from probabilities and from logits, and refuses what does not fit."""

import jax.numpy as jnp
import numpy as np
import pytest
from sklearn.metrics import log_loss, mean_absolute_error, mean_squared_error

from philtre.errors import TrainingError
from philtre.train import losses

SCORES = np.float32([[2, -1, 0.5], [0, 1, -2]])
PROBABILITIES = np.exp(SCORES) / np.exp(SCORES).sum(axis=1, keepdims=True)
CLASSES = np.array([0, 2])
ONE_HOT = np.eye(3, dtype=np.float32)[CLASSES]


def test_cross_entropy_of_classes():
    expected = log_loss(CLASSES, PROBABILITIES, labels=[0, 1, 2])
    sparse, dense = losses.sparse_categorical_cross_entropy, losses.categorical_cross_entropy
    for loss, targets in ((sparse, CLASSES), (dense, ONE_HOT)):
        assert loss()(jnp.asarray(PROBABILITIES), jnp.asarray(targets)).mean() == pytest.approx(expected, rel=1e-5)
        from_logits = loss(from_logits=True)(jnp.asarray(SCORES), jnp.asarray(targets))
        assert from_logits.mean() == pytest.approx(expected, rel=1e-5)


def test_cross_entropy_of_two_classes():
    scores, truth = jnp.float32([[3.0], [-1.0], [0.0]]), np.array([[1], [0], [1]])
    p = 1 / (1 + np.exp(-np.asarray(scores)))
    expected = log_loss(truth[:, 0], p[:, 0])
    assert losses.binary_cross_entropy()(jnp.asarray(p), truth).mean() == pytest.approx(expected, rel=1e-5)
    assert losses.binary_cross_entropy(from_logits=True)(scores, truth).mean() == pytest.approx(expected, rel=1e-5)


def test_errors_of_numbers():
    p, t = jnp.float32([[1.0], [2.5]]), np.float32([[0.0], [3.0]])
    assert losses.mean_squared_error()(p, t).mean() == pytest.approx(mean_squared_error(t, p))
    assert losses.mean_absolute_error()(p, t).mean() == pytest.approx(mean_absolute_error(t, p))


def test_every_loss_is_one_number_per_example_and_finite_at_the_edge():
    for name, make in losses.NAMED.items():
        targets = CLASSES if name.startswith("sparse") else ONE_HOT
        values = make()(jnp.asarray(ONE_HOT), jnp.asarray(targets))
        assert values.shape == (2,)
        assert np.isfinite(values).all()


@pytest.mark.parametrize(
    ("name", "targets", "said"),
    [
        ("sparse_categorical_cross_entropy", ONE_HOT, "one-hot"),
        ("sparse_categorical_cross_entropy", CLASSES.astype(float), "float64"),
        ("sparse_categorical_cross_entropy", CLASSES[:1], r"int\[2\]"),
        ("categorical_cross_entropy", CLASSES, "as the predictions"),
        ("binary_cross_entropy", CLASSES, "as the predictions"),
    ],
)
def test_targets_that_do_not_fit_are_refused(name, targets, said):
    with pytest.raises(TrainingError, match=said):
        losses.named(name)(jnp.asarray(PROBABILITIES), targets)


def test_any_function_is_a_loss():
    def distance(predictions, targets):
        return jnp.abs(predictions - targets)[:, 0]

    assert losses.named(distance)(jnp.ones((2, 1)), jnp.zeros((2, 1))).tolist() == [1.0, 1.0]
