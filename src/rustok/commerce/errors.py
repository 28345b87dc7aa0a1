"""What can go wrong in the catalogue, besides values that are not acceptable."""

from rustok.core.errors import Conflict, NotFound


class ProductNotFound(NotFound):
    """There is no such product, or the caller may not see it."""

    code = "PRODUCT_NOT_FOUND"
    title = "Product not found"


class VariantNotFound(NotFound):
    """There is no such variant."""

    code = "VARIANT_NOT_FOUND"
    title = "Variant not found"


class CategoryNotFound(NotFound):
    """There is no such category."""

    code = "CATEGORY_NOT_FOUND"
    title = "Category not found"


class CollectionNotFound(NotFound):
    """There is no such collection."""

    code = "COLLECTION_NOT_FOUND"
    title = "Collection not found"


class LocationNotFound(NotFound):
    """There is no such location."""

    code = "LOCATION_NOT_FOUND"
    title = "Location not found"


class InvalidStatus(Conflict):
    """The product's status does not allow this step."""

    code = "INVALID_STATUS"
    title = "Not possible in this status"


class HandleTaken(Conflict):
    """Somebody else took the handle at the same moment."""

    code = "HANDLE_TAKEN"
    title = "Handle taken"


class SkuTaken(Conflict):
    """Somebody else took the SKU at the same moment."""

    code = "SKU_TAKEN"
    title = "SKU taken"


class InsufficientStock(Conflict):
    """There is less in stock than is to be taken away, and the variant allows no back-orders."""

    code = "INSUFFICIENT_STOCK"
    title = "Not enough in stock"


class CategoryCycle(Conflict):
    """A category cannot be moved below itself."""

    code = "CATEGORY_CYCLE"
    title = "Category below itself"


class CategoryNotEmpty(Conflict):
    """The category has others below it: move or delete those first."""

    code = "CATEGORY_NOT_EMPTY"
    title = "Category not empty"


class LocationInUse(Conflict):
    """The location still holds stock."""

    code = "LOCATION_IN_USE"
    title = "Location holds stock"


class CodeTaken(Conflict):
    """Another location has this code."""

    code = "CODE_TAKEN"
    title = "Code taken"
