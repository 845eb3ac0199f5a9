"""Make what people download from the bundle, for the system this runs on. `python3 dev.py package` runs this.

Linux: `.tar.xz` and `.deb`. Windows: `.zip` and an installer. macOS: `.dmg`.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from archive import make_archive
from bundle import BUILD, build, check_size
from debian_package import make_deb
from macos_packages import make_dmg
from release import Release, read_release
from sizes import print_table
from windows_packages import make_installer, make_zip

MOST_PACKED_MB = 70
Maker = Callable[[Path, Path, Release, int], Path | None]
"""(bundle, folder for the package, what is released, how hard to pack) → the package; None if it cannot be made."""
SMALL, FAST = 6, 0
"""Presets of xz."""


def main() -> int:
    """Parse the command line, build the bundle unless one is given, and make the packages."""
    makers = makers_of(sys.platform)
    parser = argparse.ArgumentParser(prog="dev.py package", description="Make what people download.")
    parser.add_argument("--bundle", type=Path, help="take this folder instead of building it")
    parser.add_argument("--into", type=Path, default=BUILD / "packages")
    parser.add_argument("--only", choices=list(makers), help="make one kind of package")
    parser.add_argument("--fast", action="store_true", help="pack fast instead of small, for trying it out")
    asked = parser.parse_args()
    bundle: Path = asked.bundle.resolve() if asked.bundle else build(BUILD / "bundle")
    into: Path = asked.into.resolve()
    into.mkdir(parents=True, exist_ok=True)
    release = read_release()
    status = check_size(print_table(bundle))
    for make in [makers[asked.only]] if asked.only else makers.values():
        made = make(bundle, into, release, FAST if asked.fast else SMALL)
        if made is not None:
            size = made.stat().st_size / 1e6
            print(f"package: {made} ({size:.1f} MB)", flush=True)
            status = status or int(size > MOST_PACKED_MB and not asked.fast)
    return status


def makers_of(platform: str) -> Mapping[str, Maker]:
    """Kind of package → what makes it."""
    if platform == "win32":
        return {"zip": make_zip, "setup": make_installer}
    if platform == "darwin":
        return {"dmg": make_dmg}
    return {"tar.xz": make_archive, "deb": make_deb}


if __name__ == "__main__":
    if sys.platform == "linux" and shutil.which("dpkg-deb") is None:
        print("package: dpkg-deb is not installed, so there will be no .deb", file=sys.stderr)
    sys.exit(main())
