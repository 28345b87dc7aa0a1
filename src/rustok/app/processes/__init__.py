"""What the long-running commands do: each starts, serves or works, and ends in good order."""
