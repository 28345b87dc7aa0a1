"""From inputs to the product as it is to become: pure, collecting every problem."""

from rustok.commerce.catalog.drafting.products import created, updated
from rustok.commerce.catalog.drafting.scope import Group, GroupText, Location, References, Scope

__all__ = ["Group", "GroupText", "Location", "References", "Scope", "created", "updated"]
