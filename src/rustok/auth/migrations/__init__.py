"""Migrations of the auth module."""
