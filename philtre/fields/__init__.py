"""A field is a typed value at the boundary: strings, dates and missing values live here, arrays inside.

A value takes three forms. The *Python value* is what people and JSON write. The *wire array* is what the saved graph
takes: one code per kind for a missing value, so that any ONNX runtime in any language can feed it. The *core array*
is what the traced numeric function sees: numbers only. `encode` and `decode` join the first two, `to_core` and
`from_core` the last two.
"""

from philtre.fields.boolean import Boolean
from philtre.fields.category import Category
from philtre.fields.field import Array, Field, by_wire, sizes
from philtre.fields.hashed import Hashed
from philtre.fields.number import Number
from philtre.fields.spelling import PLAIN, Spelling
from philtre.fields.tensor import Tensor
from philtre.fields.text import MISSING_TEXT, Text
from philtre.fields.timestamp import MISSING_TIME, Timestamp

AnyField = Number | Boolean | Category | Hashed | Text | Timestamp | Tensor

__all__ = [
    "MISSING_TEXT",
    "MISSING_TIME",
    "PLAIN",
    "AnyField",
    "Array",
    "Boolean",
    "Category",
    "Field",
    "Hashed",
    "Number",
    "Spelling",
    "Tensor",
    "Text",
    "Timestamp",
    "by_wire",
    "sizes",
]
