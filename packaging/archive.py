"""The .tar.xz: the bundle to be unpacked anywhere, with what a desktop, a reader and a server want beside it."""

from __future__ import annotations

import lzma
import shutil
import tarfile
import tempfile
from pathlib import Path

from bundle import NAME
from debian_package import PROGRAMS, newest_glibc, unit_for
from desktop_files import write_desktop_files
from release import Release

HERE = Path(__file__).resolve().parent
PLACE = "/opt/sms-desk"
"""Where the unit expects it."""
HEAD = f"""\
# The SMS Desk worker as a service, with this folder as {PLACE}. As root:
#   useradd --system --home-dir /var/lib/sms-desk --shell /usr/sbin/nologin sms-desk
#   install -D -m 600 {PLACE}/systemd/worker.env.example /etc/sms-desk/worker.env      # then fill it in
#   install -m 644 {PLACE}/systemd/sms-desk-worker.service /etc/systemd/system/
#   systemctl daemon-reload && systemctl enable --now sms-desk-worker
"""


def make_archive(bundle: Path, into: Path, release: Release, preset: int) -> Path:
    """The folder as one file: unpack it anywhere, start `sms-desk`. `install-for-me` puts it into the menu."""
    name = f"{NAME}-{release.version}-linux-{release.machine}"
    archive = into / f"{name}.tar.xz"
    print("package: packing the archive, about a minute ...", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        write_extras(Path(folder), release, f"2.{newest_glibc(bundle)}")
        with lzma.open(archive, "wb", preset=preset) as packed, tarfile.open(fileobj=packed, mode="w|") as tar:
            tar.add(bundle, name, filter=release.stamped)
            for extra in sorted(Path(folder).iterdir()):
                tar.add(extra, f"{name}/{extra.name}", filter=release.stamped)
    return archive


def write_extras(folder: Path, release: Release, glibc: str) -> None:
    """What lies beside the programs: where to start, menu and manual, the service."""
    write_desktop_files(folder / "share", release)
    manual, service = folder / "share/man/man1", folder / "systemd"
    for place in (manual, service):
        place.mkdir(parents=True)
    for program in PROGRAMS:
        shutil.copy(HERE / "linux" / f"{program}.1", manual)
    shutil.copy(HERE / "systemd/worker.env.example", service)
    (service / "sms-desk-worker.service").write_text(unit_for(f"{PLACE}/sms-desk-worker", HEAD), "utf-8")
    shutil.copy(HERE / "linux/install-for-me", folder)
    readme = release.fill((HERE / "linux/README.txt.in").read_text("utf-8"), GLIBC=glibc)
    (folder / "README.txt").write_text(readme, "utf-8")
