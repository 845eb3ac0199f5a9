"""Icons are as sharp as the screen."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from desktop.icons import SIDE, icon

SCALES = (1.0, 1.25, 1.5, 1.75, 2.0, 2.5, 3.0, 3.5, 4.0)


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("state", [QIcon.State.Off, QIcon.State.On])
def test_an_icon_is_drawn_for_the_screens_scale_and_not_stretched(
    qapp: QApplication, scale: float, state: QIcon.State
) -> None:
    drawn = icon("compose")
    pixmap = drawn.pixmap(QSize(SIDE, SIDE), scale, QIcon.Mode.Normal, state)
    assert pixmap.size() == QSize(SIDE, SIDE) * scale
    assert pixmap.size() in drawn.availableSizes(QIcon.Mode.Normal, state)
