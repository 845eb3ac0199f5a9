"""The .deb: the bundle below /usr/lib, two names on the path, the menu's entry and the worker's service."""

from __future__ import annotations

import gzip
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from desktop_files import write_desktop_files
from release import Release

HERE = Path(__file__).resolve().parent
SCRIPTS = ("postinst", "prerm", "postrm")
PROGRAMS = ("sms-desk", "sms-desk-worker")
SETTINGS = "usr/share/sms-desk/worker.env"
"""What /etc/sms-desk/worker.env is made of where there is none (debian/postinst)."""
NEWEST_GLIBC = re.compile(rb"GLIBC_2\.(\d+)\b")


def make_deb(bundle: Path, into: Path, release: Release, preset: int) -> Path | None:
    """Build the package, packed with this preset of xz; None where `dpkg-deb` is missing."""
    if shutil.which("dpkg-deb") is None:
        return None
    made = into / f"sms-desk_{release.version}_{release.debian_machine}.deb"
    print("package: packing the .deb, about a minute ...", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "root"
        lay_out(bundle, root, release)
        write_control(root, release)
        command = ["dpkg-deb", "--root-owner-group", "-Zxz", f"-z{preset}", "--build", str(root), str(made)]
        environment = {**os.environ, "SOURCE_DATE_EPOCH": str(release.date_s)}
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=environment)
    return made


def lay_out(bundle: Path, root: Path, release: Release) -> None:
    """Every file at the place where Debian wants it."""
    shutil.copytree(bundle, root / "usr/lib/sms-desk", symlinks=True)
    (root / "usr/bin").mkdir(parents=True)
    for program in PROGRAMS:
        (root / "usr/bin" / program).symlink_to(f"../lib/sms-desk/{program}")
    write_desktop_files(root / "usr/share", release)
    write_service(root)
    manual = root / "usr/share/man/man1"
    manual.mkdir(parents=True)
    for program in PROGRAMS:
        write_packed(manual / f"{program}.1.gz", (HERE / "linux" / f"{program}.1").read_bytes())
    write_documents(root / "usr/share/doc/sms-desk", release)
    for path in (root, *root.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() else release.mode_of(path.name, path.stat().st_mode))


def write_service(root: Path) -> None:
    """The unit, which nobody's preset starts, its user, and what its settings are made of."""
    systemd, users, settings = root / "usr/lib/systemd", root / "usr/lib/sysusers.d", root / SETTINGS
    for folder in (systemd / "system", systemd / "system-preset", users, settings.parent):
        folder.mkdir(parents=True)
    unit = unit_for("/usr/bin/sms-desk-worker", "# The SMS Desk worker as a service.\n")
    (systemd / "system/sms-desk-worker.service").write_text(unit, "utf-8")
    shutil.copy(HERE / "linux/50-sms-desk.preset", systemd / "system-preset")
    shutil.copy(HERE / "linux/sysusers.conf", users / "sms-desk.conf")
    shutil.copy(HERE / "systemd/worker.env.example", settings)


def unit_for(program: str, head: str) -> str:
    """The unit for a worker that lies elsewhere than pip puts it, with another comment at its head."""
    unit = (HERE / "systemd/sms-desk-worker.service").read_text("utf-8")
    return re.sub(r"\A(?:#.*\n)+", head, unit).replace("/opt/sms-desk/bin/sms-desk-worker", program)


def write_documents(folder: Path, release: Release) -> None:
    """Copyright, changelog, READMEs and the service's settings; the texts of all licences lie with the program."""
    folder.mkdir(parents=True)
    project = HERE.parent
    copyright_text = (project / "LICENSE").read_text("utf-8")
    inside = "\nWhat else is inside, and under which licence: /usr/lib/sms-desk/licences\n"
    (folder / "copyright").write_text(copyright_text + inside, "utf-8")
    write_packed(folder / "CHANGELOG.md.gz", (project / "CHANGELOG.md").read_bytes())
    write_packed(folder / "changelog.gz", release.fill((HERE / "debian/changelog.in").read_text("utf-8")).encode())
    for name in ("README.md", "README.zh-CN.md"):
        shutil.copy(project / name, folder)
    (folder / "examples").mkdir()
    (folder / "examples/worker.env").symlink_to(f"../../../sms-desk/{Path(SETTINGS).name}")


def write_packed(target: Path, content: bytes) -> None:
    """A document as Debian keeps it; without a date, so that the same sources give the same package."""
    target.write_bytes(gzip.compress(content, 9, mtime=0))


def write_control(root: Path, release: Release) -> None:
    """What dpkg reads."""
    control = root / "DEBIAN"
    control.mkdir(mode=0o755)
    kilobytes = sum(path.stat().st_size for path in root.rglob("*") if path.is_file() and not path.is_symlink()) // 1024
    described = (HERE / "debian/control.in").read_text("utf-8")
    filled = release.fill(described, SIZE_KB=kilobytes, GLIBC=f"2.{newest_glibc(root)}")
    (control / "control").write_text(filled, "utf-8")
    for script in SCRIPTS:
        shutil.copy(HERE / "debian" / script, control)
        (control / script).chmod(0o755)


def newest_glibc(root: Path) -> int:
    """The newest 2.x of the C library that a file inside asks for."""
    found = {17}
    for path in root.rglob("*"):
        if path.is_file() and not path.is_symlink() and (".so" in path.name or path.stat().st_mode & 0o100):
            content = path.read_bytes()
            if content.startswith(b"\x7fELF"):
                found.update(int(number) for number in NEWEST_GLIBC.findall(content))
    return max(found)
