"""Migrations of the tenant module."""
