"""Tenants: their names, languages, currency, domains and switched modules."""
