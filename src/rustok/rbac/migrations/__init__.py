"""Migrations of the rbac module."""
