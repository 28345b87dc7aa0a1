"""Fixtures for all tests: the shipped plugin, and nothing beside it."""

pytest_plugins = ["rustok.testing.plugin"]
