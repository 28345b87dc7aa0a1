"""Signing in to NATS by password, token, nkey and credentials, and speaking TLS with it."""

import asyncio
import base64
import json
from binascii import crc_hqx
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import msgspec
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.x509.oid import NameOID

from rustok.core.resilience import Rules
from rustok.streaming.nats.signing import BadNkey, Nkey, credentials
from rustok.streaming.settings import StreamingSettings
from rustok.testing.conformance.transport import Log
from rustok.testing.nats_server import NatsServer
from tests.streaming.stands import NatsStand, reached

# of the nkeys documentation of NATS
KNOWN_SEED = "SUAGMJH5XLGZKQQWAWKRZJIGMOU4HPFUYLXJMXOO5NLFEO2OOQJ5LPRDPM"


def seed(prefix: int, key: Ed25519PrivateKey) -> str:
    raw = key.private_bytes_raw()
    body = bytes([18 << 3 | prefix >> 5, (prefix & 31) << 3]) + raw
    return encoded(body)


def public(prefix: int, key: Ed25519PrivateKey) -> str:
    return encoded(bytes([prefix]) + key.public_key().public_bytes_raw())


def encoded(body: bytes) -> str:
    return base64.b32encode(body + crc_hqx(body, 0).to_bytes(2, "little")).decode().rstrip("=")


USER, ACCOUNT, OPERATOR = 20 << 3, 0, 14 << 3


@contextmanager
def serving(home: Path, more: str) -> Iterator[NatsServer]:
    server = NatsServer(home, more=more)
    server.start()
    try:
        yield server
    finally:
        server.kill()


async def gets_in(server: NatsServer, settings: StreamingSettings) -> None:
    async with NatsStand(server, settings).open() as transport:
        await transport.sink.publish(Log().append(3))


async def stays_outside(server: NatsServer, settings: StreamingSettings) -> None:
    transport = NatsStand(server, settings).make(rules=Rules(failures=1))
    task = asyncio.create_task(transport.run())
    await reached(lambda: transport.breaker.opened > 0)
    assert transport.state == "connecting"
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_password(tmp_path: Path) -> None:
    more = 'authorization { user: "shop", password: "right" }'
    with serving(tmp_path / "nats", more) as server:
        await gets_in(server, StreamingSettings(nats_user="shop", nats_password="right"))
        await stays_outside(server, StreamingSettings(nats_user="shop", nats_password="wrong"))
        await stays_outside(server, StreamingSettings())


async def test_token(tmp_path: Path) -> None:
    with serving(tmp_path / "nats", 'authorization { token: "right" }') as server:
        await gets_in(server, StreamingSettings(nats_token="right"))
        await stays_outside(server, StreamingSettings(nats_token="wrong"))


async def test_nkey(tmp_path: Path) -> None:
    mine, other = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
    for name, key in {"mine": mine, "other": other}.items():
        (tmp_path / name).write_text(seed(USER, key) + "\n")
    more = f'authorization {{ users: [ {{ nkey: "{public(USER, mine)}" }} ] }}'
    with serving(tmp_path / "nats", more) as server:
        await gets_in(server, StreamingSettings(nats_nkey_file=str(tmp_path / "mine")))
        await stays_outside(server, StreamingSettings(nats_nkey_file=str(tmp_path / "other")))


def jwt(claims: dict[str, object], issuer: Ed25519PrivateKey) -> str:
    def part(value: object) -> bytes:
        return base64.urlsafe_b64encode(msgspec.json.encode(value)).rstrip(b"=")

    signed = part({"typ": "JWT", "alg": "ed25519-nkey"}) + b"." + part(claims)
    signature = base64.urlsafe_b64encode(issuer.sign(signed)).rstrip(b"=")
    return (signed + b"." + signature).decode()


async def test_credentials(tmp_path: Path) -> None:
    operator, account, system, user = (Ed25519PrivateKey.generate() for _ in range(4))
    now = 1_767_225_600

    def claims(
        subject: str, issuer: str, name: str, nats: Mapping[str, object]
    ) -> dict[str, object]:
        return {
            "jti": name,
            "iat": now,
            "iss": issuer,
            "sub": subject,
            "name": name,
            "nats": {"version": 2, **nats},
        }

    by, to = public(OPERATOR, operator), public(ACCOUNT, account)
    bounds = dict.fromkeys(("subs", "data", "payload", "imports", "exports", "conn", "leaf"), -1)
    kept = dict.fromkeys(("mem_storage", "disk_storage", "streams", "consumer"), -1)
    of_shop = {"type": "account", "limits": {**bounds, **kept, "wildcards": True}}
    of_system = {"type": "account", "limits": {**bounds, "wildcards": True}}
    administers = public(ACCOUNT, system)
    accounts = {
        to: jwt(claims(to, by, "shop", of_shop), operator),
        administers: jwt(claims(administers, by, "system", of_system), operator),
    }
    operators = jwt(
        claims(by, by, "o", {"type": "operator", "system_account": administers}),
        operator,
    )
    of_user = claims(
        public(USER, user), to, "me", {"type": "user", "subs": -1, "data": -1, "payload": -1}
    )
    (tmp_path / "me.creds").write_text(
        f"-----BEGIN NATS USER JWT-----\n{jwt(of_user, account)}\n------END NATS USER JWT------\n\n"
        f"-----BEGIN USER NKEY SEED-----\n{seed(USER, user)}\n------END USER NKEY SEED------\n"
    )
    preload = ", ".join(f"{key}: {json.dumps(text)}" for key, text in accounts.items())
    more = (
        f'operator: "{operators}"\nresolver: MEMORY\n'
        f"resolver_preload: {{ {preload} }}\nsystem_account: {administers}"
    )
    with serving(tmp_path / "nats", more) as server:
        creds = str(tmp_path / "me.creds")
        await gets_in(server, StreamingSettings(nats_credentials_file=creds))
        await stays_outside(server, StreamingSettings())


def test_a_key_is_known_by_its_seed() -> None:
    key = Ed25519PrivateKey.generate()
    nkey = Nkey(seed(USER, key))
    assert nkey.public == public(USER, key)
    key.public_key().verify(base64.b64decode(nkey.sign("nonce")), b"nonce")
    assert Nkey(KNOWN_SEED).public.startswith("U")


@pytest.mark.parametrize("text", ["", "SU", "not a seed!", f"{KNOWN_SEED[:-1]}A"])
def test_what_is_no_users_seed_is_refused(text: str) -> None:
    with pytest.raises(BadNkey):
        Nkey(text)


def test_the_seed_of_an_account_is_no_users() -> None:
    with pytest.raises(BadNkey, match="begins with SU"):
        Nkey(seed(ACCOUNT, Ed25519PrivateKey.generate()))


def test_what_are_no_credentials_is_refused() -> None:
    with pytest.raises(BadNkey):
        credentials("-----BEGIN NATS USER JWT-----\nabc\n------END NATS USER JWT------")


class Authority:
    """Signs certificates for a test."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test authority")])
        own = self._signed(self._name, self._key.public_key(), authority=True)
        self.file = self._written("ca.pem", own.public_bytes(serialization.Encoding.PEM))

    def issue(self, name: str) -> tuple[str, str]:
        """The files of a certificate for the loopback, and of its key."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        certificate = self._signed(subject, key.public_key(), authority=False)
        private = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        return (
            self._written(f"{name}.pem", certificate.public_bytes(serialization.Encoding.PEM)),
            self._written(f"{name}.key", private),
        )

    def _written(self, name: str, content: bytes) -> str:
        path = self._folder / name
        path.write_bytes(content)
        return str(path)

    def _signed(
        self, subject: x509.Name, key: ec.EllipticCurvePublicKey, *, authority: bool
    ) -> x509.Certificate:
        now = datetime.now(UTC)
        loopback = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(hours=1))
            .not_valid_after(now + timedelta(hours=1))
            .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
            .add_extension(
                x509.KeyUsage(
                    digital_signature=True,
                    key_cert_sign=authority,
                    crl_sign=authority,
                    content_commitment=False,
                    key_encipherment=False,
                    data_encipherment=False,
                    key_agreement=False,
                    encipher_only=False,
                    decipher_only=False,
                ),
                critical=True,
            )
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()),
                critical=False,
            )
            .add_extension(loopback, critical=False)
            .sign(self._key, hashes.SHA256())
        )


async def test_tls_with_certificates_of_both_sides(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    certificate, key = authority.issue("server")
    mine, my_key = authority.issue("client")
    more = (
        f'tls {{ cert_file: "{certificate}", key_file: "{key}", ca_file: "{authority.file}", '
        "verify: true }"
    )
    with serving(tmp_path / "nats", more) as server:
        known = StreamingSettings(
            tls_ca_file=authority.file, tls_cert_file=mine, tls_key_file=my_key
        )
        await gets_in(server, known)
        await stays_outside(server, StreamingSettings(tls_ca_file=authority.file))
        stranger = tmp_path / "stranger"
        stranger.mkdir()
        await stays_outside(
            server, msgspec.structs.replace(known, tls_ca_file=Authority(stranger).file)
        )
