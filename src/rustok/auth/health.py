"""The module's own word on how it is."""

from rustok.auth.errors import KeysUnreadable
from rustok.auth.keys import KeyRing
from rustok.core.health import Degraded
from rustok.core.host import Host
from rustok.core.secrets import SecretKey


async def check(host: Host) -> None:
    """Raises Degraded where nobody can sign in, because SECRET_KEY is another than before.

    Who is signed in already is still known: tokens are verified by the keys' public halves.
    """
    try:
        await host.get(KeyRing).check(host.get(SecretKey))
    except KeysUnreadable as error:
        raise Degraded(f"{error.detail} [{error.code}]") from error
