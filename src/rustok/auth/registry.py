"""The module's GraphQL resolvers, which each part adds to when it is imported."""

from rustok.core.graphql import Resolvers

resolvers = Resolvers()
