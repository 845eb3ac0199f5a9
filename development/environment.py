"""The virtual environment in `.venv`, and how programs are started in it."""

import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from development.console import last_lines, say, stop
from development.debian import install_packages
from development.stamp import BIN, LOCK, PYTHON, ROOT, STAMP, VENV, VERSION, note, noted


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
