"""Redis, or what speaks its protocol: the level of caches that processes share."""
