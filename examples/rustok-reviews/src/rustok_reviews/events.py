"""Facts about reviews: which product, how many stars, never who or what was written."""

from typing import ClassVar
from uuid import UUID

from rustok.core.events import Fact


class ReviewFact(Fact, frozen=True):
    """Base of the facts about a review."""

    aggregate: ClassVar[str] = "review"
    product_id: UUID
    rating: int


class ReviewSubmitted(ReviewFact, frozen=True):
    """A review was written, or changed by its author."""

    name: ClassVar[str] = "review.submitted"
    changed: bool = False


class ReviewApproved(ReviewFact, frozen=True):
    """Anyone can read it now."""

    name: ClassVar[str] = "review.approved"


class ReviewRejected(ReviewFact, frozen=True):
    """Nobody but its author and staff can read it."""

    name: ClassVar[str] = "review.rejected"


class ReviewDeleted(ReviewFact, frozen=True):
    """It is gone: its author, a moderator or the end of its product took it away."""

    name: ClassVar[str] = "review.deleted"


EVENTS = (ReviewSubmitted, ReviewApproved, ReviewRejected, ReviewDeleted)
