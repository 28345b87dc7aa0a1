"""Settings of reviews."""

import msgspec


class ReviewSettings(msgspec.Struct, frozen=True, kw_only=True):
    """How reviews are taken, from `RUSTOK_REVIEWS__*`."""

    auto_approve: bool = False
    """Whether a review is shown at once, without a moderator's approval."""
    max_body: int = 5_000
    """How many characters the text of a review may have."""

    def __post_init__(self) -> None:
        """Raises ValueError, which is reported as an invalid setting."""
        if self.max_body < 1:
            raise ValueError("max_body is at least 1")
