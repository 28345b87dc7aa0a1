"""Access tokens: every forgery is refused, whatever it plays with."""

import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from itertools import product
from typing import Any
from uuid import uuid4

import pytest
from joserfc import jws
from joserfc.jwk import OKPKey

from rustok.auth.errors import InvalidToken, TokenOtherTenant
from rustok.auth.keys import REGISTRY, KeyRing
from rustok.auth.service import AuthService
from rustok.auth.types import SESSION_ID, USER_ID
from rustok.core.context import Context, TenantRef
from rustok.core.errors import RustokError
from rustok.core.host import Host
from rustok.core.identity import Authenticator
from rustok.core.secrets import SecretKey
from tests.auth.people import Clock, People

Json = dict[str, Any]


def encoded(part: Json | bytes) -> str:
    raw = part if isinstance(part, bytes) else json.dumps(part).encode()
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def decoded(part: str) -> Json:
    found: Json = json.loads(urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return found


@pytest.fixture
async def token(people: People) -> str:
    return (await people.register()).tokens.access_token


@pytest.fixture
async def key(host: Host, token: str) -> Any:
    """The very key that the server signs with: a forger could not have more."""
    current = await host.get(KeyRing).current()
    return current.private(host.get(SecretKey))


async def refusal(host: Host, tenant: TenantRef, token: str, case: str = "") -> RustokError:
    """The error; a matrix names its case, so that the one which was let in is known."""
    try:
        await host.get(Authenticator).authenticate(tenant, token)
    except InvalidToken as error:
        return error
    return pytest.fail(f"let in: {case or token}")


async def test_a_token_says_what_the_contract_says(token: str, clock: Clock) -> None:
    header, claims = (decoded(part) for part in token.split(".")[:2])

    assert set(header) == {"alg", "typ", "kid"}
    assert (header["alg"], header["typ"]) == ("EdDSA", "at+jwt")
    assert set(claims) == {"iss", "aud", "sub", "tid", "sid", "exp", "iat", "jti", "typ"}
    assert claims["iat"] == int(clock.now().timestamp())
    assert claims["exp"] - claims["iat"] == 900
    USER_ID.parse(claims["sub"])
    SESSION_ID.parse(claims["sid"])


async def test_resigned_by_hand_a_true_token_is_believed(
    host: Host, tenant: TenantRef, token: str, key: Any
) -> None:
    """Shows that the forgeries below fail for what they change and for nothing else."""
    header, claims = (decoded(part) for part in token.split(".")[:2])
    forged = jws.serialize_compact(header, json.dumps(claims), key, registry=REGISTRY)

    actor = await host.get(Authenticator).authenticate(tenant, forged)

    assert USER_ID.text(actor.user_id or uuid4()) == claims["sub"]


HEADERS: dict[str, Json] = {
    "crit": {"crit": ["b64"], "b64": True},
    "crit-unknown": {"crit": ["x"], "x": 1},
    "crit-empty": {"crit": []},
    "jwk": {"jwk": {"kty": "OKP", "crv": "Ed25519", "x": "AAAA"}},
    "jku": {"jku": "https://evil.example/jwks.json"},
    "x5u": {"x5u": "https://evil.example/cert.pem"},
    "x5c": {"x5c": ["AAAA"]},
    "cty": {"cty": "JWT"},
    "typ-jwt": {"typ": "JWT"},
    "typ-missing": {"typ": None},
    "kid-unknown": {"kid": "unknown"},
    "kid-empty": {"kid": ""},
    "kid-path": {"kid": "../../dev/null"},
    "kid-sql": {"kid": "' OR '1'='1"},
    "kid-number": {"kid": 1},
    "alg-name": {"alg": "Ed25519"},
    "alg-lower": {"alg": "eddsa"},
    "alg-rs256": {"alg": "RS256"},
}


async def test_a_header_with_anything_else_is_refused(
    host: Host, tenant: TenantRef, token: str, key: Any
) -> None:
    header, claims, _ = token.split(".")
    for case, changes in HEADERS.items():
        changed = {k: v for k, v in {**decoded(header), **changes}.items() if v is not None}
        signed = f"{encoded(changed)}.{claims}"
        signature = key.private_key.sign(signed.encode())

        await refusal(host, tenant, f"{signed}.{encoded(signature)}", case)


async def test_no_algorithm_is_refused(host: Host, tenant: TenantRef, token: str) -> None:
    header, claims, signature = token.split(".")
    for algorithm in ("none", "None", "NONE", ""):
        forged = encoded({**decoded(header), "alg": algorithm})
        for tail in ("", signature):
            await refusal(host, tenant, f"{forged}.{claims}.{tail}")


async def test_the_public_key_is_no_shared_secret(
    host: Host, tenant: TenantRef, token: str, key: Any
) -> None:
    header, claims, _ = token.split(".")
    public = key.public_key
    secrets_to_try = (
        public.public_bytes_raw(),
        key.as_pem(private=False),
        json.dumps(key.as_dict(private=False)).encode(),
    )
    for bits, secret in product(("256", "384", "512"), secrets_to_try):
        signed = f"{encoded({**decoded(header), 'alg': f'HS{bits}'})}.{claims}"
        signature = hmac.digest(secret, signed.encode(), f"sha{bits}")
        await refusal(host, tenant, f"{signed}.{encoded(signature)}")


async def test_a_key_of_ones_own_under_a_known_kid_is_refused(
    host: Host, tenant: TenantRef, token: str
) -> None:
    header, claims, _ = token.split(".")
    own = OKPKey.generate_key("Ed25519")
    forged = jws.serialize_compact(
        decoded(header), json.dumps(decoded(claims)), own, registry=REGISTRY
    )

    await refusal(host, tenant, forged)


CLAIMS: dict[str, Callable[[Json], Json]] = {
    "iss": lambda _: {"iss": "someone-else"},
    "aud": lambda _: {"aud": "someone-else"},
    "aud-list": lambda claims: {"aud": [claims["aud"]]},
    "typ-refresh": lambda _: {"typ": "refresh"},
    "typ-missing": lambda _: {"typ": None},
    "iss-missing": lambda _: {"iss": None},
    "aud-missing": lambda _: {"aud": None},
    "exp-missing": lambda _: {"exp": None},
    "exp-past": lambda claims: {"exp": claims["iat"] - 10, "iat": claims["iat"] - 910},
    "exp-text": lambda claims: {"exp": str(claims["exp"])},
    "exp-before-iat": lambda claims: {"exp": claims["iat"]},
    "iat-future": lambda claims: {"iat": claims["iat"] + 60},
    "iat-missing": lambda _: {"iat": None},
    "sub-missing": lambda _: {"sub": None},
    "sub-empty": lambda _: {"sub": ""},
    "sub-other-kind": lambda claims: {"sub": claims["sid"]},
    "sid-missing": lambda _: {"sid": None},
    "sid-empty": lambda _: {"sid": ""},
    "tid-missing": lambda _: {"tid": None},
    "tid-empty": lambda _: {"tid": ""},
}


async def test_well_signed_claims_that_do_not_fit_are_refused(
    host: Host, tenant: TenantRef, token: str, key: Any
) -> None:
    header, claims = (decoded(part) for part in token.split(".")[:2])
    for case, change in CLAIMS.items():
        changed = {k: v for k, v in {**claims, **change(claims)}.items() if v is not None}
        payload = json.dumps(changed)
        forged = jws.serialize_compact(header, payload, key, registry=REGISTRY)

        await refusal(host, tenant, forged, case)


async def test_a_payload_that_is_no_object_is_refused(
    host: Host, tenant: TenantRef, token: str, key: Any
) -> None:
    header = decoded(token.split(".")[0])
    for payload in ("[]", "null", '"admin"', "{", "\x00"):
        forged = jws.serialize_compact(header, payload, key, registry=REGISTRY)
        await refusal(host, tenant, forged)


async def test_a_spoilt_token_is_refused(host: Host, tenant: TenantRef, token: str) -> None:
    header, claims, signature = token.split(".")
    for spoilt in (
        "",
        "Bearer",
        f"{header}.{claims}",
        f"{token}.",
        f"{token}.e30",
        token[:-6] + "AAAAAA",
        token.replace(".", "..", 1),
        f"{token}é",
        "a" * 5_000,
        "...",
        f"{header}..{signature}",
    ):
        await refusal(host, tenant, spoilt)


async def test_the_users_id_and_the_sessions_must_belong_together(
    host: Host, tenant: TenantRef, people: People, token: str, key: Any
) -> None:
    other = decoded((await people.register("eve@example.org")).tokens.access_token.split(".")[1])
    header, claims = (decoded(part) for part in token.split(".")[:2])
    mixed = {**claims, "sub": other["sub"]}
    forged = jws.serialize_compact(header, json.dumps(mixed), key, registry=REGISTRY)

    with pytest.raises(RustokError) as caught:
        await host.get(Authenticator).authenticate(tenant, forged)

    assert caught.value.status == 401


async def test_a_token_ends_at_its_time_also_where_it_was_verified_before(
    host: Host, tenant: TenantRef, token: str, clock: Clock
) -> None:
    authenticator = host.get(Authenticator)
    await authenticator.authenticate(tenant, token)
    clock.turn(seconds=904)
    await authenticator.authenticate(tenant, token)

    clock.turn(seconds=2)

    assert "expired" in (await refusal(host, tenant, token)).detail


async def test_another_tenants_valid_token_is_forbidden(
    host: Host, token: str, other_tenant: TenantRef
) -> None:
    with pytest.raises(TokenOtherTenant) as caught:
        await host.get(Authenticator).authenticate(other_tenant, token)

    assert (caught.value.status, caught.value.code) == (403, "TOKEN_OTHER_TENANT")


async def test_a_tenants_session_is_unknown_to_another_even_with_its_id_in_the_token(
    host: Host, token: str, key: Any, other_tenant: TenantRef
) -> None:
    header, claims = (decoded(part) for part in token.split(".")[:2])
    moved = {**claims, "tid": str(other_tenant.id)}
    forged = jws.serialize_compact(header, json.dumps(moved), key, registry=REGISTRY)

    with pytest.raises(RustokError) as caught:
        await host.get(Authenticator).authenticate(other_tenant, forged)

    assert caught.value.code == "SESSION_ENDED"


async def test_an_access_token_refreshes_nothing(
    auth: AuthService, visitor: Context, token: str
) -> None:
    with pytest.raises(RustokError) as caught:
        await auth.refresh(visitor, token)

    assert caught.value.code == "INVALID_REFRESH_TOKEN"
