"""The platform's signing keys: published before they sign, accepted until their last token ends."""

from rustok.auth.keys.ring import KeyRing
from rustok.auth.keys.signing_key import ALGORITHM, REGISTRY, SigningKey

__all__ = ["ALGORITHM", "REGISTRY", "KeyRing", "SigningKey"]
