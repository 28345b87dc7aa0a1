"""What is installed and how it is configured, read once at the start of a command."""

from collections.abc import Mapping

import msgspec

from rustok.app.secret_file import stored_secret
from rustok.app.settings import Config, load
from rustok.core.modules.registry import Modules, installed


class Installation(msgspec.Struct, frozen=True, kw_only=True):
    """The modules, their configuration, and the secret of the installation."""

    modules: Modules
    config: Config
    secret_key: str


def read_installation(environ: Mapping[str, str]) -> Installation:
    """The installation as the environment describes it.

    Raises BadModules, BadSettings, SecretUnusable, HomeUnwritable.
    """
    modules = installed()
    config = load(environ, modules)
    platform = config.platform
    secret_key = platform.secret_key or stored_secret(platform.home_path)
    return Installation(modules=modules, config=config, secret_key=secret_key)
