"""The rig's own module is installed in the databases of its tests."""

import pytest

from rustok.core.modules.registry import Modules, installed
from tools.crash.module.module import MODULE


@pytest.fixture(scope="session")
def modules() -> Modules:
    """Every installed module, and the rig's."""
    return Modules([*installed(), MODULE])
