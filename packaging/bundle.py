"""Build the bundle: one folder with both programs and all they need. `python3 dev.py bundle` runs this.

Prints what each part costs, and fails when the folder is larger than it may be.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

from licence_folder import write_licences
from sizes import MOST_MB, folder_mb, print_table

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
SPEC = HERE / "sms-desk.spec"
BUILD = ROOT / "build"
NAME = "sms-desk"
MACOS_APP = "SMS Desk.app"


def main() -> int:
    """Parse the command line, build, and print where it is."""
    parser = argparse.ArgumentParser(prog="dev.py bundle", description="Build the program as one folder.")
    parser.add_argument("--into", type=Path, default=BUILD / "bundle", help="the folder in which `sms-desk` is made")
    into: Path = parser.parse_args().into.resolve()
    bundle = build(into)
    costs = print_table(bundle)
    print(f"bundle: {bundle}")
    return check_size(costs)


def build(into: Path) -> Path:
    """Freeze both programs and finish the folder. It appears under its name only when it is complete."""
    making = into.with_name(into.name + ".making")
    shutil.rmtree(making, ignore_errors=True)
    freeze(making)
    made = making / "dist" / (MACOS_APP if sys.platform == "darwin" else NAME)
    strip(made)
    # A signed program of macOS may hold data in one place only.
    beside = made / "Contents" / "Resources" if sys.platform == "darwin" else made
    write_licences(beside, making / "work" / NAME / "sources.json")
    shutil.rmtree(into, ignore_errors=True)
    into.mkdir(parents=True)
    made.rename(into / made.name)
    shutil.rmtree(making)
    return into / made.name


def freeze(making: Path) -> None:
    """Run PyInstaller. Its words are shown only when it fails: most are about modules of other systems."""
    print("bundle: freezing both programs, some two minutes ...", flush=True)
    command = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--log-level", "WARN"]
    done = subprocess.run(
        [*command, "--distpath", making / "dist", "--workpath", making / "work", SPEC],
        cwd=ROOT,
        # PyInstaller's cache is not safe for two builds at once.
        env={**os.environ, "PYINSTALLER_CONFIG_DIR": str(making / "config"), "PYTHONPATH": ""},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if done.returncode != 0:
        raise SystemExit(f"PyInstaller failed:\n{done.stdout[-5_000:]}")


def strip(bundle: Path) -> None:
    """Take out of what belongs to Python itself its symbols, two thirds of it, and the folder it was built in.

    Not out of the others: the wheels' libraries were rewritten for other folders, and break.
    """
    inside = bundle / "_internal"
    libraries = [*inside.glob("libpython3*.so*"), *inside.glob("python3*/lib-dynload/*.so")]
    for name, option in (("strip", "--strip-unneeded"), ("patchelf", "--remove-rpath")):
        tool = shutil.which(name)
        if tool is None or not libraries:
            print(f"bundle: Python's libraries are as they were (`{name}` is not installed)")
        else:
            subprocess.run([tool, option, *libraries], check=True)
    if sys.platform == "linux":
        check_places(bundle)


def check_places(bundle: Path) -> None:
    """End the build where a library would look for others in a folder that somebody else may fill."""
    libraries = [path for path in bundle.rglob("*") if ".so" in path.name and path.is_file() and not path.is_symlink()]
    told = subprocess.run(["objdump", "-p", *libraries], capture_output=True, text=True, check=True).stdout
    searched = {line.split()[1] for line in told.splitlines() if line.split()[:1] in (["RUNPATH"], ["RPATH"])}
    foreign = sorted(place for place in ":".join(searched).split(":") if place and not place.startswith("$ORIGIN"))
    if foreign:
        raise SystemExit(
            f"bundle: libraries inside would be looked for in {', '.join(foreign)}, a folder of this machine alone. "
            "Install patchelf, which takes that out, and build again."
        )


def check_size(costs: Counter[str]) -> int:
    """1 if the folder is too large to be handed out."""
    total = folder_mb(costs)
    if total <= MOST_MB:
        return 0
    print(f"bundle: {total:.0f} MB, more than {MOST_MB}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
