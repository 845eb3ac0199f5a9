"""One message: every field, what its state means and what to do, and each try."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QSplitter,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from desktop.account_names import account_shown
from desktop.models import row_text
from desktop.models.held_row import resumed_by
from desktop.models.tries import TriesModel
from desktop.theme import SMALL, Card, show_tone
from desktop.theme.colours import state_look
from desktop.theme.state_names import state_name
from desktop.widgets.deliveries.decision_bar import DecisionBar

FIELDS: Final = (
    "id", "account", "created", "changed", "due", "tries", "segments", "cost", "worker", "task", "task_state",
    "source", "batch", "template", "sender", "provider_id", "code",
)  # fmt: skip
TRY_WIDTHS: Final = (44, 180, 168, 168, 130, 260, 150)


class DetailPanel(Card):
    """Shows what `show_message` gives it. Escape and the close button put it away."""

    closed = Signal()
    copy_to_new_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._detail: dict[str, Any] | None = None
        self._task_state = ""
        self.tries_model = TriesModel(self)
        self.title, self.badge, self.advice = QLabel(), QLabel(), QLabel()
        self.title.setObjectName("detail-title")
        self.decisions = DecisionBar()
        self.text = QPlainTextEdit(readOnly=True)
        self.tries = QTableView()
        self.copy_number = QPushButton()
        self.copy_text = QPushButton()
        self.copy_all = QPushButton()
        self.copy_to_new = QPushButton()
        self.close_button = QPushButton("✕")
        self._names = {field: QLabel() for field in FIELDS}
        self._values = {field: _selectable() for field in FIELDS}
        self._text_label, self._tries_label = QLabel(), QLabel()
        self.copy_number.clicked.connect(self._copy_number)
        self.copy_text.clicked.connect(self._copy_text)
        self.copy_all.clicked.connect(self._copy_all)
        self.copy_to_new.clicked.connect(self.copy_to_new_wanted)
        self.close_button.clicked.connect(self.closed)
        self._lay_out()
        self.retranslate()

    # -- what is shown ----------------------------------------------------------------------------------

    @property
    def message_id(self) -> int | None:
        """The message that is shown."""
        return int(self._detail["row"]["message_id"]) if self._detail is not None else None

    def is_up_to_date(self, record: Mapping[str, Any]) -> bool:
        """Whether what is shown is this row as it is, also as to why it waits."""
        shown = self._detail["row"] if self._detail is not None else {}
        return all(shown.get(name) == record[name] for name in ("revision", "waiting", "waiting_reason"))

    @property
    def detail(self) -> Mapping[str, Any] | None:
        """What is shown: the answer of `message.detail`."""
        return self._detail

    def show_message(self, detail: dict[str, Any]) -> None:
        """Show a message: the answer of `message.detail`."""
        same = detail["row"]["message_id"] == self.message_id
        if not same:
            self.decisions.reset()
        self._detail = detail
        self._task_state = self._task_state if same else ""
        self._write()

    def show_task_state(self, state: str) -> None:
        """Celery's own word for the message's task."""
        if state != self._task_state:
            self._task_state = state
            self._values["task_state"].setText(row_text.plain(state))

    def clear(self) -> None:
        """Show nothing."""
        self._detail = None
        self._task_state = ""
        self._write()

    # -- Qt's events ------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()
        elif event.type() is QEvent.Type.PaletteChange:
            self._paint_title()
        super().changeEvent(event)

    def retranslate(self) -> None:
        for field, name in self._field_names().items():
            self._names[field].setText(name)
            self._values[field].setAccessibleName(name)
        self.setAccessibleName(self.tr("Message in detail"))
        self._facts.setAccessibleName(self.tr("Message in detail"))  # Tab stops there, so that keys can scroll it
        self._text_label.setText(self.tr("Text"))
        self._tries_label.setText(self.tr("Every try"))
        self.text.setAccessibleName(self.tr("Text of the message"))
        self.tries.setAccessibleName(self.tr("Every try"))
        self.advice.setAccessibleName(self.tr("What to do"))
        for button, name in (
            (self.copy_number, self.tr("Copy number")),
            (self.copy_text, self.tr("Copy text")),
            (self.copy_all, self.tr("Copy all")),
            (self.copy_to_new, self.tr("Copy to new message")),
        ):
            button.setText(name)
            button.setAccessibleName(name)
        self.close_button.setAccessibleName(self.tr("Close details"))
        self.close_button.setToolTip(self.tr("Close details (Escape)"))
        self.tries_model.retranslate()
        self._write()

    def _field_names(self) -> dict[str, str]:
        return {
            "id": self.tr("Message"),
            "account": self.tr("Gateway account"),
            "created": self.tr("Released"),
            "changed": self.tr("Last change"),
            "due": self.tr("Next step"),
            "tries": self.tr("Tries"),
            "segments": self.tr("Segments"),
            "cost": self.tr("Cost"),
            "worker": self.tr("Worker"),
            "task": self.tr("Celery task"),
            "task_state": self.tr("Task's state"),
            "source": self.tr("Source"),
            "batch": self.tr("Batch"),
            "template": self.tr("Template"),
            "sender": self.tr("Sender"),
            "provider_id": self.tr("Gateway's id"),
            "code": self.tr("Code"),
        }

    # -- how it is built --------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        self.text.setTabChangesFocus(True)
        self.text.setMinimumHeight(48)
        self.advice.setWordWrap(True)
        self.advice.setTextFormat(Qt.TextFormat.PlainText)
        self.advice.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.close_button.setProperty("light", True)
        self.close_button.setMaximumWidth(40)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, SMALL, 12, 12)
        column.setSpacing(SMALL)
        column.addLayout(self._head())
        column.addWidget(self.advice)
        column.addWidget(self.decisions)
        sides = QSplitter(Qt.Orientation.Horizontal)
        sides.setChildrenCollapsible(False)
        self._facts = self._fields()
        sides.addWidget(self._facts)
        sides.addWidget(self._text_and_tries())
        sides.setSizes([340, 640])
        sides.setStretchFactor(0, 1)
        sides.setStretchFactor(1, 3)
        column.addWidget(sides, 1)

    def _head(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(SMALL)
        for label in (self.title, self.badge):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            row.addWidget(label)
        row.addStretch(1)
        row.addWidget(self.copy_to_new)
        row.addWidget(self.close_button)
        return row

    def _text_head(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(SMALL)
        row.addWidget(self._text_label)
        row.addStretch(1)
        for button in (self.copy_number, self.copy_text, self.copy_all):
            button.setProperty("light", True)
            row.addWidget(button)
        return row

    def _fields(self) -> QScrollArea:
        inside = QWidget()
        form = QFormLayout(inside)
        form.setContentsMargins(0, 0, SMALL, 0)
        form.setHorizontalSpacing(12)
        form.setVerticalSpacing(3)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.DontWrapRows)
        for field in FIELDS:
            self._names[field].setObjectName("fieldName")
            self._names[field].setForegroundRole(self.palette().ColorRole.PlaceholderText)
            form.addRow(self._names[field], self._values[field])
        area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(inside)
        inside.setAutoFillBackground(False)  # Qt has just set it; the card's own ground is wanted
        area.setMinimumWidth(260)
        area.viewport().setAutoFillBackground(False)
        return area

    def _text_and_tries(self) -> QWidget:
        self.tries.setModel(self.tries_model)
        self.tries.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.tries.setShowGrid(False)
        self.tries.setWordWrap(False)
        self.tries.setTabKeyNavigation(False)
        self.tries.verticalHeader().hide()
        self.tries.horizontalHeader().setStretchLastSection(True)
        self.tries.horizontalHeader().setHighlightSections(False)
        self.tries.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for section, width in enumerate(TRY_WIDTHS):
            self.tries.setColumnWidth(section, width)
        line = self.tries.verticalHeader().defaultSectionSize()  # one try is always to be seen, above the scroll bar
        self.tries.setMinimumHeight(self.tries.horizontalHeader().sizeHint().height() + 2 * line)
        side = QWidget()
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(self._text_head())
        column.addWidget(self.text, 2)
        column.addWidget(self._tries_label)
        column.addWidget(self.tries, 3)
        return side

    # -- writing ----------------------------------------------------------------------------------------

    def _write(self) -> None:
        detail = self._detail
        for button in (self.copy_number, self.copy_text, self.copy_all, self.copy_to_new):
            button.setEnabled(detail is not None)
        self._paint_title()
        values = dict.fromkeys(FIELDS, "") if detail is None else self._values_of(detail)
        for field, value in values.items():
            self._values[field].setText(value)
        self.advice.setText("" if detail is None else row_text.advice(detail["row"]))
        self.advice.setVisible(bool(self.advice.text()))
        self._offer_decisions()
        text = "" if detail is None else row_text.message_text(detail["row"])
        if text != self.text.toPlainText():
            self.text.setPlainText(text)
        if detail is None:
            self.tries_model.show("", [])
        else:
            self.tries_model.show(detail["row"]["gateway"], detail["tries"])

    def _offer_decisions(self) -> None:
        if self._detail is None:
            self.decisions.offer("")
        else:
            row = self._detail["row"]
            resume = resumed_by(row)
            self.decisions.offer(str(row["state"]), resume=resume[0] if resume is not None else "")

    def _paint_title(self) -> None:
        if self._detail is None:
            self.title.setText(self.tr("Loading …"))
            self.badge.hide()
            return
        row = self._detail["row"]
        symbol, role = state_look(row["state"])
        self.title.setText(f"{symbol} {state_name(row['state'])}   {row['recipient']}")
        show_tone(self.title, role, bold=True)
        self.badge.setText(row_text.gateway_text(row))
        self.badge.show()

    def _values_of(self, detail: Mapping[str, Any]) -> dict[str, str]:
        row, content = detail["row"], detail["content"]
        template = content.get("template_id")
        variables = ", ".join(content.get("variables") or ())
        return {
            "id": str(row["message_id"]),
            "account": account_shown(row_text.plain(row["account"])),
            "created": row_text.long_time(row["created_ms"]),
            "changed": row_text.long_time(row["updated_ms"]),
            "due": row_text.next_step(row) or row_text.DASH,
            "tries": row_text.number_text(row["tries"]),
            "segments": row_text.plain(row["segments"]),
            "cost": row_text.cost_text(row),
            "worker": row_text.plain(row["worker"]),
            "task": row_text.plain(row["task_id"]),
            "task_state": row_text.plain(self._task_state),
            "source": row_text.source_text(row["source"]),
            "batch": row_text.plain(row["batch_id"]),
            "template": row_text.plain(f"{template} ({variables})" if template and variables else template),
            "sender": row_text.plain(content.get("sender")),
            "provider_id": row_text.plain(row["provider_id"]),
            "code": row_text.plain(row["reason"]),
        }

    # -- copying ----------------------------------------------------------------------------------------

    def as_text(self) -> str:
        """Everything that is shown, for the clipboard."""
        if self._detail is None:
            return ""
        row, values = self._detail["row"], self._values_of(self._detail)
        lines = [f"{self.tr('Recipient')}: {row['recipient']}", f"{self.tr('State')}: {state_name(row['state'])}"]
        lines += [f"{name}: {values[field]}" for field, name in self._field_names().items()]
        lines += [f"{self.tr('What to do')}: {row_text.advice(row)}", f"{self.tr('Text')}: {row['text']}"]
        lines += ["\t".join(self.tries_model.headings())] if self.tries_model.texts() else []
        return "\n".join([*lines, *("\t".join(texts) for texts in self.tries_model.texts())])

    def _copy_number(self) -> None:
        if self._detail is not None:
            QGuiApplication.clipboard().setText(self._detail["row"]["recipient"])

    def _copy_text(self) -> None:
        if self._detail is not None:
            QGuiApplication.clipboard().setText(self._detail["row"]["text"])

    def _copy_all(self) -> None:
        QGuiApplication.clipboard().setText(self.as_text())


def _selectable() -> QLabel:
    label = QLabel()
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    label.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
    return label
