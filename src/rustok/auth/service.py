"""Use cases of those who sign in."""

from rustok.auth import repository
from rustok.auth.accounts import Accounts
from rustok.auth.apikeys.authentication import ApiKeys
from rustok.auth.apikeys.service import ApiKeyService
from rustok.auth.attempts import Attempts, apart
from rustok.auth.domain import MAX_PASSWORD, check_new_password, email_key
from rustok.auth.errors import InvalidCredentials, InvalidRefreshToken
from rustok.auth.events import UserPasswordChanged
from rustok.auth.keys import KeyRing
from rustok.auth.keys.rotation import KeyRotation
from rustok.auth.passwords import Passwords
from rustok.auth.principals import PrincipalCache, TokenAuthenticator
from rustok.auth.repository import SecretRow
from rustok.auth.sessions import OpenSession, Refusal, Sessions
from rustok.auth.settings import AuthSettings
from rustok.auth.tokens import AccessTokens
from rustok.auth.types import (
    Changed,
    Credentials,
    Me,
    PasswordChange,
    Registration,
    SignedIn,
    Tokens,
)
from rustok.auth.users import UserService
from rustok.core.clock import Clock
from rustok.core.context import Context
from rustok.core.db import Database
from rustok.core.host import Host
from rustok.core.identity import CHANNEL, Actors, Authenticator, Principals, Users
from rustok.core.secrets import SecretKey
from rustok.core.signals import Signals

__all__ = ["ApiKeyService", "AuthService", "KeyRing", "UserService", "build"]
_VERIFY_AGAIN = 3


class AuthService:
    """Registers, signs in and out, refreshes, and changes one's own password."""

    def __init__(
        self,
        *,
        db: Database,
        clock: Clock,
        settings: AuthSettings,
        accounts: Accounts,
        attempts: Attempts,
        passwords: Passwords,
        sessions: Sessions,
        tokens: AccessTokens,
        principals: Principals,
    ) -> None:
        self._db = db
        self._clock = clock
        self._settings = settings
        self._accounts = accounts
        self._attempts = attempts
        self._passwords = passwords
        self._sessions = sessions
        self._tokens = tokens
        self._principals = principals

    async def register(self, ctx: Context, given: Registration) -> SignedIn:
        """A new user with the role that every visitor may have, signed in.

        Raises ValidationFailed, EmailTaken, Throttled.
        """
        await self._attempts.registration(ctx, ctx.address or None)
        password_hash = await self._accounts.hashed(ctx, given)
        async with self._db.write(ctx) as session:
            user_id = await self._accounts.insert(
                ctx, session, given, password_hash, by_staff=False
            )
            await self._accounts.roles.assign_default(session, user_id)
            opened = await self._sessions.open(session, user_id)
            user = await self._accounts.get(session, user_id)
        tokens = await self._issue(ctx, opened)
        return SignedIn(user=user, tokens=tokens, position=session.token)

    async def login(self, ctx: Context, given: Credentials) -> SignedIn:
        """A new session; raises InvalidCredentials whatever is wrong, Throttled.

        The attempt is counted before it is looked at, and an unknown account costs what a known
        one does: neither answer nor time tells them apart.
        """
        ctx, account = apart(ctx), email_key(given.email)
        await self._attempts.sign_in(ctx, account, ctx.address or None)
        for _ in range(_VERIFY_AGAIN):
            secret = await self._verified(ctx, account, given.password)
            signed_in = await self._signed_in(ctx, secret, given.password, account)
            if signed_in is not None:
                return signed_in
        raise InvalidCredentials

    async def refresh(self, ctx: Context, refresh_token: str) -> SignedIn:
        """A new pair of tokens for the one given, which is used up; raises InvalidRefreshToken."""
        ctx = apart(ctx)
        user = None
        async with self._db.write(ctx) as session:
            opened = await self._sessions.refresh(session, refresh_token)
            if isinstance(opened, OpenSession):
                user = await self._accounts.get(session, opened.user_id)
        if isinstance(opened, Refusal):
            if opened.user_id is not None:
                self._principals.forget(tenant_id=ctx.tenant.id, user_id=opened.user_id)
            raise InvalidRefreshToken
        if user is None or user.status != "active":
            raise InvalidRefreshToken
        return SignedIn(user=user, tokens=await self._issue(ctx, opened))

    async def logout(self, ctx: Context) -> int | None:
        """Ends the session of the token, its access token included; returns the log token."""
        user_id = ctx.require_user()
        assert ctx.actor.session_id is not None
        async with self._db.write(ctx) as session:
            await self._sessions.revoke(session, ctx.actor.session_id, user_id, "logout")
        self._principals.forget(tenant_id=ctx.tenant.id, user_id=user_id)
        return session.token

    async def logout_everywhere(self, ctx: Context) -> int | None:
        """Ends every session of the user, on every device; returns the log token."""
        user_id = ctx.require_user()
        async with self._db.write(ctx) as session:
            await self._sessions.revoke_all(session, user_id, "logout_everywhere")
        self._principals.forget(tenant_id=ctx.tenant.id, user_id=user_id)
        return session.token

    async def me(self, ctx: Context) -> Me:
        """The signed-in user; raises Unauthenticated."""
        user_id = ctx.require_user()
        async with self._db.read(ctx) as session:
            user = await self._accounts.get(session, user_id)
        return Me(user=user, permissions=tuple(sorted(ctx.actor.permissions)))

    async def change_password(self, ctx: Context, given: PasswordChange) -> Changed:
        """Sets a new password and ends the user's other sessions.

        Raises InvalidCredentials, ValidationFailed, Throttled.
        """
        user_id = ctx.require_user()
        async with self._db.read(apart(ctx)) as reading:
            secret = await reading.one(repository.SECRET, id=user_id)
        await self._attempts.sign_in(ctx, secret.email_key, None)
        if not await self._matches(secret.password_hash, given.current_password):
            raise InvalidCredentials("The current password is wrong.")
        check_new_password(given.new_password, email=secret.email_key, field="newPassword")
        password_hash = await self._passwords.hash(given.new_password)
        async with self._db.write(ctx) as session:
            locked = await session.one(repository.LOCK_USER, id=user_id)
            if locked.password_hash != secret.password_hash:
                raise InvalidCredentials("The password was changed in the meantime.")
            await session.execute(
                repository.SET_PASSWORD,
                id=user_id,
                password_hash=password_hash,
                now=self._clock.now(),
            )
            session.record(
                UserPasswordChanged(),
                aggregate_id=user_id,
                aggregate_version=locked.version + 1,
            )
            await self._sessions.revoke_all(
                session, user_id, "password_changed", except_id=ctx.actor.session_id
            )
            await self._attempts.succeeded(session, secret.email_key, None)
            user = await self._accounts.get(session, user_id)
        self._principals.forget(tenant_id=ctx.tenant.id, user_id=user_id)
        return Changed(user=user, position=session.token)

    async def _verified(self, ctx: Context, account: str, password: str) -> SecretRow:
        async with self._db.read(ctx) as session:
            secret = await session.maybe(repository.SECRET_BY_EMAIL, email_key=account)
        matches = await self._matches(None if secret is None else secret.password_hash, password)
        if secret is None or not matches or secret.status != "active":
            raise InvalidCredentials
        return secret

    async def _matches(self, password_hash: str | None, password: str) -> bool:
        # what is too long to be anybody's password is not worth the hashing, known account or not
        return len(password) <= MAX_PASSWORD and await self._passwords.verify(
            password_hash, password
        )

    async def _signed_in(
        self, ctx: Context, secret: SecretRow, password: str, account: str
    ) -> SignedIn | None:
        """A session for a verified password, None where it was changed while it was verified."""
        rehashed = None
        if self._passwords.is_outdated(secret.password_hash):
            rehashed = await self._passwords.hash(password)
        async with self._db.write(ctx) as session:
            locked = await session.one(repository.LOCK_USER, id=secret.id)
            if locked.password_hash != secret.password_hash or locked.status != "active":
                return None
            if rehashed is not None:
                await session.execute(repository.REHASH, id=secret.id, password_hash=rehashed)
            opened = await self._sessions.open(session, secret.id)
            await self._attempts.succeeded(session, account, ctx.address or None)
            user = await self._accounts.get(session, secret.id)
        tokens = await self._issue(ctx, opened)
        return SignedIn(user=user, tokens=tokens, position=session.token)

    async def _issue(self, ctx: Context, opened: OpenSession) -> Tokens:
        access_token = await self._tokens.issue(
            tenant_id=ctx.tenant.id, user_id=opened.user_id, session_id=opened.id
        )
        return Tokens(
            access_token=access_token,
            expires_in=self._settings.access_seconds,
            refresh_token=opened.refresh_token,
            session_id=opened.id,
            session_expires_at=opened.expires_at,
        )


def build(host: Host) -> dict[str, object]:
    """The services of the module."""
    settings, secret = host.settings(AuthSettings), host.get(SecretKey)
    ring = KeyRing(KeyRotation(host.db.pool, secret, settings), host.clock, settings)
    tokens = AccessTokens(ring, secret, host.clock, settings)
    principals = PrincipalCache(host.db, host, settings)
    passwords = Passwords(settings)
    accounts = Accounts(host, passwords)
    sessions = Sessions(host.clock, host.ids, settings)
    api_keys = ApiKeys(host, settings)
    host.get(Signals).listen(CHANNEL, principals.heard)
    host.get(Signals).listen(CHANNEL, api_keys.heard)
    host.provide(Authenticator, TokenAuthenticator(tokens, principals, api_keys, host.clock))
    host.provide(Principals, principals)
    host.provide(Users, accounts)
    api_key_service = ApiKeyService(host, api_keys)
    host.provide(Actors, api_key_service)
    auth_service = AuthService(
        db=host.db,
        clock=host.clock,
        settings=settings,
        accounts=accounts,
        attempts=Attempts(host.db, host.clock, secret, settings),
        passwords=passwords,
        sessions=sessions,
        tokens=tokens,
        principals=principals,
    )
    user_service = UserService(
        db=host.db,
        clock=host.clock,
        accounts=accounts,
        passwords=passwords,
        sessions=sessions,
        principals=principals,
    )
    return {
        "auth_service": auth_service,
        "user_service": user_service,
        "api_key_service": api_key_service,
        "key_ring": ring,
    }
