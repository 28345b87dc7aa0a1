"""Imports: data of other systems, checked as a whole before anything of it is kept."""
