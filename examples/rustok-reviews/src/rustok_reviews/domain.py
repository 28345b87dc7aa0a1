"""Pure rules about reviews: what may be written, the steps of moderation, the sum of stars."""

import re
from collections.abc import Iterator, Mapping, Sequence
from html import unescape
from typing import Literal

import msgspec
import nh3

from rustok.core.errors import FieldError, ValidationFailed
from rustok_reviews.errors import InvalidReviewStatus
from rustok_reviews.types import ProductRating, RatingCount, ReviewStatus, Verdict

STARS = (5, 4, 3, 2, 1)
MAX_TITLE = 120
MAX_AUTHOR = 60

Step = Literal["approve", "reject", "resubmit"]
STEPS: Mapping[Step, frozenset[ReviewStatus]] = {
    "approve": frozenset({"pending", "rejected"}),
    "reject": frozenset({"pending", "approved"}),
    "resubmit": frozenset({"pending", "approved", "rejected"}),
}
VERDICTS: Mapping[Verdict, Step] = {"approved": "approve", "rejected": "reject"}

# what no keyboard types: control characters, and those that turn the direction of other text
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """What a customer wrote, cleaned and checked."""

    rating: int
    title: str
    body: str
    author: str


def drafted(*, rating: int, title: str, body: str, author: str, max_body: int) -> Draft:
    """The draft; raises ValidationFailed with everything that is wrong."""
    draft = Draft(rating=rating, title=line(title), body=plain(body), author=line(author))
    errors = list(_problems(draft, max_body))
    if errors:
        raise ValidationFailed(errors[0].detail, errors=errors)
    return draft


def plain(text: str) -> str:
    """The text without markup and unseen characters; `&` and a lone `<` stay what they are."""
    seen = _UNSEEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return unescape(nh3.clean(seen.replace("&", "&amp;"), tags=set())).strip()


def line(text: str) -> str:
    """As `plain`, on one line."""
    return " ".join(plain(text).split())


def check_step(step: Step, status: ReviewStatus) -> None:
    """Raises InvalidReviewStatus where the status does not allow the step."""
    if status not in STEPS[step]:
        raise InvalidReviewStatus(f"A review that is {status} cannot be set to it again.")


def status_of_new(*, auto_approve: bool) -> ReviewStatus:
    """The status of a review that was just written or changed."""
    return "approved" if auto_approve else "pending"


def rating(counts: Sequence[int]) -> ProductRating:
    """The rating of a product; `counts` has the number of reviews with one star first."""
    count = sum(counts)
    stars = sum(number * many for number, many in enumerate(counts, start=1))
    return ProductRating(
        count=count,
        average=round(stars / count, 2) if count else None,
        distribution=tuple(RatingCount(rating=n, count=counts[n - 1]) for n in STARS),
    )


NOT_RATED = rating((0, 0, 0, 0, 0))


def _problems(draft: Draft, max_body: int) -> Iterator[FieldError]:
    if draft.rating not in STARS:
        yield _error("rating", "INVALID_RATING", "A rating is 1 to 5 stars.")
    for name, text, most in (
        ("title", draft.title, MAX_TITLE),
        ("author", draft.author, MAX_AUTHOR),
    ):
        if not 1 <= len(text) <= most:
            yield _error(name, f"INVALID_{name.upper()}", f"1 to {most} characters.")
    if len(draft.body) > max_body:
        yield _error("body", "INVALID_BODY", f"At most {max_body} characters.")


def _error(field: str, code: str, detail: str) -> FieldError:
    return FieldError(path=(field,), code=code, detail=detail)
