"""The list of numbers to correct: every word of it can be read, at every width."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QListWidget
from pytestqt.qtbot import QtBot

from desktop.i18n import apply_language
from desktop.models.draft import RecipientCheck, Remark
from desktop.theme import Theme
from desktop.widgets.compose.recipients_field import RecipientsField

NUMBERS = "1380013800013900139000, 1380013800012345+14155552671"
TALL = 200


@pytest.fixture(params=["en", "zh_CN"])
def field(request: pytest.FixtureRequest, qtbot: QtBot, qapp: QApplication) -> Iterator[RecipientsField]:
    """As it is dressed in the window."""
    apply_language(request.param)
    Theme(qapp).apply()
    field = RecipientsField()
    qtbot.addWidget(field)
    yield field
    qapp.setStyleSheet("")
    apply_language("en")


def lines_of_ink(image: QImage) -> int:
    """Rows of pixels from the first to the last that is not empty."""
    ground = image.pixel(0, image.height() - 1)
    inked = [y for y in range(image.height()) if any(image.pixel(x, y) != ground for x in range(image.width()))]
    return inked[-1] - inked[0] + 1


def drawn(entries: QListWidget, row: int) -> QImage:
    return entries.viewport().grab(entries.visualItemRect(entries.item(row))).toImage()


@pytest.mark.parametrize("width", [260, 300, 344, 360, 420])
def test_no_line_of_a_remark_is_cut_off(field: RecipientsField, qtbot: QtBot, width: int) -> None:
    field.resize(width, 5 * TALL)
    field.show()
    qtbot.waitExposed(field)
    field.edit.setPlainText(NUMBERS)
    field.check_now()
    field.show_check(
        RecipientCheck(bad=(Remark(1, 0, 22, "number.too_long"), Remark(1, 24, 52, "number.not_a_number")), bad_count=2)
    )
    entries = field.bad_list
    qtbot.waitUntil(lambda: entries.isVisible() and entries.visualItemRect(entries.item(1)).height() > 0)
    entries.setFixedHeight(3 * TALL)
    qtbot.waitUntil(lambda: entries.height() == 3 * TALL)
    for row in range(2):
        shown = lines_of_ink(drawn(entries, row))
        entries.item(row).setSizeHint(QSize(entries.viewport().width(), TALL))
        whole = drawn(entries, row)
        assert whole.height() == TALL
        assert shown == lines_of_ink(whole)
