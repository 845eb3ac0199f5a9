"""Colours that everybody can read, and a look for every state."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QColor

from desktop.theme.colours import Role, colour, state_look
from desktop.theme.state_names import state_name, state_names
from tasks.ledger.states import State

TEXT_ROLES = (
    Role.NEUTRAL, Role.WAITING, Role.BUSY, Role.GOOD, Role.ATTENTION, Role.BAD, Role.MUTED, Role.TEXT,
)  # fmt: skip


def luminance(value: QColor) -> float:
    channels = [
        channel / 12.92 if channel <= 0.03928 else ((channel + 0.055) / 1.055) ** 2.4
        for channel in (value.redF(), value.greenF(), value.blueF())
    ]
    return 0.2126 * channels[0] + 0.7152 * channels[1] + 0.0722 * channels[2]


def contrast(one: QColor, other: QColor) -> float:
    """WCAG 2.2, contrast ratio."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("ground", [Role.BASE, Role.WINDOW, Role.CARD, Role.NOTICE])
def test_every_text_colour_can_be_read_on_every_ground(dark: bool, ground: Role) -> None:
    ratios = {role: contrast(colour(role, dark), colour(ground, dark)) for role in TEXT_ROLES}
    assert {role: ratio for role, ratio in ratios.items() if ratio < 4.5} == {}


@pytest.mark.parametrize("dark", [False, True])
def test_text_on_the_accent_can_be_read(dark: bool) -> None:
    assert contrast(colour(Role.ON_ACCENT, dark), colour(Role.ACCENT, dark)) >= 4.5


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
