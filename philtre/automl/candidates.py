"""The candidates for a table, in order of cheapness."""

from philtre.automl.candidate import Candidate
from philtre.automl.linear import Linear

CANDIDATES: dict[str, Candidate] = {candidate.name: candidate for candidate in (Linear(),)}
