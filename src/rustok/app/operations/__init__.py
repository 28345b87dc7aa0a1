"""The log of operations: what the platform did with itself, for operators."""
