"""What the window remembers of itself: a damaged file is set aside, and the window opens as for the first time."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop.boot import window_memory


@pytest.mark.parametrize("damaged", [b"this is not an ini\n\n[half", b"\xff\xfe\xff[x"])
def test_a_damaged_file_is_set_aside(tmp_path: Path, damaged: bytes) -> None:
    (tmp_path / "window.ini").write_bytes(damaged)
    memory = window_memory(tmp_path)
    memory.setValue("worker/autostart", False)
    memory.sync()
    (aside,) = tmp_path.glob("window.ini.damaged-*")
    assert aside.read_bytes() == damaged
    assert window_memory(tmp_path).value("worker/autostart", True, type=bool) is False


def test_a_good_one_is_kept(tmp_path: Path) -> None:
    first = window_memory(tmp_path)
    first.setValue("geometry", b"\x01\xd9")
    first.sync()
    assert window_memory(tmp_path).value("geometry") == b"\x01\xd9"
    assert [path.name for path in tmp_path.iterdir() if path.suffix != ".lock"] == ["window.ini"]
