"""Inputs and outputs of reviews."""

from datetime import datetime
from typing import Literal

import msgspec
from msgspec import UNSET, UnsetType

from rustok.core.ids import IdKind

REVIEW_ID = IdKind("rev")

ReviewStatus = Literal["pending", "approved", "rejected"]
Verdict = Literal["approved", "rejected"]


class ReviewSubmit(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"
):
    """A review to be written; `author` is the name it is signed with, rating 1 to 5 stars."""

    product_id: str
    rating: int
    title: str
    author: str
    body: str = ""


class ReviewUpdate(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"
):
    """What to change of one's own review; what is absent stays."""

    rating: int | UnsetType = UNSET
    title: str | UnsetType = UNSET
    author: str | UnsetType = UNSET
    body: str | UnsetType = UNSET


class ReviewVerdict(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a moderator decides."""

    status: Verdict


class Review(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A review as it is read: its texts are plain text, to be escaped where they are shown."""

    id: str
    product_id: str
    rating: int
    title: str
    body: str
    author: str
    status: ReviewStatus
    created_at: datetime
    updated_at: datetime
    version: int


class Reviewed(msgspec.Struct, frozen=True, kw_only=True):
    """A review after a change; `position` is for the header Rustok-After."""

    review: Review
    position: str | None


class RatingCount(msgspec.Struct, frozen=True, kw_only=True):
    """How many approved reviews give this many stars."""

    rating: int
    count: int


class ProductRating(msgspec.Struct, frozen=True, kw_only=True):
    """What a product's approved reviews add up to; `average` has two digits, five stars first."""

    count: int
    average: float | None
    distribution: tuple[RatingCount, ...]
