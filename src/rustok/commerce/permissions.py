"""What one may be allowed to do with the catalogue."""

from rustok.core.permissions import Permission

PRODUCT_READ = Permission(
    "product:read", "See drafts, archived products and what only staff may see of a product."
)
PRODUCT_CREATE = Permission(
    "product:create", "Create products, their first prices and stock included."
)
PRODUCT_UPDATE = Permission("product:update", "Change products, their variants and images.")
PRODUCT_PUBLISH = Permission("product:publish", "Publish, unpublish and archive products.")
PRODUCT_DELETE = Permission("product:delete", "Delete products.")
PRICE_UPDATE = Permission("price:update", "Change prices of existing products.")
STOCK_UPDATE = Permission("stock:update", "Change stock of existing products.")
LOCATION_READ = Permission("location:read", "See the locations that hold stock.")
LOCATION_CREATE = Permission("location:create", "Create locations that hold stock.")
LOCATION_UPDATE = Permission("location:update", "Change locations.")
LOCATION_DELETE = Permission("location:delete", "Delete locations that hold no stock.")
CATEGORY_CREATE = Permission("category:create", "Create categories.")
CATEGORY_UPDATE = Permission("category:update", "Change and move categories.")
CATEGORY_DELETE = Permission("category:delete", "Delete categories.")
COLLECTION_CREATE = Permission("collection:create", "Create collections.")
COLLECTION_UPDATE = Permission("collection:update", "Change collections and what is in them.")
COLLECTION_DELETE = Permission("collection:delete", "Delete collections.")

PERMISSIONS = (
    PRODUCT_READ,
    PRODUCT_CREATE,
    PRODUCT_UPDATE,
    PRODUCT_PUBLISH,
    PRODUCT_DELETE,
    PRICE_UPDATE,
    STOCK_UPDATE,
    LOCATION_READ,
    LOCATION_CREATE,
    LOCATION_UPDATE,
    LOCATION_DELETE,
    CATEGORY_CREATE,
    CATEGORY_UPDATE,
    CATEGORY_DELETE,
    COLLECTION_CREATE,
    COLLECTION_UPDATE,
    COLLECTION_DELETE,
)
