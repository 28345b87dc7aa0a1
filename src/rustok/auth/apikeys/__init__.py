"""API keys: secrets that machines sign in with, within one tenant."""
