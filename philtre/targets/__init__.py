"""A target runs a trace: each is a table from the names of primitives and operations to small rules."""
