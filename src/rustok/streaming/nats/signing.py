"""Signs in to NATS with an nkey, with the cryptography that the platform has anyway.

nats-py leaves this to a package of its own that binds another library.
"""

import base64
import re
from binascii import Error as Base64Error
from binascii import crc_hqx
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from nats.aio.client import Client

SEED_BYTES = 32
_SEED_PREFIX = 18 << 3
_USER_PREFIX = 20 << 3
_JWT = re.compile(r"-+BEGIN NATS USER JWT-+\s+(\S+)\s+-+END NATS USER JWT-+")
_SEED = re.compile(r"-+BEGIN USER NKEY SEED-+\s+(\S+)\s+-+END USER NKEY SEED-+")


class BadNkey(ValueError):
    """The text is no seed of a user's nkey, or the file no credentials."""


class Nkey:
    """A user's key pair of its seed: `SU...`, base32 of a prefix, 32 bytes and a checksum."""

    def __init__(self, seed: str) -> None:
        text = seed.strip()
        try:
            raw = base64.b32decode(text + "=" * (-len(text) % 8))
        except (Base64Error, ValueError) as error:
            raise BadNkey("an nkey's seed is base32") from error
        body, checksum = raw[:-2], raw[-2:]
        if len(body) != SEED_BYTES + 2 or crc_hqx(body, 0).to_bytes(2, "little") != checksum:
            raise BadNkey("an nkey's seed has 32 bytes and a checksum")
        if body[0] & 0xF8 != _SEED_PREFIX or (body[0] & 7) << 5 | body[1] >> 3 != _USER_PREFIX:
            raise BadNkey("a user's seed begins with SU")
        self._key = Ed25519PrivateKey.from_private_bytes(body[2:])

    @property
    def public(self) -> str:
        """`U...`, as the server knows the user."""
        raw = self._key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        body = bytes([_USER_PREFIX]) + raw
        checked = body + crc_hqx(body, 0).to_bytes(2, "little")
        return base64.b32encode(checked).decode().rstrip("=")

    def sign(self, nonce: str) -> bytes:
        """The signature of the server's nonce, base64."""
        return base64.b64encode(self._key.sign(nonce.encode()))


def credentials(text: str) -> tuple[str, str]:
    """The JWT and the seed of a `.creds` file; raises BadNkey."""
    jwt, seed = _JWT.search(text), _SEED.search(text)
    if jwt is None or seed is None:
        raise BadNkey("a credentials file holds a user's JWT and seed")
    return jwt.group(1), seed.group(1)


class SigningClient(Client):
    """nats-py's client, which reads the files when it connects; raises BadNkey, OSError."""

    def _setup_nkeys_connect(self) -> None:
        if self._user_credentials is not None:
            jwt, seed = credentials(Path(str(self._user_credentials)).read_text())
            self._user_jwt_cb = lambda: bytearray(jwt, "ascii")
        else:
            seed = Path(str(self._nkeys_seed)).read_text()
        key = Nkey(seed)
        self._public_nkey = key.public
        self._signature_cb = key.sign
