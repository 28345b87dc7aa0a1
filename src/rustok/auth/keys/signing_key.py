"""One Ed25519 key, and the one algorithm that tokens may be signed with."""

import secrets
from base64 import urlsafe_b64encode
from datetime import datetime
from typing import Any

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from joserfc.errors import UnsupportedAlgorithmError
from joserfc.jwa import EdDSAAlgorithm, JWSAlgModel
from joserfc.jwk import OKPKey
from joserfc.jws import JWSRegistry

from rustok.auth.errors import KeysUnreadable
from rustok.auth.keys.repository import KeyRow
from rustok.core.secrets import SecretKey

ALGORITHM = "EdDSA"
_PURPOSE = "auth signing keys"


class _OnlyEdDSA(JWSRegistry):
    """The list of algorithms has one entry.

    RFC 9864 discourages the name EdDSA because it does not name the curve; libraries of clients
    know no other, and every key here is Ed25519, so the library's warning would be noise.
    """

    _algorithm = EdDSAAlgorithm()

    def get_alg(self, name: str) -> JWSAlgModel:
        if name != ALGORITHM:
            raise UnsupportedAlgorithmError(name)
        return self._algorithm


REGISTRY = _OnlyEdDSA(algorithms=(ALGORITHM,))


class SigningKey(msgspec.Struct, frozen=True, kw_only=True):
    """A key as a process holds it; the private half is opened when it is to sign."""

    kid: str
    state: str
    public: Any
    sealed: bytes
    published_at: datetime
    signs_since: datetime | None
    expires_at: datetime | None

    @classmethod
    def of(cls, row: KeyRow) -> "SigningKey":
        """The key in a row."""
        return cls(
            kid=row.kid,
            state=row.state,
            public=OKPKey.import_key(_jwk(row.public_key)),
            sealed=row.private_key,
            published_at=row.published_at,
            signs_since=row.signs_since,
            expires_at=row.expires_at,
        )

    def private(self, secret: SecretKey) -> Any:
        """The key that signs; raises KeysUnreadable where SECRET_KEY is another than at sealing."""
        try:
            opened = secret.open(_PURPOSE, self.sealed)
        except InvalidTag as error:
            raise KeysUnreadable from error
        public = self.public.as_dict(private=False)
        return OKPKey.import_key({**public, "d": _text(opened)})

    def is_accepted(self, now: datetime) -> bool:
        """Whether tokens signed with it are still believed."""
        return self.expires_at is None or self.expires_at > now

    def published(self) -> dict[str, str]:
        """The public half as an entry of the JWKS."""
        public = self.public.as_dict(private=False)
        return {
            "kty": "OKP",
            "crv": "Ed25519",
            "x": str(public["x"]),
            "use": "sig",
            "alg": ALGORITHM,
            "kid": self.kid,
        }


class NewKey(msgspec.Struct, frozen=True, kw_only=True):
    """A fresh key as it is stored."""

    kid: str
    public_key: bytes
    private_key: bytes


def generate(secret: SecretKey) -> NewKey:
    """A fresh key, its private half sealed."""
    private = Ed25519PrivateKey.generate()
    return NewKey(
        kid=secrets.token_urlsafe(12),
        public_key=private.public_key().public_bytes_raw(),
        private_key=secret.seal(_PURPOSE, private.private_bytes_raw(), secrets.token_bytes(12)),
    )


def _jwk(public: bytes) -> dict[str, str | list[str]]:
    return {"kty": "OKP", "crv": "Ed25519", "x": _text(public)}


def _text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()
