"""How values lie in the shared level: of one form, for one key, by this installation."""

from hashlib import blake2b
from hmac import compare_digest
from typing import Final

import msgspec

FORM: Final = 1
"""Raised whenever the envelope itself changes."""
_MAC: Final = 16


class Unreadable(Exception):
    """Not a value of this key, or not one that this installation made."""


class Envelope(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A value and what it is about; `owner` is the tenant, `stamp` a count of the store's clock."""

    form: int
    owner: str
    stamp: int
    scopes: tuple[str, ...]
    payload: bytes


_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(Envelope)


class Seal:
    """Authenticates envelopes together with their keys.

    Who can write to the store can remove values, but can neither make one nor move one of a tenant
    under the key of another.
    """

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def close(self, key: str, envelope: Envelope) -> bytes:
        """The bytes to keep."""
        body = _ENCODER.encode(envelope)
        return self._mac(key, body) + body

    def open(self, key: str, sealed: bytes) -> Envelope:
        """The envelope; raises Unreadable."""
        mac, body = sealed[:_MAC], sealed[_MAC:]
        if not compare_digest(mac, self._mac(key, body)):
            raise Unreadable("not made for this key")
        try:
            envelope = _DECODER.decode(body)
        except msgspec.DecodeError as error:
            raise Unreadable(str(error)) from error
        if envelope.form != FORM:
            raise Unreadable(f"form {envelope.form}")
        return envelope

    def _mac(self, key: str, body: bytes) -> bytes:
        digest = blake2b(key=self._secret, digest_size=_MAC)
        text = key.encode()
        digest.update(len(text).to_bytes(4, "big") + text)
        digest.update(body)
        return digest.digest()
