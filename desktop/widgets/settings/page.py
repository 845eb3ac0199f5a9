"""The Settings page: groups of described fields, saved together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from PySide6.QtCore import QEvent, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QCheckBox, QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from desktop.errors import joined, remedy, sentence, whole
from desktop.models.described import Changes, Described, DescribedSettings
from desktop.theme import LARGE, MEDIUM, Card, PageTitle, ReadingWidth, Role, show_tone
from desktop.widgets.settings import default_account
from desktop.widgets.settings.accounts_card import AccountsCard
from desktop.widgets.settings.group_card import AddressField, GroupCard
from desktop.widgets.settings.save_bar import SaveBar
from desktop.widgets.settings.setting_field import SettingField
from desktop.widgets.tab_order import follow_layout

GENERAL: Final = ("language", "region", "gateway")
ADDRESSES: Final = {"broker": "broker_url", "ledger": "ledger_url"}
RESTART_PROGRAM: Final = frozenset({"broker_url", "embedded_broker", "ledger_url", "result_backend"})
"""Window, clerk and embedded server hold these addresses too, not the worker alone."""
LANGUAGES: Final = (
    ("auto", {"en": "Follow the system", "zh": "跟随系统"}),
    ("en", {"en": "English", "zh": "English"}),
    ("zh_CN", {"en": "简体中文", "zh": "简体中文"}),
)


class SettingsPage(QWidget):
    """Knows no clerk: what it wants leaves as signals, the answers come into slots."""

    shown = Signal()
    save_wanted = Signal(object)
    """Changes."""
    test_wanted = Signal(str, str, object)
    """(what, name, values)."""
    language_chosen = Signal(str)
    """auto, en or zh_CN: in force at once."""
    saved = Signal()
    """Settings in force have changed."""
    worker_restart_needed = Signal()
    """What was saved is taken by the worker only after a restart."""
    worker_restart_wanted = Signal()
    """The operator asks for that restart."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings: DescribedSettings | None = None
        self._fields: dict[str, SettingField] = {}
        self._addresses: dict[str, AddressField] = {}
        self._title, self._loading = PageTitle(), QLabel()
        self.advanced = QCheckBox()
        self.advanced.toggled.connect(self._show_advanced)
        self.problems = QLabel()
        self.problems.setWordWrap(True)
        self.problems.setTextFormat(Qt.TextFormat.PlainText)
        self._problem_card = Card()
        self.accounts = AccountsCard()
        self._default_account = default_account.DefaultAccount(self.accounts)
        self._cards = {name: GroupCard() for name in ("general", "accounts", "broker", "ledger", "worker")}
        self.save_bar = SaveBar()
        self._lay_out()
        ReadingWidth(self)
        self._wire()
        self.retranslate()

    # -- answers ----------------------------------------------------------------------------------------

    @Slot(object)
    def show_settings(self, settings: DescribedSettings) -> None:
        """Build the page from what is in force, unless something on it is not saved yet."""
        if self._settings is not None and self.is_dirty():
            return
        self._show_problems(settings)
        if settings != self._settings:
            self._settings = settings
            self._build(settings)
        self._loading.hide()

    @Slot(str, object)
    def show_load_refused(self, code: str, params: Mapping[str, Any]) -> None:
        self._loading.setText(whole(code, params))
        self._loading.show()

    @Slot(object)
    def show_saved(self, changes: Changes) -> None:
        """The changes are on disk; the settings in force follow with `show_settings`."""
        self.save_bar.show_saved(changes)
        self._settings = None  # what stands there is no longer a change, whatever comes next
        self.saved.emit()
        if changes.restart_worker:
            self.worker_restart_needed.emit()

    @Slot(str, object)
    def show_save_refused(self, code: str, params: Mapping[str, Any]) -> None:
        """Nothing was changed. Said at the field where the refusal names one."""
        text = joined(sentence(code, self._titled(params)), remedy(code, params))
        field = self._field_of(str(params.get("key") or params.get("field") or ""))
        if field is None:
            self.save_bar.show_error(text)
            return
        self.save_bar.show_error(self.tr("Not saved: see the marked field."))
        field.show_error(text)
        self._reveal(field)

    @Slot(str, str, object)
    def show_tested(self, what: str, name: str, answer: Mapping[str, Any]) -> None:
        line = self._test_line(what, name)
        if line is not None:
            line.show_works(answer)

    @Slot(str, str, str, object)
    def show_test_refused(self, what: str, name: str, code: str, params: Mapping[str, Any]) -> None:
        line = self._test_line(what, name)
        if line is not None:
            line.show_refused(code, self._titled(params))

    # -- what is on the page ----------------------------------------------------------------------------

    def field(self, key: str) -> SettingField | None:
        """The field of a setting of the program."""
        return self._fields.get(key)

    def address(self, what: str) -> AddressField:
        """The `broker` or `ledger` address."""
        return self._addresses[what]

    def card(self, name: str) -> GroupCard:
        return self._cards[name]

    def is_dirty(self) -> bool:
        return bool(self.changes())

    def changes(self) -> Changes:
        """What is not saved yet."""
        plain = [field for field in self._plain_fields() if field.is_changed()]
        values: dict[str, Any] = {field.key: field.read()[0] for field in plain}
        addresses = [address for address in self._addresses.values() if address.is_changed()]
        values |= {address.field.key: address.value() for address in addresses}
        values |= self.accounts.values()
        changed = [*plain, *(address.field for address in addresses)]
        return Changes(
            values,
            self.accounts.secrets(),
            restart_worker=(
                *(field.title_text() for field in changed if field.field.restart_worker),
                *self.accounts.restarting(),
            ),
            restart_program=tuple(field.title_text() for field in changed if field.key in RESTART_PROGRAM),
        )

    def begin_account(self, gateway: str) -> None:
        """A new account of this gateway, its first field ready to be filled in."""
        self.accounts.begin(gateway)
        # In the next turn: the form has to find its place first.
        card = self._cards["accounts"]
        QTimer.singleShot(0, card, lambda: self._scroll.verticalScrollBar().setValue(card.y()))

    @Slot()
    def save(self) -> None:
        """Save what was changed; what is wrong is said at its field."""
        if self._settings is None or not self.is_dirty():
            return
        wrong = self._first_wrong()
        if wrong is not None:
            self.save_bar.show_error(self.tr("Not saved: see the marked field."))
            self._reveal(wrong)
            return
        self.save_bar.show_saving()
        self.save_wanted.emit(self.changes())

    @Slot()
    def revert(self) -> None:
        """Back to what is in force."""
        if self._settings is not None:
            self._build(self._settings)
            self._fields[GENERAL[0]].editor.setFocus()  # the button is disabled now and would hand it to anybody

    def _plain_fields(self) -> Iterator[SettingField]:
        return (field for key, field in self._fields.items() if key not in ADDRESSES.values() and key != "language")

    def _first_wrong(self) -> SettingField | None:
        for field in self._plain_fields():
            if not field.validate():
                return field
        for address in self._addresses.values():
            if not address.validate():
                return address.field
        return self.accounts.first_wrong()

    def _field_of(self, key: str) -> SettingField | None:
        return self._fields.get(key) or self.accounts.field_of(key)

    def _reveal(self, field: SettingField) -> None:
        if field.field.advanced:
            self.advanced.setChecked(True)
        address = next((entry for entry in self._addresses.values() if entry.field is field), None)
        if address is not None:
            address.given_button.setChecked(True)
        field.editor.setFocus()
        # In the next turn: what was just said at the field has to find its place first.
        QTimer.singleShot(0, field, lambda: self._scroll.ensureWidgetVisible(field))

    def _titled(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """A field by its title instead of its key."""
        titled = dict(params)
        for name in ("key", "field"):
            field = self._field_of(str(params.get(name) or ""))
            if field is not None:
                titled[name] = field.title_text()
        return titled

    def _test_line(self, what: str, name: str) -> Any:
        if what in self._addresses:
            return self._addresses[what].test_line
        form = self.accounts.form(name)
        return form.test_line if form is not None else None

    # -- building ---------------------------------------------------------------------------------------

    def _build(self, settings: DescribedSettings) -> None:
        self._fields = {entry.key: self._make_field(entry) for entry in settings.fields}
        self._addresses = {
            what: self._make_address(what, self._fields[key]) for what, key in ADDRESSES.items() if key in self._fields
        }
        self._fill_known_choices()
        backend = [self._fields[key] for key in ("embedded_broker", "result_backend") if key in self._fields]
        rest = [field for key, field in self._fields.items() if key not in GENERAL and key not in RESTART_PROGRAM]
        self._cards["general"].set_fields([self._fields[key] for key in GENERAL if key in self._fields])
        self._cards["broker"].set_fields([*self._address_of("broker"), *backend])
        self._cards["ledger"].set_fields(self._address_of("ledger"))
        self._cards["worker"].set_fields(rest)
        self.accounts.show_settings(settings)
        self._default_account.show_settings(settings, self._fields.get(default_account.KEY))
        self._show_advanced(self.advanced.isChecked())
        self._word_addresses()
        self._edited()
        follow_layout(self)

    def _address_of(self, what: str) -> list[QWidget]:
        return [self._addresses[what]] if what in self._addresses else []

    def _make_field(self, entry: Described) -> SettingField:
        choosing = entry.key in ("gateway", "language") and not entry.choices
        described = entry if not choosing else _with_choices(entry)
        field = SettingField(described, self._settings.keyring if self._settings is not None else "")
        field.edited.connect(self._language_edited if entry.key == "language" else self._edited)
        return field

    def _make_address(self, what: str, field: SettingField) -> AddressField:
        address = AddressField(field)
        address.edited.connect(self._edited)
        address.test_wanted.connect(lambda values: self.test_wanted.emit(what, "", values))
        return address

    def _fill_known_choices(self) -> None:
        if "language" in self._fields:
            self._fields["language"].set_choices(LANGUAGES)

    def _show_problems(self, settings: DescribedSettings) -> None:
        lines = [f"• {whole(code, params)}" for code, params in settings.problems]
        self.problems.setText("\n".join(lines))
        self._problem_card.setVisible(bool(lines))

    def _language_edited(self) -> None:
        field = self._fields["language"]
        self.language_chosen.emit(str(field.read()[0]))

    def _edited(self) -> None:
        self.save_bar.set_dirty(self._settings is not None and self.is_dirty())

    def _show_advanced(self, shown: bool) -> None:
        for key, field in self._fields.items():
            if key not in ADDRESSES.values():
                field.setVisible(shown or not field.field.advanced or field.is_changed())
        self.accounts.show_advanced(shown)

    # -- words ------------------------------------------------------------------------------------------

    def retranslate(self) -> None:
        self._title.setText(self.tr("Settings"))
        self.advanced.setText(self.tr("Show a&ll settings"))
        self.advanced.setAccessibleName(self.tr("Show all settings"))
        self._loading.setText(self.tr("Reading the settings…"))
        self._problem_title.setText(self.tr("Not in order in the settings"))
        self._cards["general"].set_title(self.tr("General"))
        self._cards["accounts"].set_title(self.tr("Gateway accounts"))
        self._cards["broker"].set_title(self.tr("Broker"))
        self._cards["ledger"].set_title(self.tr("Ledger"))
        self._cards["worker"].set_title(self.tr("Worker"))
        self._word_addresses()
        if self._settings is not None:
            self._show_problems(self._settings)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.save_bar.begin()
        self.shown.emit()

    def _word_addresses(self) -> None:
        words = {
            "broker": (self.tr("Built-in broker"), self.tr("A broker of your own"), self.tr("broker")),
            "ledger": (self.tr("A file on this computer"), self.tr("A database of your own"), self.tr("ledger")),
        }
        for what, address in self._addresses.items():
            address.set_words(*words[what])

    def _order_tabs(self) -> None:
        if self._fields:
            follow_layout(self)

    # -- how it is laid out -----------------------------------------------------------------------------

    def _wire(self) -> None:
        self.accounts.edited.connect(self._edited)
        self.accounts.grown.connect(self._order_tabs)
        self.accounts.test_wanted.connect(lambda name, values: self.test_wanted.emit("account", name, values))
        self.save_bar.save_wanted.connect(self.save)
        self.save_bar.revert_wanted.connect(self.revert)
        self.save_bar.worker_restart_wanted.connect(self.worker_restart_wanted)
        shortcut = QShortcut(QKeySequence(QKeySequence.StandardKey.Save), self)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(self.save)

    def _lay_out(self) -> None:
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, MEDIUM, 0)
        column.setSpacing(MEDIUM)
        self._cards["accounts"].column.addWidget(self.accounts)
        self._lay_out_problems()
        column.addWidget(self._loading)
        column.addWidget(self._problem_card)
        for card in self._cards.values():
            column.addWidget(card)
        column.addStretch(1)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # it follows the field that has the focus
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setWidget(inside)
        head = QHBoxLayout()
        head.addWidget(self._title, 1)
        head.addWidget(self.advanced)
        page = QVBoxLayout(self)
        page.setContentsMargins(LARGE + 4, LARGE, LARGE + 4, LARGE)
        page.setSpacing(MEDIUM)
        page.addLayout(head)
        page.addWidget(self._scroll, 1)
        page.addWidget(self.save_bar)

    def _lay_out_problems(self) -> None:
        self._problem_title = QLabel()
        show_tone(self._problem_title, Role.BAD, bold=True)
        column = QVBoxLayout(self._problem_card)
        column.setContentsMargins(LARGE, MEDIUM, LARGE, MEDIUM)
        column.addWidget(self._problem_title)
        column.addWidget(self.problems)
        self._problem_card.hide()


def _with_choices(entry: Described) -> Described:
    """The same setting as one to choose: only the page knows which accounts there are."""
    return replace(entry, choices=(str(entry.value),))
