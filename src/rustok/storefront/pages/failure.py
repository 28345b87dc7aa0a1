"""Pages for what went wrong."""

from rustok.core.errors import RustokError
from rustok.storefront.views.head import everywhere, head
from rustok.storefront.views.titles import titled
from rustok.storefront.visit import NOT_KEPT, PageAnswer, Visit

_SPOKEN = (400, 404, 503)


def failure(visit: Visit, error: RustokError) -> PageAnswer:
    """The page of an error, in words that say what to do next."""
    words, status = visit.words, error.status
    kind = status if status in _SPOKEN else 400 if status < 500 else 500
    title = words(f"error.{kind}.title")
    return PageAnswer(
        template="failure.html",
        head=head(
            visit.site,
            title=titled(title, visit.site.tenant.name),
            description=words(f"error.{kind}.text"),
            paths=everywhere(visit.site, "/"),
            indexed=False,
        ),
        values={
            "title": title,
            "text": words(f"error.{kind}.text"),
            "status": words("error.code", status=status),
        },
        status=status,
        retry_after=error.retry_after,
        cache_control=NOT_KEPT,
    )
