"""An operation is a jnp body with a name: everywhere the body's meaning, where a target knows the name its kernel."""

from philtre.ops.attention import attention as attention
from philtre.ops.batch_norm import batch_norm as batch_norm
from philtre.ops.conv import conv as conv
from philtre.ops.conv import conv_transpose as conv_transpose
from philtre.ops.counts import counts as counts
from philtre.ops.dropout import dropout as dropout
from philtre.ops.embedding import embedding as embedding
from philtre.ops.gelu import gelu as gelu
from philtre.ops.group_norm import group_norm as group_norm
from philtre.ops.gru import gru as gru
from philtre.ops.layer_norm import layer_norm as layer_norm
from philtre.ops.logsumexp import logsumexp as logsumexp
from philtre.ops.lstm import lstm as lstm
from philtre.ops.pool import avg_pool as avg_pool
from philtre.ops.pool import max_pool as max_pool
from philtre.ops.primitive import operation as operation
from philtre.ops.rms_norm import rms_norm as rms_norm
from philtre.ops.silu import silu as silu
from philtre.ops.softmax import log_softmax as log_softmax
from philtre.ops.softmax import softmax as softmax
