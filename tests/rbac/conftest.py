"""The people of the tests of auth; roles are theirs."""

import pytest

from rustok.core.host import Host
from rustok.rbac.service import RoleService
from tests.auth.conftest import auth, clock, environ, host, people, processes, users, visitor

__all__ = ["auth", "clock", "environ", "host", "people", "processes", "users", "visitor"]


@pytest.fixture
def roles(host: Host) -> RoleService:
    return host.get(RoleService)
