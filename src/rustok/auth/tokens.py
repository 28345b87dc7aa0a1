"""Access tokens: JWTs signed with the current key, verified against one algorithm and one form."""

import hashlib
import secrets
from base64 import urlsafe_b64decode
from typing import Any, Literal
from uuid import UUID

import msgspec
from cachetools import LRUCache
from joserfc.errors import JoseError
from joserfc.jws import deserialize_compact, serialize_compact

from rustok.auth.errors import InvalidToken
from rustok.auth.keys import ALGORITHM, REGISTRY, KeyRing, SigningKey
from rustok.auth.settings import AuthSettings
from rustok.auth.types import SESSION_ID, USER_ID
from rustok.core.clock import Clock
from rustok.core.ids import InvalidId
from rustok.core.secrets import SecretKey

MAX_TOKEN = 2_048
_PARTS = 3


class Header(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All that a token's header may hold: no `crit`, no keys, no addresses of keys."""

    alg: Literal["EdDSA"]
    typ: Literal["at+jwt"]
    kid: str


class Claims(msgspec.Struct, frozen=True):
    """What a token says, as it travels."""

    iss: str
    aud: str
    sub: str
    tid: UUID
    sid: str
    exp: int
    iat: int
    jti: str
    typ: Literal["access"]


class Subject(msgspec.Struct, frozen=True, kw_only=True):
    """Who a verified token speaks for, until when (in seconds of Unix time), and by which key."""

    tenant_id: UUID
    user_id: UUID
    session_id: UUID
    expires_at: int
    kid: str


class AccessTokens:
    """Issues tokens, and remembers for a while which ones it has verified."""

    def __init__(
        self, ring: KeyRing, secret: SecretKey, clock: Clock, settings: AuthSettings
    ) -> None:
        self._ring = ring
        self._secret = secret
        self._clock = clock
        self._settings = settings
        self._verified: LRUCache[bytes, Subject] = LRUCache(settings.cache_entries)
        self._opened: dict[str, Any] = {}

    async def issue(self, *, tenant_id: UUID, user_id: UUID, session_id: UUID) -> str:
        """A token; raises DatabaseUnavailable, KeysUnreadable."""
        key = await self._ring.current()
        now = int(self._clock.now().timestamp())
        claims = Claims(
            iss=self._settings.issuer,
            aud=self._settings.audience,
            sub=USER_ID.text(user_id),
            tid=tenant_id,
            sid=SESSION_ID.text(session_id),
            exp=now + self._settings.access_seconds,
            iat=now,
            jti=secrets.token_urlsafe(12),
            typ="access",
        )
        return serialize_compact(
            {"alg": ALGORITHM, "typ": "at+jwt", "kid": key.kid},
            msgspec.json.encode(claims),
            self._private(key),
            registry=REGISTRY,
        )

    async def verify(self, token: str) -> Subject:
        """Who the token speaks for; raises InvalidToken, DatabaseUnavailable."""
        if not token.isascii() or len(token) > MAX_TOKEN:
            raise InvalidToken
        digest = hashlib.sha256(token.encode()).digest()
        subject = self._verified.get(digest)
        key = await self._ring.accepted(_kid(token) if subject is None else subject.kid)
        if key is None:
            raise InvalidToken
        if subject is None:
            subject = self._subject(_claims(token, key), key)
            self._verified[digest] = subject
        if subject.expires_at + self._settings.leeway_seconds <= self._now():
            raise InvalidToken("The access token has expired.")
        return subject

    def _subject(self, claims: Claims, key: SigningKey) -> Subject:
        settings = self._settings
        if claims.iss != settings.issuer or claims.aud != settings.audience:
            raise InvalidToken
        if claims.iat > self._now() + settings.leeway_seconds or claims.exp <= claims.iat:
            raise InvalidToken
        try:
            return Subject(
                tenant_id=claims.tid,
                user_id=USER_ID.parse(claims.sub),
                session_id=SESSION_ID.parse(claims.sid),
                expires_at=claims.exp,
                kid=key.kid,
            )
        except InvalidId as error:
            raise InvalidToken from error

    def _private(self, key: SigningKey) -> Any:
        opened = self._opened.get(key.kid)
        if opened is None:
            opened = key.private(self._secret)
            self._opened = {key.kid: opened}
        return opened

    def _now(self) -> float:
        return self._clock.now().timestamp()


def _kid(token: str) -> str:
    """The id of the key, from a header that holds nothing unexpected; raises InvalidToken."""
    parts = token.split(".")
    if len(parts) != _PARTS:
        raise InvalidToken
    try:
        raw = urlsafe_b64decode(parts[0] + "=" * (-len(parts[0]) % 4))
        return msgspec.json.decode(raw, type=Header).kid
    except (ValueError, msgspec.MsgspecError) as error:
        raise InvalidToken from error


def _claims(token: str, key: SigningKey) -> Claims:
    try:
        signed = deserialize_compact(token, key.public, registry=REGISTRY)
        return msgspec.json.decode(signed.payload, type=Claims)
    except (JoseError, ValueError, msgspec.MsgspecError) as error:
        raise InvalidToken from error
