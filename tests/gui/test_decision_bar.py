"""What is asked about messages that are Unknown, when there is only one of them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop.i18n import apply_language
from desktop.widgets.deliveries.decision_bar import ASK, COUNT_AS_SENT, SEND_AGAIN, DecisionBar

ONE = {
    "en": {
        "": "1 unknown: what became of it?",
        ASK: "Ask the gateway about it?",
        COUNT_AS_SENT: "Count it as sent? It is not sent again.",
        SEND_AGAIN: "It may have arrived already, and would then arrive twice. Send it again?",
    },
    "zh_CN": {
        "": "1 条结果未知：如何处理？",
        ASK: "向网关查询这条短信？",
        COUNT_AS_SENT: "视为已发送？之后不会再发送。",
        SEND_AGAIN: "短信可能已经送达，重发会让对方收到两次。确定重新发送？",
    },
}


@pytest.fixture(params=ONE)
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    apply_language(request.param)
    yield request.param
    apply_language("en")


def test_a_single_message_is_not_spoken_of_as_several(qtbot: QtBot, language: str) -> None:
    bar = DecisionBar()
    qtbot.addWidget(bar)
    bar.offer("unknown", 1)
    bar.show()
    assert bar.question.text() == ONE[language][""]
    for do in (ASK, COUNT_AS_SENT, SEND_AGAIN):
        qtbot.mouseClick(bar.buttons[do], Qt.MouseButton.LeftButton)
        assert bar.question.text() == ONE[language][do]
        qtbot.mouseClick(bar.no_button, Qt.MouseButton.LeftButton)
