"""A module that is installed while the rig runs: it writes down every event, and it misbehaves."""
