"""Migrations of the platform's own tables."""
