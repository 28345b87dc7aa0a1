"""Brings a database to the present shape: roles, Alembic's branches, hot functions."""
