"""A message that was written in the real window and not sent is there again when the window is opened again."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QPlainTextEdit
from support.window import RealWindow, wait_for

from desktop.draft_file import NAME

pytestmark = pytest.mark.qt_log_ignore("systemTrayWindowChanged", "does not support raise")


def test_a_draft_outlives_the_window(qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "home"
    monkeypatch.setenv("SMSDESK_HOME", str(home))
    first = RealWindow(qapp)
    try:
        first.compose("13800138000\n1380013", "Half a sent")
    finally:
        first.close()
    assert (home / NAME).exists()
    again = RealWindow(qapp)
    try:
        assert not (home / NAME).exists()
        assert again.find(QPlainTextEdit, "Recipients").toPlainText() == "13800138000\n1380013"
        assert again.find(QPlainTextEdit, "Message").toPlainText() == "Half a sent"
        check = again.application.compose.recipients
        wait_for(lambda: check.check is not None and check.check.bad_count == 1, 20)
    finally:
        again.close()
    assert (home / NAME).exists()
