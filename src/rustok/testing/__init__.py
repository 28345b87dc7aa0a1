"""Public tools for testing the platform and third-party modules: fixtures, suites, settle."""
