"""Training is a fold over batches: an immutable description of the loop, one compiled step, handlers at events."""

from philtre.train import losses, metrics
from philtre.train.batches import Batches, batches
from philtre.train.early import EarlyStop
from philtre.train.loop import Loop
from philtre.train.state import Action, Event, State
from philtre.train.trained import Trained

__all__ = [
    "Action",
    "Batches",
    "EarlyStop",
    "Event",
    "Loop",
    "State",
    "Trained",
    "batches",
    "losses",
    "metrics",
]
