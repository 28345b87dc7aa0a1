"""The demo's users, whose passwords are in the home's `demo.json` and nowhere else."""

import os
import secrets
from pathlib import Path

import msgspec

from rustok.app.demo.content import DemoShop
from rustok.app.processes.demo import FILE, DemoSignIns, SignIn, sign_ins
from rustok.app.secret_file import HomeUnwritable
from rustok.auth import repository
from rustok.auth.domain import email_key
from rustok.auth.passwords import Passwords
from rustok.auth.service import UserService
from rustok.auth.settings import AuthSettings
from rustok.auth.types import NewUser
from rustok.core.context import Context
from rustok.core.host import Host

ROLES = {"admin": "Avery Admin", "customer": "Casey Customer"}


def planned_sign_ins(home: Path, slugs: tuple[str, ...]) -> DemoSignIns:
    """What the home's file says, with new passwords for those it does not know."""
    known = sign_ins(home).tenants
    tenants = {
        slug: {role: known.get(slug, {}).get(role) or _new(slug, role) for role in ROLES}
        for slug in slugs
    }
    return DemoSignIns(tenants=tenants)


def write_sign_ins(home: Path, planned: DemoSignIns) -> None:
    """Writes the file at once and for its owner only; raises HomeUnwritable."""
    path = home / FILE
    partial = path.with_name(f"{FILE}.{secrets.token_hex(4)}")
    try:
        home.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(msgspec.json.format(msgspec.json.encode(planned), indent=2) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise HomeUnwritable(f"{path}: {error.strerror}.") from error


class UserLoader:
    """Makes a demo tenant's users such that the planned passwords are theirs."""

    def __init__(self, host: Host) -> None:
        self._db = host.db
        self._users = host.get(UserService)
        self._passwords = Passwords(host.settings(AuthSettings))

    async def load(self, ctx: Context, shop: DemoShop, planned: dict[str, SignIn]) -> None:
        """Adds who is missing; one whose password is another one gets the planned one."""
        for role, sign_in in planned.items():
            key = email_key(sign_in.email)
            async with self._db.read(ctx) as session:
                found = await session.maybe(repository.SECRET_BY_EMAIL, email_key=key)
            if found is None:
                given = NewUser(
                    email=sign_in.email,
                    password=sign_in.password,
                    name=ROLES[role],
                    locale=shop.tenant.default_locale,
                    roles=(role,),
                )
                await self._users.create(ctx, given)
            elif not await self._passwords.verify(found.password_hash, sign_in.password):
                await self._users.set_password(ctx, sign_in.email, sign_in.password)


def _new(slug: str, role: str) -> SignIn:
    return SignIn(email=f"{role}@{slug}.example", password=secrets.token_urlsafe(12))
