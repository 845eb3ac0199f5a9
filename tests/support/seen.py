"""What a window says at this moment: everything a person can read in it."""

from __future__ import annotations

from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QListWidget, QTableView


def words() -> str:
    """Every visible label, button and list entry of the program, one a line."""
    found: list[str] = []
    for top in QApplication.topLevelWidgets():
        if not top.isVisible():
            continue
        found += [label.text() for label in top.findChildren(QLabel) if label.isVisible()]
        found += [button.text() for button in top.findChildren(QAbstractButton) if button.isVisible()]
        for entries in top.findChildren(QListWidget):
            if entries.isVisible():
                found += [entries.item(index).text() for index in range(entries.count())]
    return "\n".join(text for text in found if text)


def cells(table: QTableView, row: int) -> str:
    """All that a row of a table shows, in one line."""
    model = table.model()
    return " | ".join(str(model.index(row, column).data() or "") for column in range(model.columnCount()))


def all_cells(table: QTableView) -> list[str]:
    """Every row of a small table."""
    return [cells(table, row) for row in range(table.model().rowCount())]
