#!/usr/bin/env python3
"""Everything a developer or a first user types: run, test, bench, chaos, lint, lock.

    python3 dev.py run          starts SMS Desk
    python3 dev.py test         runs the tests that need nothing (`--all`: every test, and the lint)

Only the standard library, and `development/`. The first call makes `.venv` and installs `requirements.lock` into it,
checked by hash; the following ones see from a stamp that nothing changed and start at once.
"""

import sys

OLDEST = (3, 11)
if sys.version_info < OLDEST:
    sys.exit(
        f"SMS Desk needs Python 3.11 or newer, this is {sys.version_info[0]}.{sys.version_info[1]}: "
        "install python3.11, then type python3.11 in place of python3."
    )

import argparse
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from development.console import say, stop
from development.environment import bootstrap, call, environment, has_display, make_venv
from development.stamp import BIN, LOCK, ON_WINDOWS, PYTHON, ROOT
from development.system import check_build_programs, check_qt, check_servers, check_test_programs

PLAIN_TESTS: Final = "not server and not slow and not frozen and not bench"
ALONE_TESTS: Final = "alone or frozen"
# A file's tests stay together, since they share servers. One more than there are processors: most tests wait.
# A process that dies takes one test with it, not the run, and is not tried for ever.
SIDE_BY_SIDE: Final = ("-n", str(min(8, (os.cpu_count() or 1) + 1)), "--dist", "loadfile", "--max-worker-restart", "3")
HANGS_AFTER_S: Final = 35 * 60
"""A run of the tests that takes longer will not end by itself: each half of `test --all` takes some ten minutes."""


def run(arguments: Sequence[str]) -> int:
    """Start the window."""
    if not has_display() and "QT_QPA_PLATFORM" not in os.environ:
        stop("there is no display to show the window on: start this in a desktop session, or with `ssh -X`.")
    bootstrap()
    check_qt(with_x11=bool(os.environ.get("DISPLAY")))
    command = [str(PYTHON), "-m", "desktop", *arguments]
    if not ON_WINDOWS:
        os.chdir(ROOT)
        os.execve(PYTHON, command, environment())
    return call(*command)


def test(arguments: Sequence[str], *, everything: bool) -> int:
    """Run the tests; with `everything` also those that need servers or time, and the lint."""
    bootstrap()
    check_qt(with_x11=everything)
    if not everything:
        return pytest("-m", PLAIN_TESTS, *(arguments or SIDE_BY_SIDE))
    check_test_programs()
    check_servers()
    lint_status = lint()
    status = pytest(*arguments) if arguments else side_by_side()
    if lint_status != 0:
        print("dev.py: the lint failed, see above the tests", file=sys.stderr)
    return status or lint_status


def pytest(*arguments: str) -> int:
    """Run pytest in the environment's Python."""
    return call(PYTHON, "-m", "pytest", *arguments)


def pytest_unattended(*arguments: str) -> int:
    """The same for a run that nobody watches: one that hangs is ended with all it started."""
    running = subprocess.Popen(
        (str(PYTHON), "-m", "pytest", *arguments), cwd=ROOT, env=environment(), start_new_session=True
    )
    try:
        return running.wait(HANGS_AFTER_S)
    except (subprocess.TimeoutExpired, KeyboardInterrupt) as error:
        if isinstance(error, subprocess.TimeoutExpired):
            print(f"dev.py: the tests hang: not done after {HANGS_AFTER_S:.0f} s, so ended", file=sys.stderr)
        (running.kill if ON_WINDOWS else lambda: os.killpg(running.pid, signal.SIGKILL))()
        running.wait()
        return 1


def side_by_side() -> int:
    """All tests: first those that only wait for servers and processes, several at once; then what measures time."""
    together = pytest_unattended(*SIDE_BY_SIDE, "-m", f"not ({ALONE_TESTS})")
    alone = pytest_unattended("-m", ALONE_TESTS)
    return together or alone


def bench(arguments: Sequence[str]) -> int:
    """Run the benchmarks, all or the named ones."""
    bootstrap()
    check_qt(with_x11=True)
    check_test_programs()
    return call(PYTHON, "-m", "benchmarks", *arguments, env=environment(PYTHONPATH=str(ROOT / "tests")))


def chaos(arguments: Sequence[str]) -> int:
    """Break real processes at random and hold the ledger against the gateway's count."""
    bootstrap()
    return call(PYTHON, "-m", "chaos", *arguments, env=environment(PYTHONPATH=str(ROOT / "tests")))


def packaging(script: str, arguments: Sequence[str]) -> int:
    """Run one of the programs in packaging/, which build what people download."""
    bootstrap()
    check_qt(with_x11=True)
    check_build_programs()
    return call(PYTHON, ROOT / "packaging" / script, *arguments)


def lint() -> int:
    """Run every checker, also after one has failed; returns 1 if any did."""
    bootstrap()
    checks: Iterable[Sequence[str | Path]] = (
        (PYTHON, "-m", "ruff", "check", "."),
        (PYTHON, "-m", "ruff", "format", "--check", "."),
        (PYTHON, "-m", "mypy"),
        (BIN / "lint-imports",),
    )
    failed = [check for check in checks if call(*check) != 0]
    for check in failed:
        say("FAILED: " + " ".join(str(part) for part in check))
    return 1 if failed else 0


def lock() -> int:
    """Remake requirements.lock for every platform; it names versions and hashes, and no index."""
    with tempfile.TemporaryDirectory() as folder:
        uv = shutil.which("uv") or str(install_uv(Path(folder) / "venv"))
        status = call(
            uv, "pip", "compile", "--quiet", "--universal", "--generate-hashes", "--no-header",
            "--python-version", "3.11", "--group", "dev", "--extra", "desktop", "pyproject.toml", "-o", LOCK.name,
        )  # fmt: skip
    if status == 0 and "://" in LOCK.read_text("utf-8"):
        stop(f"{LOCK.name} names an address; it must not. Look at your configuration of uv.")
    return status


def install_uv(folder: Path) -> Path:
    """Install uv into a virtual environment of its own and return its program."""
    make_venv(folder)
    scripts = folder / BIN.name
    subprocess.run([scripts / PYTHON.name, "-m", "pip", "install", "--quiet", "uv"], check=True)
    return scripts / "uv"


def parse(arguments: Sequence[str]) -> tuple[argparse.Namespace, list[str]]:
    """What was typed; the second part is handed on to what is started."""
    parser = argparse.ArgumentParser(prog="dev.py", description="Runs SMS Desk and its tests out of this folder.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="command")
    commands.add_parser("run", help="start the window; further arguments are handed to it", add_help=False)
    tests = commands.add_parser("test", help="run the tests; further arguments are pytest's", allow_abbrev=False)
    tests.add_argument("--all", action="store_true", help="also those that need servers or time, and the lint")
    commands.add_parser("bench", help="run the benchmarks, all or the named ones", add_help=False)
    commands.add_parser("chaos", help="break everything at random: sent twice? lost?", add_help=False)
    commands.add_parser("bundle", help="build the program as one folder that needs no Python", add_help=False)
    commands.add_parser("package", help="make the .tar.xz and the .deb of it", add_help=False)
    commands.add_parser("lint", help="run ruff, mypy and import-linter")
    commands.add_parser("lock", help="remake requirements.lock with the newest versions that pyproject.toml allows")
    chosen, rest = parser.parse_known_args(arguments)
    if rest and chosen.command in ("lint", "lock"):
        parser.error(f"{chosen.command} takes no arguments")
    return chosen, rest


def main(arguments: Sequence[str]) -> int:
    """Do what was typed and return the status."""
    chosen, rest = parse(arguments)
    if chosen.command == "run":
        return run(rest)
    if chosen.command == "test":
        return test(rest, everything=chosen.all)
    if chosen.command == "bench":
        return bench(rest)
    if chosen.command == "chaos":
        return chaos(rest)
    if chosen.command in ("bundle", "package"):
        return packaging(f"{chosen.command}.py", rest)
    return lint() if chosen.command == "lint" else lock()


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
