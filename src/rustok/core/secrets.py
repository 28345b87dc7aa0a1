"""Keys derived from the one secret of an installation, each for one purpose."""

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_NONCE = 12


class SecretKey:
    """Seals small values for one purpose each, so that a database dump alone reveals nothing."""

    def __init__(self, text: str) -> None:
        self._text = text.encode()

    def derive(self, purpose: str) -> bytes:
        """32 bytes that are this purpose's own."""
        return HKDF(SHA256(), 32, salt=None, info=purpose.encode()).derive(self._text)

    def seal(self, purpose: str, value: bytes, nonce: bytes) -> bytes:
        """The value encrypted and authenticated; the nonce is 12 random bytes, used once."""
        if len(nonce) != _NONCE:
            raise ValueError("a nonce has 12 bytes")
        return nonce + AESGCM(self.derive(purpose)).encrypt(nonce, value, purpose.encode())

    def open(self, purpose: str, sealed: bytes) -> bytes:
        """The value; raises cryptography's InvalidTag where secret or purpose are others."""
        nonce, body = sealed[:_NONCE], sealed[_NONCE:]
        return AESGCM(self.derive(purpose)).decrypt(nonce, body, purpose.encode())
