"""Make `.venv` complete for one purpose, whatever state it is in.

Called by the Makefile as `tools/bootstrap PURPOSE` and by any Python 3.11 or newer, so it imports
the standard library only. A stamp in the environment says for which inputs it was completed; the
stamp is taken away before the first change, so an interrupted run is finished by the next one.
"""

import fcntl
import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

UV_FLOOR = (0, 13)
ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
VENV_PYTHON = VENV / "bin" / "python"
PURPOSES = ("runtime", "development", "test")
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
NODE_PROJECTS = tuple(ROOT / "tests" / "api" / name for name in ("graphql_http", "graphql_clients"))


class BootstrapError(Exception):
    """Setting up failed; the message says what to do."""


def main(arguments: Sequence[str]) -> int:
    if len(arguments) != 1 or arguments[0] not in PURPOSES:
        print(f"usage: tools/bootstrap {'|'.join(PURPOSES)}", file=sys.stderr)
        return 2
    purpose = arguments[0]
    try:
        with exclusive():
            if not is_complete(purpose):
                complete(purpose)
            if purpose == "test":
                ensure_browser()
                ensure_node_packages()
                ensure_graphql_core_suite()
    except BootstrapError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


@contextmanager
def exclusive() -> Iterator[None]:
    """Let one bootstrap of this clone run at a time; the kernel drops the lock of a dead one."""
    with (ROOT / "pyproject.toml").open("rb") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Waiting for another make in this clone to finish setting up")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def complete(purpose: str) -> None:
    say(f"Setting up .venv for {purpose} (the first time takes a minute or two)")
    for stamp in stamps(purpose):
        stamp.unlink(missing_ok=True)
    ensure_environment()
    ensure_uv()
    groups = ["--no-dev"] if purpose == "runtime" else []
    uv("sync", "--frozen", "--inexact", *groups)
    if purpose == "test":
        for project in examples():
            uv("pip", "install", "--no-deps", "--editable", f"./{project.relative_to(ROOT)}")
    stamp_of(purpose).write_text(fingerprint(purpose), encoding="ascii")


def is_complete(purpose: str) -> bool:
    """Tell whether the environment was completed for this purpose or a larger one."""
    return runs() and any(
        stamp.exists() and stamp.read_text(encoding="ascii") == fingerprint(name)
        for name, stamp in ((name, stamp_of(name)) for name in purposes_from(purpose))
    )


def purposes_from(purpose: str) -> Sequence[str]:
    return PURPOSES[PURPOSES.index(purpose) :]


def stamp_of(purpose: str) -> Path:
    return VENV / f".complete-for-{purpose}"


def stamps(purpose: str) -> Iterator[Path]:
    """Stamps that a change for this purpose could make untrue: its own and every larger one's."""
    return map(stamp_of, purposes_from(purpose))


def fingerprint(purpose: str) -> str:
    """Hash what the environment is made from and what is in it.

    Its own place counts, because it holds absolute paths; and so do the names of the installed
    distributions, because a `uv sync` by hand removes what it does not know.
    """
    digest = hashlib.sha256(os.fsencode(ROOT))
    inputs = [ROOT / "pyproject.toml", ROOT / "uv.lock", VENV / "pyvenv.cfg"]
    if purpose == "test":
        inputs += [project / "pyproject.toml" for project in examples()]
    for path in inputs:
        digest.update(b"\0" + path.read_bytes())
    for path in sorted(VENV.glob("lib/python*/site-packages/*.dist-info")):
        digest.update(b"\0" + os.fsencode(path.name))
    return digest.hexdigest()


def examples() -> list[Path]:
    return sorted(path.parent for path in ROOT.glob("examples/*/pyproject.toml"))


def ensure_environment() -> None:
    if not runs():
        create_environment()


def create_environment() -> None:
    if importlib.util.find_spec("ensurepip") is None:
        install_venv_module()
    run([sys.executable, "-m", "venv", "--clear", str(VENV)])


def runs() -> bool:
    """Tell whether the environment has a working interpreter that is new enough."""
    question = "import sys; sys.exit(sys.version_info < (3, 11))"
    try:
        return (VENV / "pyvenv.cfg").is_file() and succeeds([str(VENV_PYTHON), "-c", question])
    except OSError:
        return False


def install_venv_module() -> None:
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    package = f"python{version}-venv"
    if not may_install_packages():
        raise BootstrapError(
            f"{sys.executable} cannot create virtual environments (it has no ensurepip).\n"
            f"       On Debian or Ubuntu: sudo apt-get install {package}"
        )
    say(f"Installing {package}")
    if not install_packages(package):
        raise BootstrapError(f"apt-get could not install {package}; see its messages above.")


def ensure_uv() -> None:
    python = str(VENV_PYTHON)
    if uv_is_new_enough():
        return
    # No pip: another tool made this environment, or its creation was interrupted.
    if not succeeds([python, "-m", "pip", "--version"]) and not succeeds(
        [python, "-m", "ensurepip", "--upgrade"]
    ):
        create_environment()
    requirement = "uv>={}.{}".format(*UV_FLOOR)
    run([python, "-m", "pip", "--disable-pip-version-check", "--quiet", "install", requirement])


def uv_is_new_enough() -> bool:
    asked = subprocess.run(
        [VENV_PYTHON, "-m", "uv", "--version"], capture_output=True, text=True, check=False
    )
    found = re.match(r"uv (\d+)\.(\d+)", asked.stdout)
    return found is not None and (int(found[1]), int(found[2])) >= UV_FLOOR


def uv(*arguments: str) -> None:
    """Run uv on this clone's own environment; other UV_* settings are the caller's business."""
    environment = {
        **os.environ,
        "UV_PROJECT_ENVIRONMENT": str(VENV),
        "UV_PYTHON": str(VENV_PYTHON),
    }
    environment.pop("VIRTUAL_ENV", None)
    options = [] if sys.stderr.isatty() else ["--quiet"]
    if not cache_is_writable(environment):
        options.append("--no-cache")
    run([str(VENV_PYTHON), "-m", "uv", *options, *arguments], environment)


def cache_is_writable(environment: dict[str, str]) -> bool:
    """Tell whether uv can keep its cache: a service user's home may not exist."""
    home = Path(environment.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    cache = Path(environment.get("UV_CACHE_DIR") or home / "uv")
    try:
        cache.mkdir(parents=True, exist_ok=True)
    except OSError:
        return False
    return os.access(cache, os.W_OK | os.X_OK)


def ensure_browser() -> None:
    """Install Debian's Chromium where we may; without one the browser tests skip and say so."""
    if any(shutil.which(name) for name in BROWSERS):
        return
    if not may_install_packages():
        say("No Chromium found: the tests that need a browser will be skipped")
        return
    say("Installing Chromium for the tests that need a browser")
    if not install_packages("chromium", "fonts-liberation"):
        say("Chromium could not be installed: the tests that need a browser will be skipped")


def ensure_node_packages() -> None:
    """Install what tests run in Node; without Node or a registry they skip and say so."""
    missing = [project for project in NODE_PROJECTS if not has_packages(project)]
    if not missing or not ensure_node():
        return
    for project in missing:
        say(f"Installing the Node packages of {project.relative_to(ROOT)}")
        options = ["--ignore-scripts", "--no-audit", "--no-fund"]
        if succeeds(["npm", "ci", *options, "--prefix", str(project)], quiet=False):
            shutil.copyfile(project / "package-lock.json", installed_lock(project))
        else:
            say("npm failed: the tests that need these packages will be skipped")


def has_packages(project: Path) -> bool:
    installed = installed_lock(project)
    wanted = (project / "package-lock.json").read_bytes()
    return installed.is_file() and installed.read_bytes() == wanted


def installed_lock(project: Path) -> Path:
    """Where the lock file is kept that the packages were installed from."""
    return project / "node_modules" / ".installed-lock.json"


def ensure_node() -> bool:
    if shutil.which("node") and shutil.which("npm"):
        return True
    if not may_install_packages():
        say("No Node with npm found: the tests that need it will be skipped")
        return False
    say("Installing Node for the tests that need it")
    if install_packages("nodejs", "npm"):
        return True
    say("Node could not be installed: the tests that need it will be skipped")
    return False


def ensure_graphql_core_suite() -> None:
    """Unpack the tests that graphql-core has in its sources; without them ours skip and say so."""
    locked = tomllib.loads((ROOT / "uv.lock").read_text(encoding="utf-8"))["package"]
    package = next(package for package in locked if package["name"] == "graphql-core")
    version, digest = package["version"], package["sdist"]["hash"]
    folder = VENV / "share" / f"graphql-core-{version}"
    if folder.is_dir():
        return
    say("Fetching the tests of graphql-core")
    with tempfile.TemporaryDirectory(dir=VENV) as scratch:
        requirements = Path(scratch) / "requirements.txt"
        requirements.write_text(f"graphql-core=={version} --hash={digest}\n", encoding="ascii")
        options = ["--quiet", "--no-deps", "--no-binary=graphql-core", f"--dest={scratch}"]
        pip = [str(VENV_PYTHON), "-m", "uv", "--quiet", "tool", "run", "pip"]
        if not succeeds([*pip, "download", *options, f"-r{requirements}"], quiet=False):
            say("They could not be fetched: they will be skipped")
            return
        (archive,) = Path(scratch).glob("*.tar.gz")
        unpack_tests(archive, Path(scratch) / "suite")
        folder.parent.mkdir(exist_ok=True)
        (Path(scratch) / "suite").rename(folder)


def unpack_tests(archive: Path, folder: Path) -> None:
    with tarfile.open(archive) as tar:
        for member in tar:
            _, *parts = Path(member.name).parts
            content = tar.extractfile(member)
            if content is not None and parts[0] in ("tests", "LICENSE") and ".." not in parts:
                target = folder.joinpath(*parts)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(content.read())


def may_install_packages() -> bool:
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def install_packages(*packages: str) -> bool:
    apt = ["apt-get", "--quiet", "--option", "DPkg::Lock::Timeout=300"]
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    install = [*apt, "install", "--yes", "--no-install-recommends", *packages]
    return all(
        succeeds(command, environment, quiet=False) for command in ([*apt, "update"], install)
    )


def run(command: Sequence[str], environment: dict[str, str] | None = None) -> None:
    if not succeeds(command, environment, quiet=False):
        raise BootstrapError(f"this command failed, see its messages above:\n       {command}")


def succeeds(
    command: Sequence[str], environment: dict[str, str] | None = None, *, quiet: bool = True
) -> bool:
    output = subprocess.DEVNULL if quiet else sys.stderr
    finished = subprocess.run(
        command,
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        check=False,
    )
    return finished.returncode == 0


def say(message: str) -> None:
    print(f"-- {message}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
