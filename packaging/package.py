"""Make what people download: `.tar.xz` and `.deb`, from the bundle. `python3 dev.py package` runs this."""

from __future__ import annotations

import argparse
import lzma
import shutil
import sys
import tarfile
import tempfile
from pathlib import Path

from bundle import BUILD, NAME, build, check_size
from debian_package import make_deb
from desktop_files import write_desktop_files
from release import Release, read_release
from sizes import print_table

MOST_PACKED_MB = 70


def main() -> int:
    """Parse the command line, build the bundle unless one is given, and make the packages."""
    parser = argparse.ArgumentParser(prog="dev.py package", description="Make the .tar.xz and the .deb.")
    parser.add_argument("--bundle", type=Path, help="take this folder instead of building it")
    parser.add_argument("--into", type=Path, default=BUILD / "packages")
    asked = parser.parse_args()
    bundle: Path = asked.bundle.resolve() if asked.bundle else build(BUILD / "bundle")
    into: Path = asked.into.resolve()
    into.mkdir(parents=True, exist_ok=True)
    release = read_release()
    status = check_size(print_table(bundle))
    for made in (make_archive(bundle, into, release), make_deb(bundle, into, release)):
        if made is not None:
            size = made.stat().st_size / 1e6
            print(f"package: {made} ({size:.1f} MB)", flush=True)
            status = status or int(size > MOST_PACKED_MB)
    return status


def make_archive(bundle: Path, into: Path, release: Release) -> Path:
    """The folder as one file: unpack it anywhere, start `sms-desk`. `install-for-me` puts it into the menu."""
    name = f"{NAME}-{release.version}-linux-{release.machine}"
    archive = into / f"{name}.tar.xz"
    print("package: packing the archive, about a minute ...", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        extras, installer = Path(folder) / "share", Path(__file__).parent / "linux" / "install-for-me"
        write_desktop_files(extras, release)
        with lzma.open(archive, "wb", preset=6) as packed, tarfile.open(fileobj=packed, mode="w|") as tar:
            tar.add(bundle, name, filter=release.stamped)
            tar.add(extras, f"{name}/share", filter=release.stamped)
            tar.add(installer, f"{name}/install-for-me", filter=release.stamped)
    return archive


if __name__ == "__main__":
    if sys.platform != "linux":
        sys.exit("package: only Linux's packages are made here")
    if shutil.which("dpkg-deb") is None:
        print("package: dpkg-deb is not installed, so there will be no .deb", file=sys.stderr)
    sys.exit(main())
