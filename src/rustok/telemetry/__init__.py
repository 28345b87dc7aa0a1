"""Logging, tracing and metrics; imports nothing of the platform."""
