"""The candidates for a table, in order of cheapness."""

from collections.abc import Mapping

from philtre.automl.candidate import Candidate, Fit, Training
from philtre.automl.linear import Linear
from philtre.automl.network import fit_network


class Network:
    """The perceptron."""

    name = "network"

    def fit(self, training: Training, hints: Mapping[str, float] | None = None) -> Fit:
        del hints
        return Fit(fit_network(training.x, training.y, classes=training.classes, seed=training.seed))


CANDIDATES: dict[str, Candidate] = {candidate.name: candidate for candidate in (Linear(), Network())}
