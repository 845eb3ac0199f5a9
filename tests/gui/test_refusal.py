"""Where the program refuses to start, whoever clicked on its entry in the menu sees why."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QMessageBox

from desktop.i18n import apply_language
from desktop.refusal import box, refuse
from desktop.single_instance import Claim, SingleInstance

ANYWHERE = {"path": "/srv/desk", "home": "/srv/desk"}


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def shown(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts of the boxes that came up, on a screen that a person sees, without a terminal."""
    texts: list[str] = []
    monkeypatch.setattr(QGuiApplication, "platformName", staticmethod(lambda: "xcb"))
    monkeypatch.setattr(QMessageBox, "exec", lambda box: texts.append(box.text()))
    return texts


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("settings.home_unusable", "SMS Desk cannot use its folder: /srv/desk. Free disk space if there is none left."),
        ("window.no_answer", "Another SMS Desk uses this folder and does not answer: /srv/desk. Wait a moment"),
    ],
)
def test_a_box_says_why_nothing_opens(
    shown: list[str], capsys: pytest.CaptureFixture[str], code: str, sentence: str
) -> None:
    assert refuse(code, ANYWHERE) == 1
    assert [text.startswith(sentence) for text in shown] == [True]
    assert sentence in capsys.readouterr().err


def test_without_standard_error_there_is_the_box(shown: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", None)
    assert refuse("window.no_answer", ANYWHERE) == 1
    assert len(shown) == 1


def test_who_started_it_in_a_terminal_reads_it_there(shown: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    assert refuse("window.no_answer", ANYWHERE) == 1
    assert "does not answer" in terminal.getvalue()
    assert shown == []


@pytest.mark.parametrize("platform", ["offscreen", "minimal"])
def test_without_a_screen_no_box_waits_for_an_answer(
    shown: list[str], monkeypatch: pytest.MonkeyPatch, platform: str
) -> None:
    monkeypatch.setattr(QGuiApplication, "platformName", staticmethod(lambda: platform))
    assert refuse("window.no_answer", ANYWHERE) == 1
    assert shown == []


def test_the_box_is_titled_and_its_text_can_be_selected(qapp: QApplication) -> None:
    made = box("settings.home_unusable", ANYWHERE)
    assert made.windowTitle() == "SMS Desk"
    assert made.icon() is QMessageBox.Icon.Critical
    assert made.textFormat() is Qt.TextFormat.PlainText
    assert made.textInteractionFlags() & Qt.TextInteractionFlag.TextSelectableByMouse
    made.deleteLater()


def test_it_speaks_chinese(qapp: QApplication) -> None:
    apply_language("zh_CN")
    try:
        made = box("settings.home_unusable", ANYWHERE)
        assert "管理这台电脑的人员" in made.text()
        made.deleteLater()
    finally:
        apply_language("en")


def test_a_folder_that_is_gone_is_not_taken_for_a_second_window(qapp: QApplication, tmp_path: Path) -> None:
    assert SingleInstance(tmp_path / "gone").claim() is Claim.UNUSABLE
