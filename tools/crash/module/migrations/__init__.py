"""Migrations of the rig's module."""
