"""The onnx target turns a trace into one plain ONNX file: a table of small rules, JAX's meaning at the edges."""

from philtre.targets.onnx.build import build as build
from philtre.targets.onnx.build import supports as supports
