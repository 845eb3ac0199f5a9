"""What is made for Linux, as the judges of its own world see it: menu entry, description, manual pages, modes."""

from __future__ import annotations

import gzip
import shutil
import subprocess
import tarfile
from email.utils import parsedate_to_datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from tasks import __version__

FOLDER = Path(__file__).resolve().parents[2] / "packaging"
DATE_S = 1_790_000_000


@pytest.fixture
def release(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(str(FOLDER))
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(DATE_S))
    return import_module("release").read_release()


@pytest.fixture
def share(tmp_path: Path, release: Any) -> Path:
    """What a desktop is told, laid out as /usr/share."""
    pytest.importorskip("PySide6")
    import_module("desktop_files").write_desktop_files(tmp_path, release)
    return tmp_path


def judged_by(program: str, *arguments: str | Path) -> str:
    """What a checker of the system says of a file; nothing where it finds nothing."""
    found = shutil.which(program)
    if found is None:
        pytest.skip(f"{program} is not installed on this machine")
    done = subprocess.run([found, *arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60)
    return done.stdout if done.returncode else ""


def test_the_menu_takes_the_entry(share: Path) -> None:
    (entry,) = (share / "applications").glob("*.desktop")
    assert judged_by("desktop-file-validate", entry) == ""


def test_a_software_centre_takes_the_description(share: Path) -> None:
    (described,) = (share / "metainfo").glob("*.metainfo.xml")
    assert judged_by("appstreamcli", "validate", "--no-net", described) == ""
    assert f'version="{__version__}"' in described.read_text("utf-8")


@pytest.mark.parametrize("program", ["sms-desk", "sms-desk-worker"])
def test_each_program_has_a_manual_page_that_roff_takes(program: str) -> None:
    page = FOLDER / "linux" / f"{program}.1"
    assert judged_by("groff", "-man", "-ww", "-Tutf8", "-z", page) == ""


@pytest.mark.parametrize(
    ("name", "mode", "kept"),
    [
        ("sms-desk", 0o755, 0o755),
        ("valkey-server", 0o700, 0o755),
        ("_ssl.cpython-311-x86_64-linux-gnu.so", 0o755, 0o644),
        ("libQt6Core.so.6", 0o755, 0o644),
        ("libpython3.11.so.1.0", 0o555, 0o644),
        ("README.md", 0o600, 0o644),
    ],
)
def test_programs_are_executable_and_nothing_else_is(release: Any, name: str, mode: int, kept: int) -> None:
    assert release.mode_of(name, mode) == kept
    entry = tarfile.TarInfo(f"folder/{name}")
    entry.mode = mode
    assert release.stamped(entry).mode == kept


def test_the_packages_documents_are_debians(tmp_path: Path, release: Any) -> None:
    import_module("debian_package").write_documents(tmp_path / "doc", release)
    changelog = gzip.decompress((tmp_path / "doc/changelog.gz").read_bytes()).decode()
    assert changelog.startswith(f"sms-desk ({__version__}) ")
    signed = changelog.rstrip().splitlines()[-1]
    assert parsedate_to_datetime(signed.partition(">  ")[2]).timestamp() == DATE_S
    assert b"# Changelog" in gzip.decompress((tmp_path / "doc/CHANGELOG.md.gz").read_bytes())


def test_the_archive_says_where_to_start_and_has_manual_and_service(tmp_path: Path, release: Any) -> None:
    pytest.importorskip("PySide6")
    import_module("archive").write_extras(tmp_path, release, "2.34")
    said = (tmp_path / "README.txt").read_text("utf-8")
    assert said.startswith(f"SMS Desk {__version__}\n")
    assert ("@" in said, "./install-for-me" in said, "从这里开始" in said, "glibc 2.34" in said) == (
        False,
        True,
        True,
        True,
    )
    assert {path.name for path in (tmp_path / "share/man/man1").iterdir()} == {"sms-desk.1", "sms-desk-worker.1"}
    assert {path.name for path in (tmp_path / "systemd").iterdir()} == {"sms-desk-worker.service", "worker.env.example"}
    assert (tmp_path / "install-for-me").stat().st_mode & 0o100


def test_the_package_brings_the_settings_as_an_example_and_asks_about_none(tmp_path: Path, release: Any) -> None:
    package = import_module("debian_package")
    package.write_service(tmp_path)
    package.write_documents(tmp_path / "usr/share/doc/sms-desk", release)
    example = tmp_path / "usr/share/doc/sms-desk/examples/worker.env"
    assert example.read_bytes() == (FOLDER / "systemd/worker.env.example").read_bytes()
    assert not (tmp_path / "etc").exists()
    package.write_control(tmp_path, release)
    assert {path.name for path in (tmp_path / "DEBIAN").iterdir()} == {"control", "postinst", "prerm", "postrm"}
    control = (tmp_path / "DEBIAN/control").read_text("utf-8")
    assert "\nDepends: libc6 (>= 2.17)\n" in control
