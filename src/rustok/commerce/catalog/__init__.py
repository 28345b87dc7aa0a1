"""The catalogue: products, variants, prices, stock, images, categories and collections."""
