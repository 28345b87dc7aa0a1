"""Migrations of the reviews module."""
