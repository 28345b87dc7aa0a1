"""Commerce: the catalogue of a shop."""
