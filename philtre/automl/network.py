"""The network candidate: a small multilayer perceptron that needs no tuning on most tables."""

import math

import optax

from philtre import nn, train
from philtre.fields import Array
from philtre.program import Program

WIDTHS = (64, 32)
DROPOUT = 0.2
LEARNING_RATE = 3e-3
WEIGHT_DECAY = 1e-2
STEPS = 4000
EPOCHS = (10, 60)


def fit_network(x: Array, y: Array, *, classes: int | None, seed: int, progress: bool = False) -> Program:
    """Train a perceptron on features; a cosine schedule over a fixed number of steps takes the place of stopping early.

    Args:
        x: float32[n, d], features.
        y: int32[n], class indices; or float32[n], standardised values.
        classes: number of classes, None for regression.
        seed: same seed and data, same bits.
        progress: show a progress bar.

    Returns:
        The program from features to "scores": logits float32[n, k], or float32[n, 1].
    """
    rows = len(x)
    batch_size = min(rows, 64 if rows < 5_000 else 256)
    steps = math.ceil(rows / batch_size)
    epochs = max(EPOCHS[0], min(EPOCHS[1], STEPS // steps))
    model = nn.input("features", shape=(None, x.shape[1]))
    for width in WIDTHS:
        model = model | nn.dense(width, activation=nn.silu) | nn.dropout(DROPOUT)
    model = model | nn.dense(classes or 1)
    loss = train.losses.sparse_categorical_cross_entropy(from_logits=True) if classes else "mean_squared_error"
    schedule = optax.cosine_decay_schedule(LEARNING_RATE, epochs * steps)
    loop = train.Loop.trainer(model, loss=loss, optimizer=optax.adamw(schedule, weight_decay=WEIGHT_DECAY), seed=seed)
    targets = y if classes else y[:, None]
    batches = train.batches(x, targets, batch_size=batch_size, seed=seed)
    return loop.run(batches, epochs=epochs, progress=progress).program
