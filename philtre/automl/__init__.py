"""A table becomes a fitted program: infer a recipe, judge it by cross-validation, fit it on all rows."""

from philtre.automl.table import FittedTable, cross_validate, fit, fit_table

__all__ = ["FittedTable", "cross_validate", "fit", "fit_table"]
