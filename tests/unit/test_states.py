"""The table of transitions holds the promises: what may have left never goes back by itself."""

from __future__ import annotations

import pytest

from tasks.ledger.states import FINAL, OPEN, SOFT, SURELY_NOT_SENT, TRANSITIONS, State, allowed_from


def test_every_state_has_its_row() -> None:
    assert set(TRANSITIONS) == set(State)
    assert set(State) == FINAL | SOFT | OPEN


@pytest.mark.parametrize("state", sorted(FINAL))
def test_final_states_never_change(state: State) -> None:
    assert TRANSITIONS[state] == frozenset()


def test_only_a_claim_leads_to_sending() -> None:
    assert allowed_from(State.SENDING) == {State.QUEUED}


def test_a_message_can_be_cancelled_only_where_it_surely_has_not_left() -> None:
    assert allowed_from(State.CANCELLED) == SURELY_NOT_SENT
    assert allowed_from(State.EXPIRED) == SURELY_NOT_SENT


def test_what_was_submitted_never_returns_to_the_queue() -> None:
    reached = {State.SUBMITTED}
    frontier = [State.SUBMITTED]
    while frontier:
        for target in TRANSITIONS[frontier.pop()] - reached:
            reached.add(target)
            frontier.append(target)
    assert reached == {State.SUBMITTED, State.DELIVERED, State.UNDELIVERED, State.NO_RECEIPT}
