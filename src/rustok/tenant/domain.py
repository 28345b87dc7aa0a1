"""Pure rules about tenants: slugs, hosts, reserved names, locales."""

import re
from uuid import UUID

from babel.core import Locale, UnknownLocaleError

from rustok.core.errors import invalid
from rustok.core.tenants import TenantInvalid

_SLUG = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?")
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_LOCALE = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?")
_PORT = re.compile(r":[0-9]{1,5}$")
MAX_HOST = 253

RESERVED = frozenset(
    (
        "admin api app assets auth billing cdn console dashboard default dns docs ftp "
        "graphql health help imap internal localhost login logout mail media metrics mx "
        "ns1 ns2 oauth platform public root rustok smtp sso static status support system "
        "t webhooks www"
    ).split()
)


def parse_slug(text: str) -> str:
    """The slug, trimmed and in lower case; raises TenantInvalid."""
    slug = text.strip().lower()
    if not _SLUG.fullmatch(slug):
        raise TenantInvalid("A slug has 1 to 63 letters a-z, digits and hyphens, none at an end.")
    if slug in RESERVED:
        raise TenantInvalid(f"The name {slug} is reserved.")
    return slug


def parse_identifier(text: str) -> UUID | str:
    """The UUID or slug that a header names; raises TenantInvalid."""
    value = text.strip().lower()
    if _UUID.fullmatch(value):
        return UUID(value)
    return parse_slug(value)


def parse_host(text: str) -> str:
    """The host without its port, trimmed and in lower case; raises TenantInvalid."""
    host = _PORT.sub("", text.strip().lower()).removesuffix(".")
    if not host or len(host) > MAX_HOST or not all(map(_LABEL.fullmatch, host.split("."))):
        raise TenantInvalid("The host is not a valid name.")
    return host


def check_domain(text: str, *path: str | int) -> str:
    """A host of a tenant's own as `parse_host` gives it; raises ValidationFailed.

    A name of one label, such as `intranet` or `localhost`, means something else on every machine,
    and a last label of digits alone makes an address: neither can be one tenant's. In development
    there are `shop.localhost` and its like.
    """
    try:
        host = parse_host(text)
    except TenantInvalid as error:
        raise invalid("INVALID_DOMAIN", error.detail, *path) from None
    _, dot, last = host.rpartition(".")
    if not dot or last.isdigit():
        raise invalid("INVALID_DOMAIN", "A domain is such as shop.example.", *path)
    return host


def check_new_slug(text: str) -> str:
    """The slug of a tenant to be made, exactly as given; raises ValidationFailed."""
    if not _SLUG.fullmatch(text):
        detail = "1 to 63 letters a-z, digits and hyphens, no hyphen at an end."
        raise invalid("INVALID_SLUG", detail, "slug")
    if text in RESERVED or _UUID.fullmatch(text):
        raise invalid("RESERVED_SLUG", f"The name {text} is reserved.", "slug")
    return text


def check_locale(text: str, *path: str | int) -> str:
    """The BCP 47 tag, where CLDR knows it; raises ValidationFailed."""
    try:
        if not _LOCALE.fullmatch(text):
            raise UnknownLocaleError(text)
        Locale.parse(text, sep="-")
    except (UnknownLocaleError, ValueError):
        detail = f"{text[:20]!r} is not a language tag such as en or de-CH."
        raise invalid("UNKNOWN_LOCALE", detail, *path) from None
    return text
