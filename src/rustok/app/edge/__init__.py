"""The edge: from a raw request to a verified context, the same for REST, GraphQL and pages."""
