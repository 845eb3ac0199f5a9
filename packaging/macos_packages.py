"""For macOS: a .dmg with SMS Desk.app, signed and notarized where the environment names an identity."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from release import Release

ENTITLEMENTS = Path(__file__).resolve().parent / "macos" / "entitlements.plist"
IDENTITY = "SMSDESK_SIGN_IDENTITY"
"""A “Developer ID Application: …” of the keychain."""
PROFILE = "SMSDESK_NOTARY_PROFILE"
"""What `xcrun notarytool store-credentials` was told to call it."""


def make_dmg(app: Path, into: Path, release: Release, _preset: int) -> Path:
    """The image that people open and drag the program out of."""
    made = into / f"sms-desk-{release.version}-macos-{release.machine}.dmg"
    identity = os.environ.get(IDENTITY)
    with tempfile.TemporaryDirectory() as folder:
        staged = Path(folder) / "SMS Desk"
        shutil.copytree(app, staged / app.name, symlinks=True)
        (staged / "Applications").symlink_to("/Applications")
        if identity:
            run(*signing(identity), str(staged / app.name))
        made.unlink(missing_ok=True)
        run("hdiutil", "create", "-volname", "SMS Desk", "-srcfolder", str(staged), "-format", "ULFO", str(made))
    if identity and (profile := os.environ.get(PROFILE)):
        run("xcrun", "notarytool", "submit", str(made), "--keychain-profile", profile, "--wait")
        run("xcrun", "stapler", "staple", str(made))
    return made


def signing(identity: str) -> list[str]:
    """The command that signs a program and all inside."""
    options = ["--force", "--deep", "--timestamp", "--options", "runtime", "--entitlements", str(ENTITLEMENTS)]
    return ["codesign", *options, "--sign", identity]


def run(*command: str) -> None:
    """Run one of the system's tools; what it says is seen."""
    subprocess.run(command, check=True)
