"""An operation is a jnp body with a name: everywhere the body's meaning, where a target knows the name its kernel."""

from philtre.ops.counts import counts as counts
from philtre.ops.dropout import dropout as dropout
from philtre.ops.gelu import gelu as gelu
from philtre.ops.layer_norm import layer_norm as layer_norm
from philtre.ops.primitive import operation as operation
from philtre.ops.softmax import softmax as softmax
