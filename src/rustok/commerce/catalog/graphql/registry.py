"""The catalogue's resolvers and the classes behind its types."""

from rustok.commerce.catalog import types
from rustok.core.graphql import Resolvers

resolvers = Resolvers()
resolvers.enum("ProductStatus", {"DRAFT": "draft", "ACTIVE": "active", "ARCHIVED": "archived"})
resolvers.enum(
    "ProductSortField",
    {
        "RELEVANCE": "relevance",
        "NEWEST": "newest",
        "TITLE": "title",
        "PRICE": "price",
        "UPDATED": "updated",
    },
)
resolvers.enum("SortDirection", {"ASC": False, "DESC": True})
for name, kind in {
    "Seo": types.SeoView,
    "GroupLink": types.GroupRef,
    "ProductCategory": types.CategoryRef,
    "ProductOption": types.OptionView,
    "SelectedOption": types.ChoiceView,
    "VariantPrice": types.PriceView,
    "Image": types.ImageView,
    "PriceRange": types.PriceRange,
    "Variant": types.VariantView,
    "Product": types.ProductDocument,
    "Translation": types.TranslationView,
    "StockLevel": types.LevelView,
    "VariantStock": types.VariantStock,
    "OptionValueKey": types.OptionValueKey,
    "OptionKeys": types.OptionKeys,
    "ImageTexts": types.ImageTexts,
    "ProductStaff": types.ProductStaff,
    "Category": types.CategoryView,
    "Collection": types.CollectionView,
    "Location": types.LocationView,
    "VariantLevel": types.StockLevel,
}.items():
    resolvers.bind(name, kind, stored=kind is types.ProductDocument)
