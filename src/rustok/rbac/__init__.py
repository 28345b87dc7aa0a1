"""Roles, and the permissions they add up to."""
