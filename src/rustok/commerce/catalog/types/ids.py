"""The outer form of the catalogue's ids."""

from rustok.core.ids import IdKind

PRODUCT_ID = IdKind("prod")
VARIANT_ID = IdKind("variant")
IMAGE_ID = IdKind("img")
CATEGORY_ID = IdKind("cat")
COLLECTION_ID = IdKind("col")
LOCATION_ID = IdKind("loc")
