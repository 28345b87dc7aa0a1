"""The event log: rows that are written with their cause, numbered after commit, read by cursors."""
