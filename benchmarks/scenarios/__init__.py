"""One file per scenario; each has `async def measure(...)`, which returns its figure."""
