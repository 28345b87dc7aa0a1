"""GraphiQL, served by us: a page to write operations in that needs nothing from elsewhere."""
