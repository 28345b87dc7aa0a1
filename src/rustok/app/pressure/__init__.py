"""Back-pressure at the door: who looks at the backlog, and who is let in."""
