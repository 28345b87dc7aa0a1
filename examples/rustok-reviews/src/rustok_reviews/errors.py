"""What can go wrong with reviews, besides values that are not acceptable."""

from rustok.core.errors import Conflict, NotFound


class ReviewNotFound(NotFound):
    """There is no such review, or it is not the caller's own."""

    code = "REVIEW_NOT_FOUND"
    title = "Review not found"


class AlreadyReviewed(Conflict):
    """A customer writes one review per product: change that one."""

    code = "ALREADY_REVIEWED"
    title = "Already reviewed"


class InvalidReviewStatus(Conflict):
    """The review's status does not allow this step."""

    code = "INVALID_REVIEW_STATUS"
    title = "Not possible in this status"


class ReviewsPending(Conflict):
    """Reviews await a moderator, and the module would be gone before they are decided on."""

    code = "REVIEWS_PENDING"
    title = "Reviews are pending"
