#!/usr/bin/env python3
"""Everything a developer or a first user types: run, test, bench, chaos, lint, lock.

    python3 dev.py run          starts SMS Desk
    python3 dev.py test         runs the tests that need nothing (`--all`: every test, and the lint)

Only the standard library. The first call makes `.venv` and installs `requirements.lock` into it, checked by hash;
the following ones see from a stamp that nothing changed and start at once.
"""

import sys

OLDEST = (3, 11)
if sys.version_info < OLDEST:
    sys.exit(
        f"SMS Desk needs Python 3.11 or newer, this is {sys.version_info[0]}.{sys.version_info[1]}: "
        "install python3.11, then type python3.11 in place of python3."
    )

import argparse
import hashlib
import importlib.util
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Final, NoReturn

ROOT: Final = Path(__file__).resolve().parent
VENV: Final = ROOT / ".venv"
LOCK: Final = ROOT / "requirements.lock"
PROJECT: Final = ROOT / "pyproject.toml"
STAMP: Final = VENV / "smsdesk-stamp"
ON_WINDOWS: Final = sys.platform == "win32"
BIN: Final = VENV / ("Scripts" if ON_WINDOWS else "bin")
PYTHON: Final = BIN / ("python.exe" if ON_WINDOWS else "python")

# Debian's packages by the library that Qt loads. The others that Qt wants come with these.
QT_LIBRARIES: Final = {
    "libglib-2.0.so.0": "libglib2.0-0",
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libfontconfig.so.1": "libfontconfig1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libgssapi_krb5.so.2": "libgssapi-krb5-2",
}
X11_LIBRARIES: Final = {
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}
TEST_PROGRAMS: Final = {
    "Xvfb": "xvfb",
    "xauth": "xauth",
    "xdotool": "xdotool",
    "objdump": "binutils",
    "patchelf": "patchelf",
    "desktop-file-validate": "desktop-file-utils",
    "appstreamcli": "appstream",
    "strace": "strace",
    "dbus-daemon": "dbus",
    "at-spi2-registryd": "at-spi2-core",
    "debootstrap": "debootstrap",
    "systemd-analyze": "systemd",
    "groff": "groff-base",
}
SERVER_PROGRAMS: Final = ("redis-server", "redis-sentinel", "rabbitmq-server", "initdb")
SERVER_FOLDERS: Final = ("/usr/sbin", "/usr/local/sbin", "/usr/lib/postgresql/*/bin")
NO_SERVICES: Final = Path("/usr/sbin/policy-rc.d")
CHINESE_FONT: Final = "fonts-wqy-microhei"
CHINESE_FONT_FILES: Final = ("*wqy*", "*Noto*CJK*", "*DroidSansFallback*", "*SourceHan*")
FONT_FOLDERS: Final = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts")

PROBE: Final = """
import ctypes, sys
for name in sys.argv[1:]:
    try:
        ctypes.CDLL(name)
    except OSError:
        print(name)
"""
VERSION: Final = f"{sys.version_info[0]}.{sys.version_info[1]}"
PLAIN_TESTS: Final = "not server and not slow and not frozen and not bench"
ALONE_TESTS: Final = "alone or frozen"
# A file's tests stay together, since they share servers. One more than there are processors: most tests wait.
# A process that dies takes one test with it, not the run, and is not tried for ever.
SIDE_BY_SIDE: Final = ("-n", str(min(8, (os.cpu_count() or 1) + 1)), "--dist", "loadfile", "--max-worker-restart", "3")
HANGS_AFTER_S: Final = 35 * 60
"""A run of the tests that takes longer will not end by itself: each half of `test --all` takes some ten minutes."""


def say(sentence: str) -> None:
    """Print one line of progress."""
    print(f"dev.py: {sentence}", flush=True)


def stop(sentence: str) -> NoReturn:
    """End with status 1 and a sentence that says what to do."""
    sys.exit(f"dev.py: {sentence}")


# -- packages of the system --------------------------------------------------------------------------------------------


def install_packages(packages: Sequence[str], why: str) -> None:
    """Install Debian packages where that is allowed, else say the line to type and stop."""
    line = "apt-get install -y --no-install-recommends " + " ".join(packages)
    if not shutil.which("apt-get"):
        stop(f"{why} Install with your system's package manager what Debian calls: {' '.join(packages)}")
    if os.geteuid() != 0:
        stop(f"{why} Type this, then start again:\n\n    sudo apt-get update && sudo {line}\n")
    say(f"{why} Installing {' '.join(packages)} ...")
    apt_get("update")  # what fails here shows in the next one
    status, output = apt_get(*line.split()[1:])
    if status != 0:
        stop(f"this failed; its last lines say why:\n\n    {line}\n\n{last_lines(output)}")


def apt_get(*arguments: str) -> tuple[int, str]:
    """Run apt-get without questions; returns its status and what it wrote."""
    done = subprocess.run(
        ["apt-get", "-qq", *arguments],
        env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    return done.returncode, done.stdout


def last_lines(text: str, count: int = 20) -> str:
    """The end of a program's output."""
    return "\n".join(text.splitlines()[-count:])


def missing_libraries(libraries: Mapping[str, str]) -> list[str]:
    """Debian's names of the libraries that cannot be loaded. They are tried in a child: loading has effects."""
    found = subprocess.run([PYTHON, "-c", PROBE, *libraries], capture_output=True, text=True, check=True)
    return [libraries[name] for name in found.stdout.split()]


def check_qt(*, with_x11: bool) -> None:
    """Make sure that Qt's widgets can be loaded (and, with X11, shown)."""
    if sys.platform != "linux" or noted("qt-x11" if with_x11 else "qt"):
        return
    missing = missing_libraries({**QT_LIBRARIES, **(X11_LIBRARIES if with_x11 else {})})
    if missing:
        install_packages(missing, "Qt lacks libraries of the system.")
    tried = subprocess.run(
        [PYTHON, "-c", "import PySide6.QtWidgets, PySide6.QtSvg"], capture_output=True, text=True, cwd=ROOT
    )
    if tried.returncode != 0:
        stop(f"Qt cannot be loaded. It needs glibc 2.34 or newer (Debian 12, Ubuntu 22.04) and says:\n{tried.stderr}")
    note("qt", *(["qt-x11"] if with_x11 else []))


def check_test_programs() -> None:
    """Tests work a window as a screen reader and a keyboard do, and trace a worker; freezing reads with objdump."""
    if sys.platform != "linux" or noted("test-programs"):
        return
    path = f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/libexec"
    missing = [package for program, package in TEST_PROGRAMS.items() if not shutil.which(program, path=path)]
    if not has_chinese_font():
        missing.append(CHINESE_FONT)
    if sys.base_prefix == "/usr":  # Debian's Python does not need its shared library, a frozen program does
        missing += missing_libraries({f"libpython{VERSION}.so.1.0": f"libpython{VERSION}"})
    if missing:
        install_packages(missing, "The tests need programs of the system.")
    note("test-programs")


def check_servers() -> None:
    """The tests start servers of their own. Without a program its tests are skipped, so its lack ends nothing."""
    missing = missing_servers() if sys.platform == "linux" else []
    if missing and os.geteuid() == 0 and shutil.which("apt-get"):
        with ExitStack() as afterwards:
            if not NO_SERVICES.exists():  # Debian's packages start what they install, and the tests want programs only
                afterwards.callback(NO_SERVICES.unlink, missing_ok=True)
                NO_SERVICES.write_text("#!/bin/sh\nexit 101\n", "utf-8")
                NO_SERVICES.chmod(0o755)
            install_packages(missing, "The tests need programs of servers.")
    elif missing:
        line = "sudo apt-get install -y --no-install-recommends " + " ".join(missing)
        say(f"tests that need these servers are skipped. To install them (some 200 MB) type:\n\n    {line}\n")


def missing_servers() -> list[str]:
    """Debian's names of the servers whose programs are not found; some lie where only root's path leads."""
    folders = [str(folder) for pattern in SERVER_FOLDERS for folder in Path("/").glob(pattern.lstrip("/"))]
    path = os.pathsep.join([os.environ.get("PATH", ""), *folders])
    missing = [program for program in SERVER_PROGRAMS if not shutil.which(program, path=path)]
    return ["postgresql" if program == "initdb" else program for program in missing]


def has_chinese_font() -> bool:
    """Whether a font with Chinese characters is installed where Linux keeps fonts."""
    folders = (Path(folder).expanduser() for folder in FONT_FOLDERS)
    return any(next(folder.rglob(name), None) for folder in folders for name in CHINESE_FONT_FILES)


# -- the environment in .venv ------------------------------------------------------------------------------------------


def fingerprint() -> str:
    """Changes with whatever the environment is made from."""
    digest = hashlib.sha256(f"{VERSION} {ROOT}".encode())
    for path in (LOCK, PROJECT):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def noted(what: str = "installed") -> bool:
    """Whether the stamp says that this was done for the present environment."""
    try:
        first, *notes = STAMP.read_text("utf-8").split()
    except (OSError, ValueError):
        return False
    return first == fingerprint() and what in notes


def note(*done: str) -> None:
    """Add to the stamp."""
    kept = STAMP.read_text("utf-8").split()[1:] if noted() else []
    STAMP.write_text("\n".join([fingerprint(), *dict.fromkeys([*kept, *done])]) + "\n", "utf-8")


def bootstrap() -> None:
    """Make or refresh `.venv`, if its stamp does not say that it is up to date."""
    if noted() and PYTHON.exists():
        return
    if not usable(PYTHON):
        make_venv(VENV)
    STAMP.unlink(missing_ok=True)
    say("installing what requirements.lock names into .venv (some 130 MB, once) ...")
    pip("--require-hashes", "-r", str(LOCK))
    pip("--no-deps", "--no-build-isolation", "-e", str(ROOT))
    note("installed")
    say(".venv is ready")


def usable(python: Path) -> bool:
    """Whether this interpreter runs, has pip and is of the version that runs this script."""
    script = f"import sys, pip; sys.exit('%d.%d' % sys.version_info[:2] != '{VERSION}')"
    try:
        return subprocess.run([python, "-c", script], stderr=subprocess.DEVNULL).returncode == 0
    except OSError:
        return False


def make_venv(folder: Path) -> None:
    """Make a virtual environment with pip, from the interpreter that runs this script."""
    if any(importlib.util.find_spec(module) is None for module in ("venv", "ensurepip")):
        install_packages([f"python{VERSION}-venv"], "This Python cannot make virtual environments.")
    say(f"making {folder.name} with Python {sys.version.split()[0]} ...")
    outside = getattr(sys, "_base_executable", sys.executable)  # not the one in .venv, which may be what is cleared
    done = subprocess.run([outside, "-m", "venv", "--clear", folder], capture_output=True, text=True)
    if done.returncode != 0:
        stop(f"{folder} could not be made:\n{last_lines(done.stdout + done.stderr)}")


def pip(*arguments: str) -> None:
    """Run pip install, one line for each package; the machine's own configuration of pip holds."""
    command: list[str | Path] = [PYTHON, "-m", "pip", "install", "--no-input", "--progress-bar", "off"]
    if os.environ.get("DEV_UV") and shutil.which("uv"):  # asked for, since uv does not read pip's configuration
        command = ["uv", "pip", "install", "--python", PYTHON]
    output: list[str] = []
    with subprocess.Popen(
        [*command, *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    ) as process:
        for line in process.stdout or ():
            output.append(line)
            if line.startswith(("Collecting ", "Processing ")):
                say("  " + Path(line.split()[1]).name.split("==")[0].split("-py")[0].split("-cp")[0])
    if process.returncode != 0:
        tail = last_lines("".join(output))
        stop(f"the installation failed; the last lines say why. Type the same again to go on.\n{tail}")


def environment(**more: str) -> dict[str, str]:
    """The environment of what is started: `.venv` first on the path, Qt without a screen where there is none."""
    chosen = {**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ.get('PATH', '')}", "VIRTUAL_ENV": str(VENV), **more}
    if not has_display():
        chosen.setdefault("QT_QPA_PLATFORM", "offscreen")
    return chosen


def has_display() -> bool:
    """Whether windows can be shown."""
    return sys.platform != "linux" or any(map(os.environ.get, ("DISPLAY", "WAYLAND_DISPLAY")))


def call(*command: str | Path, env: Mapping[str, str] | None = None) -> int:
    """Run something in the project's folder and return its status."""
    try:
        return subprocess.run(command, cwd=ROOT, env=env or environment()).returncode
    except KeyboardInterrupt:
        return 130


# -- the commands ------------------------------------------------------------------------------------------------------


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
    check_qt(with_x11=False)
    return call(PYTHON, "-m", "benchmarks", *arguments, env=environment(PYTHONPATH=str(ROOT / "tests")))


def chaos(arguments: Sequence[str]) -> int:
    """Break real processes at random and hold the ledger against the gateway's count."""
    bootstrap()
    return call(PYTHON, "-m", "chaos", *arguments, env=environment(PYTHONPATH=str(ROOT / "tests")))


def packaging(script: str, arguments: Sequence[str]) -> int:
    """Run one of the programs in packaging/, which build what people download."""
    bootstrap()
    check_qt(with_x11=True)
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
