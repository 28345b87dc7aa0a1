"""What a process tells of itself: numbers, checks, traces, and where they can be asked for."""
