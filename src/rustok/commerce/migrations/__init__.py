"""Migrations of the commerce module."""
