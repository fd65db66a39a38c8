#!/usr/bin/env python3
"""Everything done in a checkout starts here: makes the environment in .venv from the committed lock, then works in it.

Standard library only, so nothing has to be installed first. uv is used where it is there, else venv and pip, with the
hashed requirements.txt that is exported from the same lock.
"""

import os
import sys

# The two checks come before all that an older Python, or Windows, could stumble over; so this file's syntax is 3.6's.
if sys.version_info < (3, 11):  # noqa: UP036 — this file also runs where no package manager has looked at requires-python
    sys.exit(
        f"Recobro needs Python 3.11 or newer; {sys.executable} is {sys.version.split()[0]}."
        "\nStart dev.py with a newer one, say: python3.13 dev.py ..."
    )
if sys.platform == "win32":
    sys.exit("Recobro runs on Linux and macOS; on Windows, inside WSL.")

import fcntl
import hashlib
import importlib.util
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

USAGE = """\
python3 dev.py demo             fill an embedded store with a demo agency and serve it
python3 dev.py test             the quick tests (eight minutes); at its end it names what it left out
python3 dev.py test --all       all of them (half an hour). What else follows goes to pytest
python3 dev.py check            format, lint, types, import rules, locks, quick tests (all but these with --no-tests)
python3 dev.py mutate [FILE...] mutation testing of domain/: those files, --all, or what differs from main
python3 dev.py bench            the benchmarks
python3 dev.py pictures         those of README, taken anew from the demo
python3 dev.py sbom [FILE]      what a release is made of, as CycloneDX (recobro.cdx.json)
python3 dev.py recobro ...      the command line of Recobro

The environment in .venv is made at the first start, and anew when the lock has changed."""

ROOT = Path(__file__).resolve().parent
BIN = ROOT / ".venv" / "bin"
PYTHON = str(BIN / "python")
STAMP = ROOT / ".venv" / "made-from"
# Workers take tests that follow each other, so that one of them alone starts a module's server; idle ones help out.
TESTS = (PYTHON, "-m", "pytest", "-n", "auto", "--dist", "worksteal")
# Stress runs are left out of both, see pyproject.toml. What belongs to the whole suite alone, tests/whole.py tells.
QUICK, ALL = ("-m", "not long and not whole"), ("-m", "not long")
# Built by the lock's own hatchling: in isolation, uv and pip would fetch one that no lock pins.
RECOBRO_ITSELF = ("--no-deps", "--no-build-isolation", "--no-index", "--editable", ".")
EXPORT = "uv export --frozen --format requirements-txt --no-emit-project --no-annotate"
EXPORTED = {"requirements.txt": "--extra demo", "requirements-mutate.txt": "--only-group mutate"}


def main() -> None:
    command, *args = sys.argv[1:] or ["--help"]
    if command in ("-h", "--help", "help"):
        print(USAGE)
    elif command not in COMMANDS:
        sys.exit(f"dev.py has no command {command}.\n\n{USAGE}")
    else:
        make_environment()
        COMMANDS[command](args)


def demo(args: list[str]) -> NoReturn:
    become(str(BIN / "recobro"), "demo", *args)


def recobro(args: list[str]) -> NoReturn:
    become(str(BIN / "recobro"), *args)  # in the caller's folder: arguments may name files there


def test(args: list[str]) -> NoReturn:
    os.chdir(ROOT)
    prepare_tests()
    become(*TESTS, *(ALL if "--all" in args else QUICK), *(one for one in args if one != "--all"))


def mutate(args: list[str]) -> NoReturn:
    """With what only this needs added to the environment."""
    if not (BIN / "mutmut").exists():
        pip = ("uv", "pip", "install", "--python", PYTHON) if shutil.which("uv") else (PYTHON, "-m", "pip", "install")
        if not passes(*pip, "--quiet", "--no-deps", "--require-hashes", "-r", "requirements-mutate.txt"):
            sys.exit("mutmut could not be installed: the lines above say why.")
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    become(PYTHON, str(ROOT / "mutate.py"), *args)


def bench(args: list[str]) -> NoReturn:
    os.chdir(ROOT)
    become(PYTHON, "-m", "benchmarks", *args)


def sbom(args: list[str]) -> NoReturn:
    become(PYTHON, str(ROOT / "sbom.py"), *args)


def pictures(_: list[str]) -> NoReturn:
    os.chdir(ROOT)
    prepare_tests()
    become(PYTHON, str(ROOT / "docs" / "pictures" / "take.py"))


def check(args: list[str]) -> NoReturn:
    """Takes every step, whatever an earlier one found, and names at the end those that failed."""
    steps: dict[str, Callable[[], bool]] = {
        "format": lambda: passes(PYTHON, "-m", "ruff", "format", "--check", "."),
        "lint": lambda: passes(PYTHON, "-m", "ruff", "check", "."),
        "types, as mypy sees them": lambda: passes(PYTHON, "-m", "mypy"),
        "types, as pyright sees them": lambda: passes(PYTHON, "-m", "pyright"),
        "import rules": lambda: passes(str(BIN / "lint-imports"), "--no-logo"),
        "locks": locks_agree,
        "quick tests": lambda: prepare_tests() and passes(*TESTS, *QUICK),
    }
    if args == ["--no-tests"]:
        del steps["quick tests"]
    elif args:
        sys.exit(f"check knows only --no-tests, not: {' '.join(args)}")
    failed: list[str] = []
    for name, step in steps.items():
        print(f"\n== {name}", flush=True)
        if not step():
            failed.append(name)
    print("\n== " + (f"failed: {'; '.join(failed)}" if failed else "all well"))
    sys.exit(bool(failed))


def prepare_tests() -> bool:
    """Bytecode is kept, even where it is not by habit: else each server that a test starts spends 4 s on compiling."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    return have_a_browser()


def have_a_browser() -> bool:
    """Tests of the pages take the system's chromium; where it has none, Playwright fetches its own, once.

    The headless shell opens a window in a third of the time.
    """
    return any(map(shutil.which, ("chromium-headless-shell", "chromium"))) or passes(
        str(BIN / "playwright"), "install", "--only-shell", "chromium"
    )


def locks_agree() -> bool:
    """uv.lock fits pyproject.toml, and the files of requirements are its exports: only uv can tell."""
    if not shutil.which("uv"):
        print("not looked at: there is no uv here")
        return True
    stale = [] if passes("uv", "lock", "--locked") else ["uv lock"]
    for name, what in EXPORTED.items():
        export = f"{EXPORT} {what}"
        exported = subprocess.run(export.split(), cwd=ROOT, check=False, stdout=subprocess.PIPE, text=True).stdout
        if pins(exported) != pins((ROOT / name).read_text()):
            stale.append(f"{export} -o {name}")
    if stale:
        print(f"Put it right with: {' && '.join(stale)}")
    return not stale


def pins(requirements: str) -> list[str]:
    """All but the comments, in which uv tells how it was called."""
    return [line for line in requirements.splitlines() if not line.startswith("#")]


def make_environment() -> None:
    """The environment as the lock, and the Python that runs this, would have it. One process makes it, others wait."""
    wanted = fingerprint()
    with Path(__file__).open() as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        if STAMP.is_file() and STAMP.read_text() == wanted and Path(PYTHON).exists():
            return
        STAMP.unlink(missing_ok=True)
        print("Making the environment in .venv; this takes a minute or two, once.", file=sys.stderr, flush=True)
        made = install_with_uv() if shutil.which("uv") else install_with_pip()
        if not made:
            sys.exit(
                "The environment could not be made: the lines above say why. Making it needs the network"
                "\n(PyPI, or the mirror that uv or pip is set up for); once made, it needs none until the lock changes."
            )
        STAMP.write_text(wanted)


def fingerprint() -> str:
    """Of what an environment is made from. It holds paths into its checkout, so a moved one needs a new environment."""
    made_from = hashlib.sha256(f"{ROOT} {sys.version_info[:2]}".encode())
    for name in ("uv.lock", "requirements.txt"):
        made_from.update((ROOT / name).read_bytes())
    return made_from.hexdigest()


def install_with_uv() -> bool:
    os.environ["UV_PROJECT_ENVIRONMENT"] = str(ROOT / ".venv")  # whatever the caller has set for other projects
    return passes(
        *("uv", "sync", "--quiet", "--frozen", "--extra", "demo", "--no-install-project", "--python", sys.executable)
    ) and passes("uv", "pip", "install", "--quiet", "--python", PYTHON, *RECOBRO_ITSELF)


def install_with_pip() -> bool:
    if not (importlib.util.find_spec("venv") and importlib.util.find_spec("ensurepip")):
        sys.exit(
            f"{sys.executable} lacks the module venv or ensurepip, which make an environment."
            "\nOn Debian and Ubuntu: apt-get install python3-venv. Or install uv, which needs neither."
        )
    pip = (PYTHON, "-m", "pip", "--disable-pip-version-check", "install", "--quiet")
    return (
        passes(sys.executable, "-m", "venv", "--clear", str(ROOT / ".venv"))
        and passes(*pip, "--no-deps", "--require-hashes", "-r", "requirements.txt")
        and passes(*pip, *RECOBRO_ITSELF)
    )


def passes(*command: str) -> bool:
    return subprocess.run(command, cwd=ROOT, check=False).returncode == 0


def become(*command: str) -> NoReturn:
    """This process becomes the command, so that signals reach it and its exit code is ours."""
    os.execv(command[0], command)


COMMANDS = {
    "demo": demo,
    "test": test,
    "check": check,
    "mutate": mutate,
    "bench": bench,
    "pictures": pictures,
    "sbom": sbom,
    "recobro": recobro,
}

if __name__ == "__main__":
    main()
