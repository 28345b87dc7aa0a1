"""Where a request comes from and which host it means; only trusted proxies may say otherwise."""

from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit

import msgspec

from rustok.app.edge.asgi import Scope, header


class Origin(msgspec.Struct, frozen=True):
    """The caller's address, the host asked for and the scheme."""

    address: str
    host: str
    scheme: str


class Origins:
    """Reads origins, believing the networks of one's own proxies.

    `public_url` fixes the scheme that pages link with, where a proxy that ends TLS does not say.
    """

    def __init__(self, trusted: tuple[str, ...], public_url: str | None = None) -> None:
        self._scheme = urlsplit(public_url).scheme if public_url else None
        self._trusted: list[IPv4Network | IPv6Network] = [ip_network(net) for net in trusted]

    def read(self, scope: Scope) -> Origin:
        """The origin of a request."""
        address = (scope.get("client") or ("", 0))[0]
        host = header(scope, b"host") or ""
        scheme = self._scheme or scope.get("scheme", "http")
        if not self._is_trusted(address):
            return Origin(address, host, scheme)
        return Origin(
            self._client(header(scope, b"x-forwarded-for"), address),
            header(scope, b"x-forwarded-host") or host,
            header(scope, b"x-forwarded-proto") or scheme,
        )

    def _client(self, forwarded: str | None, address: str) -> str:
        # the rightmost address that is not a proxy of ours is the last one that could not be forged
        for hop in reversed([hop.strip() for hop in (forwarded or "").split(",") if hop.strip()]):
            address = hop
            if not self._is_trusted(hop):
                break
        return address

    def _is_trusted(self, address: str) -> bool:
        if not self._trusted:
            return False
        try:
            found = ip_address(address)
        except ValueError:
            return False
        return any(found in network for network in self._trusted)
