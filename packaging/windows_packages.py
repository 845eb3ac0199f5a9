"""For Windows: a .zip to unpack anywhere, and an installer where Inno Setup is there to make it."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import zipfile
from pathlib import Path

from icons import write_ico
from release import Release

WINDOWS = Path(__file__).resolve().parent / "windows"
USUAL_PLACES = (r"C:\Program Files (x86)\Inno Setup 6\ISCC.exe", r"C:\Program Files\Inno Setup 6\ISCC.exe")


def make_zip(bundle: Path, into: Path, release: Release, preset: int) -> Path:
    """The folder as one file."""
    name = f"sms-desk-{release.version}-windows-x64"
    made = into / f"{name}.zip"
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=max(1, preset)) as archive:
        for path in sorted(bundle.rglob("*")):
            archive.write(path, f"{name}/{path.relative_to(bundle).as_posix()}")
    return made


def make_installer(bundle: Path, into: Path, release: Release, _preset: int) -> Path | None:
    """The setup program; None where Inno Setup is missing."""
    compiler = shutil.which("iscc") or next((place for place in USUAL_PLACES if Path(place).is_file()), None)
    if compiler is None:
        print("package: Inno Setup 6 is not installed, so there will be no installer")
        return None
    with tempfile.TemporaryDirectory() as folder:
        script = write_script(Path(folder), bundle, into, release)
        subprocess.run([compiler, "/Q", script], check=True)
    return into / f"sms-desk-{release.version}-windows-x64-setup.exe"


def write_script(folder: Path, bundle: Path, into: Path, release: Release) -> Path:
    """Inno Setup's script with its places filled, and beside it what it includes."""
    folder.mkdir(parents=True, exist_ok=True)
    icon = write_ico(folder / "sms-desk.ico")
    text = (WINDOWS / "sms-desk.iss.in").read_text("utf-8")
    filled = release.fill(text, BUNDLE=bundle, INTO=into, ICON=icon, ROOT=WINDOWS.parent.parent)
    script = folder / "sms-desk.iss"
    script.write_text(filled, "utf-8-sig")  # Inno Setup takes a file without the mark to be of the system's code page
    chinese = WINDOWS / "ChineseSimplified.isl"
    if chinese.is_file():
        shutil.copy(chinese, folder)
    return script
