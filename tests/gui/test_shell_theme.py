"""Colours that everybody can read, and a look for every state."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication
from support.contrast import contrast

from desktop.theme import Theme
from desktop.theme.colours import Role, Scheme, colour, current_scheme, state_look
from desktop.theme.state_names import state_name, state_names
from tasks.ledger.states import State

TEXT_ROLES = (
    Role.NEUTRAL, Role.WAITING, Role.BUSY, Role.GOOD, Role.ATTENTION, Role.BAD, Role.MUTED, Role.TEXT,
)  # fmt: skip


LEAST = {Scheme.LIGHT: 4.5, Scheme.DARK: 4.5, Scheme.LIGHT_CONTRAST: 7.0, Scheme.DARK_CONTRAST: 7.0}
GROUNDS = (Role.BASE, Role.WINDOW, Role.CARD, Role.NOTICE, Role.GRAVE)


@pytest.mark.parametrize("scheme", Scheme)
@pytest.mark.parametrize("ground", GROUNDS)
def test_every_text_colour_can_be_read_on_every_ground(scheme: Scheme, ground: Role) -> None:
    ratios = {role: contrast(colour(role, scheme), colour(ground, scheme)) for role in TEXT_ROLES}
    assert {role: ratio for role, ratio in ratios.items() if ratio < LEAST[scheme]} == {}


@pytest.mark.parametrize("scheme", Scheme)
def test_text_on_the_accent_can_be_read(scheme: Scheme) -> None:
    assert contrast(colour(Role.ON_ACCENT, scheme), colour(Role.ACCENT, scheme)) >= LEAST[scheme]


@pytest.mark.parametrize("scheme", Scheme)
@pytest.mark.parametrize("ground", GROUNDS)
def test_the_ring_of_the_focus_is_seen_on_every_ground(scheme: Scheme, ground: Role) -> None:
    assert contrast(colour(Role.ACCENT, scheme), colour(ground, scheme)) >= 3


@pytest.mark.parametrize("scheme", Scheme)
@pytest.mark.parametrize("ground", GROUNDS)
def test_one_sees_where_a_field_begins(scheme: Scheme, ground: Role) -> None:
    assert contrast(colour(Role.EDGE, scheme), colour(ground, scheme)) >= 3


@pytest.mark.parametrize("scheme", [Scheme.LIGHT_CONTRAST, Scheme.DARK_CONTRAST])
@pytest.mark.parametrize("ground", GROUNDS)
def test_high_contrast_shows_every_line(scheme: Scheme, ground: Role) -> None:
    assert contrast(colour(Role.LINE, scheme), colour(ground, scheme)) >= 3


@pytest.mark.parametrize("scheme", Scheme)
def test_what_cannot_be_used_is_told_from_what_can(scheme: Scheme) -> None:
    off = colour(Role.OFF, scheme)
    assert contrast(off, colour(Role.TEXT, scheme)) >= 2.9
    assert all(contrast(off, colour(ground, scheme)) >= 3 for ground in GROUNDS)


class Hints(QObject):
    """What the system says of itself."""

    colorSchemeChanged, contrastPreferenceChanged = Signal(), Signal()  # noqa: N815

    def __init__(self, *, dark: bool, contrast: bool) -> None:
        super().__init__()
        self.dark, self.contrast = dark, contrast

    def colorScheme(self) -> Qt.ColorScheme:
        return Qt.ColorScheme.Dark if self.dark else Qt.ColorScheme.Light

    def accessibility(self) -> Hints:
        return self

    def contrastPreference(self) -> Qt.ContrastPreference:
        return Qt.ContrastPreference.HighContrast if self.contrast else Qt.ContrastPreference.NoPreference


@pytest.mark.parametrize(
    ("dark", "contrast", "scheme"),
    [
        (False, False, Scheme.LIGHT),
        (True, False, Scheme.DARK),
        (False, True, Scheme.LIGHT_CONTRAST),
        (True, True, Scheme.DARK_CONTRAST),
    ],
)
def test_the_window_follows_the_system_while_it_runs(
    qapp: QApplication, monkeypatch: pytest.MonkeyPatch, dark: bool, contrast: bool, scheme: Scheme
) -> None:
    hints = Hints(dark=not dark, contrast=contrast)
    monkeypatch.setattr(QGuiApplication, "styleHints", lambda: hints)
    sheet, palette, font = qapp.styleSheet(), qapp.palette(), qapp.font()
    theme = Theme(qapp)
    theme.apply()
    before = qapp.palette().window().color()
    hints.dark = dark
    hints.colorSchemeChanged.emit()
    assert current_scheme() is scheme
    assert qapp.palette().window().color() == colour(Role.WINDOW, scheme) != before
    assert colour(Role.ACCENT, scheme).name() in qapp.styleSheet()
    theme.deleteLater()
    qapp.setStyleSheet(sheet)
    qapp.setPalette(palette)
    qapp.setFont(font)


def test_every_state_has_a_look_and_a_name_of_its_own() -> None:
    looks = [state_look(state) for state in State]
    assert len({symbol for symbol, _ in looks}) == len(State)
    assert [state for state, _ in state_names()] == [state.value for state in State]
    assert len({state_name(state) for state in State}) == len(State)


def test_only_a_delivered_message_has_a_tick() -> None:
    ticks = {state for state in State if state_look(state)[0] in "✓✔☑"}
    assert ticks == {State.DELIVERED}


def test_a_state_nobody_knows_is_neutral_and_shown_as_it_is() -> None:
    assert state_look("teleported") == ("•", Role.NEUTRAL)
    assert state_name("teleported") == "teleported"
