"""What Windows shows under Properties, Details of the two programs."""

from __future__ import annotations

from pathlib import Path

FORM = """\
VSVersionInfo(
  ffi=FixedFileInfo(
    filevers={numbers}, prodvers={numbers}, mask=0x3f, flags=0x0, OS=0x40004, fileType=0x1, subtype=0x0,
  ),
  kids=[
    StringFileInfo([StringTable("040904B0", [
      StringStruct("CompanyName", "SMS Desk contributors"),
      StringStruct("FileDescription", {description!r}),
      StringStruct("FileVersion", {version!r}),
      StringStruct("InternalName", {program!r}),
      StringStruct("LegalCopyright", "MIT licence"),
      StringStruct("OriginalFilename", {file!r}),
      StringStruct("ProductName", "SMS Desk"),
      StringStruct("ProductVersion", {version!r}),
    ])]),
    VarFileInfo([VarStruct("Translation", [0x0409, 1200])]),
  ],
)
"""


def four_numbers(version: str) -> tuple[int, int, int, int]:
    """A version as Windows compares it: 1.2 is (1, 2, 0, 0). What follows a number (rc1) is left out."""
    numbers = [int("".join(sign for sign in part if sign.isdigit()) or 0) for part in version.split(".")[:4]]
    first, second, third, fourth = (*numbers, 0, 0, 0, 0)[:4]
    return first, second, third, fourth


def write_version_resource(path: Path, program: str, description: str, version: str) -> Path:
    """The file that PyInstaller's EXE takes as `version`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = FORM.format(
        numbers=four_numbers(version),
        description=description,
        version=version,
        program=program,
        file=f"{program}.exe",
    )
    path.write_text(text, "utf-8")
    return path
