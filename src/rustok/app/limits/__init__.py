"""Rate limits of everything that comes in by HTTP: settings, stores, and where they are asked."""
