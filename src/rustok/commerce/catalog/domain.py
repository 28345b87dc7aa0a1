"""The product's states, and the limits of what belongs to it."""

from typing import Literal

from rustok.commerce.errors import InvalidStatus

Step = Literal["publish", "unpublish", "archive"]

DRAFT, ACTIVE, ARCHIVED = "draft", "active", "archived"
STATUSES = (DRAFT, ACTIVE, ARCHIVED)
STEPS: dict[Step, tuple[frozenset[str], str]] = {
    "publish": (frozenset({DRAFT, ARCHIVED}), ACTIVE),
    "unpublish": (frozenset({ACTIVE, ARCHIVED}), DRAFT),
    "archive": (frozenset({DRAFT, ACTIVE}), ARCHIVED),
}

MAX_OPTIONS = 3
MAX_OPTION_VALUES = 100
MAX_VARIANTS = 100
MAX_IMAGES = 50
MAX_TAGS = 50
MAX_COLLECTIONS = 50
MAX_PRICES = 30
MAX_LEVELS = 200
MAX_BULK = 100
MAX_METADATA = 100
MAX_CATEGORY_DEPTH = 8
MAX_CATEGORIES = 5_000
MAX_LOCATIONS = 200

MAX_TITLE = 255
MAX_SUBTITLE = 500
MAX_HANDLE = 200
MAX_HTML = 200_000
MAX_SEO_DESCRIPTION = 1_000
MAX_WORD = 255
MAX_TAG = 100
MAX_CODE = 100
MAX_ALT = 1_000
MAX_URL = 2_000
MAX_METADATA_VALUE = 5_000

MAX_QUANTITY = 10**9
MAX_PIXELS = 100_000
MAX_GRAMS = 10**9


def stepped(status: str, step: Step) -> str:
    """The status after a step; raises InvalidStatus where it cannot be taken."""
    sources, target = STEPS[step]
    if status not in sources:
        raise InvalidStatus(f"To {step} is not possible while the product is {status}.")
    return target
