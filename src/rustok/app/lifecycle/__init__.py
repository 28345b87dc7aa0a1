"""The lifecycle of modules in a process: building, watching, telling."""
