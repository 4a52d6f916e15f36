"""Products of arrays, summed over shared axes."""

import math

import numpy as np

from philtre.fields import Array
from philtre.targets.numpy.precision import wide
from philtre.targets.numpy.table import dtype_of, rule, shape_of
from philtre.trace import Equation


@rule("dot_general")
def _dot_general(equation: Equation, x: Array, y: Array) -> Array:
    """Line both up as stacks of matrices, and multiply these, in the dtype of the result or a wider one."""
    (contracted_x, contracted_y), (batch_x, batch_y) = equation.params["dimension_numbers"]
    dtype = dtype_of(equation)
    exact = np.result_type(wide(dtype), *(wide(array.dtype) for array in (x, y)))
    free_x = [axis for axis in range(x.ndim) if axis not in (*batch_x, *contracted_x)]
    free_y = [axis for axis in range(y.ndim) if axis not in (*batch_y, *contracted_y)]
    batch = tuple(x.shape[axis] for axis in batch_x)
    inside = math.prod(x.shape[axis] for axis in contracted_x)
    rows = math.prod(x.shape[axis] for axis in free_x)
    columns = math.prod(y.shape[axis] for axis in free_y)
    left = x.transpose([*batch_x, *free_x, *contracted_x]).reshape(*batch, rows, inside)
    right = y.transpose([*batch_y, *contracted_y, *free_y]).reshape(*batch, inside, columns)
    product = np.asarray(np.matmul(left.astype(exact), right.astype(exact)))
    return product.reshape(shape_of(equation)).astype(dtype)
