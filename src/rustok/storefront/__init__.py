"""The storefront: server-rendered pages of a tenant's shop, complete without JavaScript."""
