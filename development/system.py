"""What the system must have: libraries of Qt, programs that build and test, servers that tests start."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from development.console import say, stop
from development.debian import install_packages, missing_libraries, no_services_started
from development.stamp import PYTHON, ROOT, VERSION, note, noted

# Debian's packages by the library that Qt loads. The others that Qt wants come with these.
QT_LIBRARIES: Final = {
    "libglib-2.0.so.0": "libglib2.0-0",
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libfontconfig.so.1": "libfontconfig1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libgssapi_krb5.so.2": "libgssapi-krb5-2",
}
X11_LIBRARIES: Final = {
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}
WAYLAND_LIBRARIES: Final = {
    "libwayland-client.so.0": "libwayland-client0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
}
BUILD_PROGRAMS: Final = {"objdump": "binutils", "strip": "binutils", "patchelf": "patchelf"}
TEST_PROGRAMS: Final = {
    "Xvfb": "xvfb",
    "xauth": "xauth",
    "xdotool": "xdotool",
    "desktop-file-validate": "desktop-file-utils",
    "appstreamcli": "appstream",
    "strace": "strace",
    "dbus-daemon": "dbus",
    "at-spi2-registryd": "at-spi2-core",
    "debootstrap": "debootstrap",
    "systemd-analyze": "systemd",
    "groff": "groff-base",
}
SERVER_PROGRAMS: Final = ("redis-server", "redis-sentinel", "rabbitmq-server", "initdb")
SERVER_FOLDERS: Final = ("/usr/sbin", "/usr/local/sbin", "/usr/lib/postgresql/*/bin")
CHINESE_FONT: Final = "fonts-wqy-microhei"
CHINESE_FONT_FILES: Final = ("*wqy*", "*Noto*CJK*", "*DroidSansFallback*", "*SourceHan*")
FONT_FOLDERS: Final = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts")


def check_qt(*, with_x11: bool) -> None:
    """Make sure that Qt's widgets can be loaded (and, with X11, shown; there or on Wayland)."""
    if sys.platform != "linux" or noted("qt-x11" if with_x11 else "qt"):
        return
    missing = missing_libraries({**QT_LIBRARIES, **(X11_LIBRARIES | WAYLAND_LIBRARIES if with_x11 else {})})
    if missing:
        install_packages(missing, "Qt lacks libraries of the system.")
    tried = subprocess.run(
        [PYTHON, "-c", "import PySide6.QtWidgets, PySide6.QtSvg"], capture_output=True, text=True, cwd=ROOT
    )
    if tried.returncode != 0:
        stop(f"Qt cannot be loaded. It needs glibc 2.34 or newer (Debian 12, Ubuntu 22.04) and says:\n{tried.stderr}")
    note("qt", *(["qt-x11"] if with_x11 else []))


def check_build_programs() -> None:
    """Freezing reads libraries with objdump; the folder that Python was built in is taken out of what is handed out."""
    if sys.platform != "linux" or noted("build-programs"):
        return
    missing = missing_programs(BUILD_PROGRAMS)
    if sys.base_prefix == "/usr":  # Debian's Python does not need its shared library, a frozen program does
        missing += missing_libraries({f"libpython{VERSION}.so.1.0": f"libpython{VERSION}"})
    if missing:
        install_packages(missing, "Building needs programs of the system.")
    note("build-programs")


def check_test_programs() -> None:
    """Tests work a window as a screen reader and a keyboard do, trace a worker, and freeze the program."""
    check_build_programs()
    if sys.platform != "linux" or noted("test-programs"):
        return
    missing = missing_programs(TEST_PROGRAMS)
    if not has_chinese_font():
        missing.append(CHINESE_FONT)
    if missing:
        install_packages(missing, "The tests need programs of the system.")
    note("test-programs")


def missing_programs(programs: Mapping[str, str]) -> list[str]:
    """Debian's names of the programs that are not found; some lie where only root's path leads."""
    path = f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/libexec"
    return list(dict.fromkeys(package for program, package in programs.items() if not shutil.which(program, path=path)))


def check_servers() -> None:
    """The tests start servers of their own. Without a program its tests are skipped, so its lack ends nothing."""
    missing = missing_servers() if sys.platform == "linux" else []
    if missing and os.geteuid() == 0 and shutil.which("apt-get"):
        with no_services_started():
            install_packages(missing, "The tests need programs of servers.")
    elif missing:
        line = "sudo apt-get install -y --no-install-recommends " + " ".join(missing)
        say(f"tests that need these servers are skipped. To install them (some 200 MB) type:\n\n    {line}\n")


def missing_servers() -> list[str]:
    """Debian's names of the servers whose programs are not found; some lie where only root's path leads."""
    folders = [str(folder) for pattern in SERVER_FOLDERS for folder in Path("/").glob(pattern.lstrip("/"))]
    path = os.pathsep.join([os.environ.get("PATH", ""), *folders])
    missing = [program for program in SERVER_PROGRAMS if not shutil.which(program, path=path)]
    return ["postgresql" if program == "initdb" else program for program in missing]


def has_chinese_font() -> bool:
    """Whether a font with Chinese characters is installed where Linux keeps fonts."""
    folders = (Path(folder).expanduser() for folder in FONT_FOLDERS)
    return any(next(folder.rglob(name), None) for folder in folders for name in CHINESE_FONT_FILES)
