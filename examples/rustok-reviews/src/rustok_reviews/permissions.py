"""What staff may be allowed to do with reviews; writing one takes no more than signing in."""

from rustok.core.permissions import Permission

REVIEW_READ = Permission("review:read", "See reviews that are not approved.")
REVIEW_MODERATE = Permission("review:moderate", "Approve, reject and delete reviews.")

PERMISSIONS = (REVIEW_READ, REVIEW_MODERATE)
