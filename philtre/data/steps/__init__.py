"""A step is a pair: `fit`, whose statistics are expressions over the frame, and a body in jnp."""

from philtre.data.steps.age import age
from philtre.data.steps.bins import bins
from philtre.data.steps.boolean import boolean
from philtre.data.steps.calendar import calendar
from philtre.data.steps.clip import clip
from philtre.data.steps.cross import cross
from philtre.data.steps.cyclical import cyclical
from philtre.data.steps.derive import derive
from philtre.data.steps.derived import Derive
from philtre.data.steps.drop import Drop, drop
from philtre.data.steps.frequency import frequency
from philtre.data.steps.hashed import hashed
from philtre.data.steps.impute import impute
from philtre.data.steps.interact import interact
from philtre.data.steps.log1p import log1p
from philtre.data.steps.one_hot import one_hot
from philtre.data.steps.ordinal import ordinal
from philtre.data.steps.quantile import quantile
from philtre.data.steps.scale import scale
from philtre.data.steps.statistic import Quantiles
from philtre.data.steps.step import Emitted, Fitted, Masked, Step
from philtre.data.steps.target_encode import target_encode
from philtre.data.steps.tf_idf import tf_idf
from philtre.data.steps.vocabulary import Vocabulary
from philtre.data.steps.yeo_johnson import yeo_johnson

__all__ = [
    "Derive",
    "Drop",
    "Emitted",
    "Fitted",
    "Masked",
    "Quantiles",
    "Step",
    "Vocabulary",
    "age",
    "bins",
    "boolean",
    "calendar",
    "clip",
    "cross",
    "cyclical",
    "derive",
    "drop",
    "frequency",
    "hashed",
    "impute",
    "interact",
    "log1p",
    "one_hot",
    "ordinal",
    "quantile",
    "scale",
    "target_encode",
    "tf_idf",
    "yeo_johnson",
]
