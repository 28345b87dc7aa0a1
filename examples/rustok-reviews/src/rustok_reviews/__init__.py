"""Product reviews: written by customers, moderated by staff, summed up per product."""
