"""The text of an API key: `sk_`, the tenant's id, the key's id, and the secret.

It begins as nothing else does, so that scanners find it where it should not be, and says whose it
is: a key that was found in the wild is looked up by the id in it.
"""

import hashlib
import re
import secrets
from typing import Final
from uuid import UUID

import msgspec

from rustok.core.ids import ALPHABET, IdKind

PREFIX: Final = "sk_"
ID_LETTERS: Final = 26
SECRET_LETTERS: Final = 52
"""260 random bits."""
LENGTH: Final = len(PREFIX) + 2 * ID_LETTERS + SECRET_LETTERS
HINT_LETTERS: Final = 4
_ID: Final = f"[0-7][{ALPHABET}]{{{ID_LETTERS - 1}}}"
_FORM: Final = re.compile(f"{PREFIX}({_ID})({_ID})[{ALPHABET}]{{{SECRET_LETTERS}}}")
_BARE: Final = IdKind("id")
_START: Final = len(_BARE.prefix) + 1


class Named(msgspec.Struct, frozen=True):
    """Whom the text of a key names; only its digest proves it."""

    tenant_id: UUID
    key_id: UUID


def new_key(tenant_id: UUID, key_id: UUID) -> str:
    """The text of a key with a secret that was never there before."""
    secret = "".join([secrets.choice(ALPHABET) for _ in range(SECRET_LETTERS)])
    return f"{PREFIX}{_letters(tenant_id)}{_letters(key_id)}{secret}"


def named(text: str) -> Named | None:
    """Whom the text names; None for what is no API key."""
    found = _FORM.fullmatch(text)
    return None if found is None else Named(_id(found[1]), _id(found[2]))


def digest(text: str) -> bytes:
    """What is kept of a key.

    Nobody tries out 260 random bits, so a fast hash keeps them as safely as a slow one would, and
    is asked for by each request.
    """
    return hashlib.sha256(text.encode()).digest()


def hint(text: str) -> str:
    """The last letters of a key."""
    return text[-HINT_LETTERS:]


def _letters(value: UUID) -> str:
    return _BARE.text(value)[_START:]


def _id(letters: str) -> UUID:
    return _BARE.parse(f"{_BARE.prefix}_{letters}")
