"""What a screen reader is told: every control of the real window has a name, and the ones that matter have theirs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QTableView,
    QWidget,
)
from support.counting_gateway import CountingGateway
from support.window import RealWindow, wait_for

CONTROLS = (QAbstractButton, QComboBox, QLineEdit, QPlainTextEdit, QAbstractItemView)
PAGES = ("Compose", "Deliveries", "Workers", "Settings")


@pytest.fixture
def desk(qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RealWindow]:
    monkeypatch.setenv("SMSDESK_HOME", str(tmp_path / "home"))
    with CountingGateway() as gateway:
        for name, value in {
            "GATEWAY": "yuntongxun",
            "YUNTONGXUN_BASE_URL": gateway.url,
            "YUNTONGXUN_ACCOUNT_SID": "a" * 32,
            "YUNTONGXUN_AUTH_TOKEN": "token-of-the-test",
            "YUNTONGXUN_APP_ID": "application",
        }.items():
            monkeypatch.setenv(f"SMSDESK_{name}", value)
        opened = RealWindow(qapp)
        yield opened
        opened.close()


def spoken(widget: QWidget) -> tuple[str, QAccessible.Role]:
    """Name and role as assistive technology gets them."""
    interface = QAccessible.queryAccessibleInterface(widget)
    return interface.text(QAccessible.Text.Name), interface.role()


def labels(widget: QWidget) -> set[str]:
    """Names of what labels a widget: on Linux Qt tells a combo box's name by this relation, its own is its value."""
    interface = QAccessible.queryAccessibleInterface(widget)
    return {label.text(QAccessible.Text.Name) for label, _ in interface.relations(QAccessible.RelationFlag.Label)}


def boxes(desk: RealWindow) -> set[str]:
    """Names of the visible combo boxes, as the property and as the relation say, where both agree."""
    return {
        box.accessibleName()
        for box in desk.window.findChildren(QComboBox)
        if box.isVisible() and box.accessibleName() in labels(box)
    }


def names(desk: RealWindow, role: QAccessible.Role) -> set[str]:
    """Names of the visible controls of one role."""
    found = set()
    for top in QApplication.topLevelWidgets():
        for widget in top.findChildren(QWidget):
            if widget.isVisible() and isinstance(widget, CONTROLS):
                name, its_role = spoken(widget)
                if its_role == role:
                    found.add(name)
    return found


def test_the_fields_and_buttons_of_the_main_job_have_their_names(desk: RealWindow) -> None:
    button, text = QAccessible.Role.Button, QAccessible.Role.EditableText
    assert set(PAGES) <= names(desk, button) | names(desk, QAccessible.Role.CheckBox) | names(
        desk, QAccessible.Role.RadioButton
    ) | names(desk, QAccessible.Role.PageTab)
    wait_for(lambda: "Variables" in names(desk, text), 15)
    assert {"Recipients", "Variables", "Template"} <= names(desk, text)
    assert {"Gateway", "Template"} <= boxes(desk)
    assert "Send" in names(desk, button)
    gateway = desk.find(QComboBox, "Gateway")
    gateway.setCurrentIndex(next(i for i in range(gateway.count()) if "Simulator" in gateway.itemText(i)))
    wait_for(lambda: desk.shown("Text"), 15)
    desk.click("Text")
    wait_for(lambda: "Message" in names(desk, text), 15)
    desk.compose("13800138000", "Your parcel is here.")
    desk.click("Send")
    wait_for(lambda: "Confirm and send" in names(desk, button), 15)
    desk.click("Back")
    desk.click("Deliveries")
    assert "Search" in names(desk, text)
    assert "State" in boxes(desk)
    assert spoken(desk.find(QTableView, "Deliveries"))[1] == QAccessible.Role.Table
    desk.click("Workers")
    assert {"Start worker", "Stop worker"} <= names(desk, button)


@pytest.mark.parametrize("page", PAGES)
def test_no_control_is_without_a_name(desk: RealWindow, page: str) -> None:
    desk.click(page)
    wait_for(lambda: desk.children.worker.state == "running", 30)
    nameless = [
        f"{type(widget).__name__} in {type(widget.parentWidget()).__name__}"
        for widget in desk.window.findChildren(QWidget)
        if (isinstance(widget, CONTROLS) or widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
        and widget.isVisible()
        and widget.focusProxy() is None
        and not isinstance(widget.parentWidget(), (QComboBox, QAbstractItemView))
        and not spoken(widget)[0].strip()
    ]
    assert nameless == []
