"""What pip installs: the files of sdist and wheel, and the window of `sms-desk[desktop]` in an empty home."""

from __future__ import annotations

import os
import subprocess
import tarfile
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import psutil
import pytest
from support.base_install import Built
from support.desk import ROOT
from support.waiting import wait_until

from tasks import __version__

pytestmark = [pytest.mark.server, pytest.mark.slow]

BESIDE = {"pyproject.toml", "README.md", "README.zh-CN.md", "CHANGELOG.md", "LICENSE"}
MADE = {"PKG-INFO", ".gitignore"}
"""What the builder adds to an sdist."""
READY_WITHIN_S = 40
MEANS_NOTHING = "This plugin does not support propagateSizeHints()"
"""Qt's offscreen platform says so of every window."""


def below(folder: Path, *names: str) -> set[str]:
    files = {path for name in names for path in (folder / name).rglob("*") if path.is_file()}
    return {path.relative_to(folder).as_posix() for path in files}


def test_the_wheel_holds_the_two_packages_whole_and_nothing_else(built: Built) -> None:
    with zipfile.ZipFile(built.wheel) as wheel:
        files = {name for name in wheel.namelist() if not name.endswith("/")}
    about = f"sms_desk-{__version__}.dist-info"
    ours = below(built.source, "tasks", "desktop")
    assert {name for name in files if not name.startswith(f"{about}/")} == ours
    assert {name.removeprefix(f"{about}/") for name in files} - ours == {
        "METADATA", "WHEEL", "RECORD", "entry_points.txt", "licenses/LICENSE",
    }  # fmt: skip
    kinds = {Path(name).suffix for name in ours}
    assert {".py", ".ts", ".svg", ".tsv"} <= kinds
    assert any("/migrations/versions/" in name for name in ours)


def test_the_sdist_holds_the_sources_and_what_a_wheel_is_made_with(built: Built) -> None:
    with tarfile.open(built.sdist) as sdist:
        files = {name.partition("/")[2] for name in (one.name for one in sdist if one.isfile())}
    assert files - MADE == below(built.source, "tasks", "desktop") | BESIDE


def test_every_extra_is_in_both_readmes() -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
    for name in ("README.md", "README.zh-CN.md"):
        text = (ROOT / name).read_text("utf-8")
        assert [extra for extra in extras if f"sms-desk[{extra}]" not in text] == []


def test_with_its_extra_the_window_opens_with_all_its_parts(desktop_install: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    environment = {
        "HOME": str(home), "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "QT_QPA_PLATFORM": "offscreen",
        "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
    }  # fmt: skip
    window = subprocess.Popen(
        [desktop_install / "sms-desk"],
        env=environment,
        cwd=home,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        log = home / ".local/share/sms-desk/logs/worker.log"
        wait_until(lambda: window.poll() is not None or (log.exists() and " ready" in log.read_text()), READY_WITHIN_S)
        assert window.poll() is None, window.communicate()[0]
        children = psutil.Process(window.pid).children(recursive=True)
        started = [" ".join(child.cmdline()) for child in children]
        for role in ("clerk", "server", "worker"):
            assert any(f"-m tasks {role}" in line for line in started), started
        # All of it is the installed package, not this checkout.
        ours = [line for line in started if "-m tasks" in line]
        assert all(line.startswith(str(desktop_install)) for line in ours), ours
        window.terminate()
        said, _ = window.communicate(timeout=READY_WITHIN_S)
        assert window.returncode == 0, said
        assert [line for line in said.splitlines() if line != MEANS_NOTHING] == []
        assert psutil.wait_procs(children, timeout=READY_WITHIN_S)[1] == []
    finally:
        window.kill()
        window.communicate()


def test_the_extra_brings_qt_and_nothing_of_a_server_or_a_test(desktop_install: Path, tmp_path: Path) -> None:
    wanted = (
        "import importlib.util as u; print([n for n in ('PySide6', 'psycopg', 'gevent', 'pytest') if u.find_spec(n)])"
    )
    done = subprocess.run(
        [desktop_install / "python", "-c", wanted], cwd=tmp_path, env=without_ours(), capture_output=True, text=True
    )
    assert (done.returncode, done.stdout) == (0, "['PySide6']\n")
    told = subprocess.run(
        [desktop_install / "sms-desk", "--version"], env=without_ours(), capture_output=True, text=True
    )
    assert told.stdout == f"SMS Desk {__version__}\n"


def without_ours() -> dict[str, Any]:
    return {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
