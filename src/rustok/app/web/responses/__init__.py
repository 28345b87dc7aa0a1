"""Answers to public queries, kept in the process until a document of their tenant changes."""
