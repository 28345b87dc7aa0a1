"""How a tenant's shop looks and speaks of itself: its settings under `storefront`."""

import re
from collections.abc import Mapping

import msgspec

from rustok.core.context import TenantRef
from rustok.storefront.contrast import ink_on, readable

SETTING = "storefront"
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_ADDRESS = re.compile(r"https?://|/(?!/)")


class Picture(msgspec.Struct, frozen=True, kw_only=True):
    """A picture of the shop: path or URL, alternative text by locale, size in pixels."""

    url: str
    alt: dict[str, str] = {}
    width: int = 1600
    height: int = 900

    @property
    def is_safe(self) -> bool:
        """Whether the URL is a path of this site or a web address."""
        return _ADDRESS.match(self.url) is not None


class Theme(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Brand texts by locale, pictures, and `#rrggbb` colours for light and dark pages.

    `about` is rich text and sanitised again when it is shown. `details` names the keys of products'
    metadata as pages show them, by locale: `{"care": {"en": "Care", "de": "Pflege"}}`.
    """

    tagline: dict[str, str] = {}
    about: dict[str, str] = {}
    details: dict[str, dict[str, str]] = {}
    accent: str = "#7a3e24"
    accent_dark: str = "#e6a583"
    accent_soft: str = "#f1e6dd"
    ground: str = "#faf8f4"
    ground_dark: str = "#161513"
    hero: Picture | None = None
    logo: Picture | None = None
    favicon: Picture | None = None


class Palette(msgspec.Struct, frozen=True, kw_only=True):
    """The colours a page is drawn with, every text readable on its ground."""

    ground: str
    accent: str
    on_accent: str
    soft: str
    ground_dark: str
    accent_dark: str
    on_accent_dark: str


def theme_of(tenant: TenantRef) -> Theme:
    """The tenant's theme; defaults where it has none, or one that cannot be read."""
    raw = tenant.settings.get(SETTING)
    if raw is None:
        return Theme()
    try:
        theme = msgspec.json.decode(raw, type=Theme)
    except msgspec.MsgspecError:
        return Theme()
    return msgspec.structs.replace(
        theme, hero=_safe(theme.hero), logo=_safe(theme.logo), favicon=_safe(theme.favicon)
    )


def palette(theme: Theme) -> Palette:
    """The theme's colours, corrected where they are none or too faint."""
    default = Theme()
    ground = _colour(theme.ground, default.ground)
    ground_dark = _colour(theme.ground_dark, default.ground_dark)
    accent = readable(_colour(theme.accent, default.accent), ground)
    accent_dark = readable(_colour(theme.accent_dark, default.accent_dark), ground_dark)
    return Palette(
        ground=ground,
        accent=accent,
        on_accent=ink_on(accent),
        soft=_colour(theme.accent_soft, default.accent_soft),
        ground_dark=ground_dark,
        accent_dark=accent_dark,
        on_accent_dark=ink_on(accent_dark),
    )


def localised(texts: Mapping[str, str], locale: str, default_locale: str) -> str:
    """The text in the locale, else in the tenant's default, else nothing."""
    return texts.get(locale) or texts.get(default_locale) or ""


def _safe(picture: Picture | None) -> Picture | None:
    return picture if picture is not None and picture.is_safe else None


def _colour(text: str, default: str) -> str:
    return text.lower() if _COLOUR.fullmatch(text) else default
