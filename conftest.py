"""Fixtures for all tests, those of the examples included: the shipped plugin, and nothing else."""

pytest_plugins = ["rustok.testing.plugin"]
