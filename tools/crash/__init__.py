"""The rig that tries to break the platform: real processes, faults from a seed, a judge."""
