"""The read model: runs the projections of all modules, serves and searches their documents."""
