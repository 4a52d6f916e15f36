"""The candidates for a table, in order of cheapness."""

from philtre.automl.candidate import Candidate
from philtre.automl.linear import Linear
from philtre.automl.network import Network

CANDIDATES: dict[str, Candidate] = {
    candidate.name: candidate for candidate in (Linear(), Network(), Network("ensemble", members=8, steps=1_400))
}
