"""Measures what the platform costs: `make bench`, explained in `docs/performance.md`."""
