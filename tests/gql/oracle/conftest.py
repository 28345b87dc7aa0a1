"""Whose answers are compared with graphql-core's."""

import pytest

from rustok.gql import compiler
from tests.gql.oracle.running import Execute


@pytest.fixture
def execute_ours() -> Execute:
    return compiler.execute
