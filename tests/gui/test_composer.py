"""The agent of Compose: nothing lost and nothing twice when the clerk ends in between."""

from __future__ import annotations

from typing import Any

import pytest
from pytestqt.qtbot import QtBot
from support.compose_desk import CLINIC, SIMULATOR, ComposeClerk

from desktop.background.composer import MOST_REPEATS, Composer
from desktop.background.measuring import measure
from desktop.models.draft import Account, Content, Measured, RecipientCheck, Submission, Writing
from desktop.models.look_alikes import replace_look_alikes
from tasks.errors import DeskError

ORDER = Submission("request-1", "simulator", Content("hello"), "13800138000\n13800138001")


@pytest.fixture
def clerk() -> ComposeClerk:
    return ComposeClerk()


@pytest.fixture
def composer(clerk: ComposeClerk) -> Composer:
    return Composer(clerk)


def checked(qtbot: QtBot, composer: Composer, text: str = ORDER.recipients) -> RecipientCheck:
    with qtbot.waitSignal(composer.recipients_checked) as answer:
        composer.check_recipients(text)
    check: RecipientCheck = answer.args[0]
    return check


def die_at_send(clerk: ComposeClerk, *, written: bool, times: int = 1) -> None:
    """The clerk ends while it sends, before or after the batch is on disk."""
    send = clerk.answers["compose.send"]
    left = [times]

    def dying(params: dict[str, Any]) -> dict[str, Any]:
        if left[0] == 0:
            return send(params)
        left[0] -= 1
        if written:
            send(params)
        raise DeskError("clerk.gone")

    clerk.answers["compose.send"] = dying


@pytest.mark.parametrize("written", [False, True])
def test_a_clerk_that_ends_while_sending_gets_the_same_order_again(
    qtbot: QtBot, clerk: ComposeClerk, composer: Composer, written: bool
) -> None:
    checked(qtbot, composer)
    die_at_send(clerk, written=written)
    with qtbot.waitSignal(composer.interrupted):
        composer.send(ORDER)
    with qtbot.waitSignal(composer.handed_over) as result:
        clerk.start_anew()
    assert result.args[0].count == 2
    assert list(clerk.batches) == ["request-1"]
    assert {call["request_id"] for call in clerk.calls_of("compose.send")} == {"request-1"}


def test_a_clerk_that_ends_again_and_again_is_told_at_last(
    qtbot: QtBot, clerk: ComposeClerk, composer: Composer
) -> None:
    checked(qtbot, composer)
    die_at_send(clerk, written=False, times=1_000)
    composer.interrupted.connect(clerk.start_anew)
    with qtbot.waitSignal(composer.refused) as refused:
        composer.send(ORDER)
    assert refused.args[0] == "clerk.gone"
    assert len(clerk.calls_of("compose.send")) == MOST_REPEATS + 1


def test_numbers_that_the_clerk_has_forgotten_are_checked_again(
    qtbot: QtBot, clerk: ComposeClerk, composer: Composer
) -> None:
    checked(qtbot, composer)
    clerk.known.clear()
    with qtbot.waitSignal(composer.handed_over):
        composer.send(ORDER)
    assert len(clerk.calls_of("recipients.check")) == 2
    assert len(clerk.batches) == 1


def test_a_clerk_that_greets_while_a_price_is_awaited_leaves_no_click_without_an_answer(
    qtbot: QtBot, clerk: ComposeClerk, composer: Composer
) -> None:
    """At the first start its greeting (a ledger is made) may come after the page's first answers."""
    checked(qtbot, composer)
    clerk.hold = True
    composer.quote(ORDER)
    clerk.ready.emit({})
    clerk.hold = False
    with qtbot.waitSignal(composer.quoted) as quoted:
        clerk.release()
    assert quoted.args[0].messages == 2


def test_a_price_for_numbers_that_the_clerk_has_forgotten_comes_by_itself(
    qtbot: QtBot, clerk: ComposeClerk, composer: Composer
) -> None:
    checked(qtbot, composer)
    clerk.known.clear()
    with qtbot.waitSignal(composer.quoted) as quoted:
        composer.quote(ORDER)
    assert quoted.args[0].messages == 2


def test_numbers_that_are_forgotten_again_and_again_are_told_at_last(
    qtbot: QtBot, clerk: ComposeClerk, composer: Composer
) -> None:
    checked(qtbot, composer)
    composer.recipients_checked.connect(lambda _check: clerk.known.clear())
    clerk.known.clear()
    with qtbot.waitSignal(composer.quote_refused) as refused:
        composer.quote(ORDER)
    assert refused.args[0] == "request.recipients_gone"
    assert len(clerk.calls_of("compose.quote")) == MOST_REPEATS + 1


def test_a_price_of_numbers_that_were_edited_meanwhile_is_not_shown(
    qtbot: QtBot, clerk: ComposeClerk, composer: Composer
) -> None:
    checked(qtbot, composer)
    clerk.hold = True
    composer.quote(ORDER)
    composer.check_recipients("13800138000")
    clerk.hold = False
    with qtbot.assertNotEmitted(composer.quoted), qtbot.waitSignal(composer.recipients_checked):
        clerk.release()
    assert len(clerk.calls_of("compose.quote")) == 1


def test_the_region_of_the_confirmation_holds_to_the_end(qtbot: QtBot, clerk: ComposeClerk, composer: Composer) -> None:
    checked(qtbot, composer)
    die_at_send(clerk, written=False)
    with qtbot.waitSignal(composer.interrupted):
        composer.send(ORDER)
    clerk.region = "US"
    with qtbot.waitSignal(composer.handed_over):
        clerk.start_anew()
    assert clerk.calls_of("recipients.check")[-1]["region"] == "CN"


def test_one_submission_at_a_time(qtbot: QtBot, clerk: ComposeClerk, composer: Composer) -> None:
    checked(qtbot, composer)
    with qtbot.waitSignal(composer.handed_over):
        composer.send(ORDER)
        composer.send(ORDER)
    assert len(clerk.calls_of("compose.send")) == 1


def test_an_empty_text_is_answered_without_asking(qtbot: QtBot, clerk: ComposeClerk, composer: Composer) -> None:
    assert checked(qtbot, composer, " \n") == RecipientCheck()
    assert clerk.calls_of("recipients.check") == []


# -- measuring ----------------------------------------------------------------------------------------------


def measured(text: str, check: RecipientCheck | None = None, region: str = "US", **more: Any) -> Measured:
    return measure(Writing(Account.from_wire(SIMULATOR), False, text=text, **more), check, region)


def test_the_signature_counts_with_the_text() -> None:
    size = measured("好" * 66, region="CN", sender="安心").lengths[0]
    assert (size.mainland, size.characters, size.segments, size.left) == (True, 70, 1, 0)
    assert measured("好" * 67, region="CN", sender="安心").lengths[0].segments == 2


def test_only_the_rules_of_the_recipients_are_shown() -> None:
    abroad = RecipientCheck(valid=2, by_region=(("US", 2),))
    assert [length.mainland for length in measured("hi", abroad, "CN").lengths] == [False]
    mixed = RecipientCheck(valid=2, by_region=(("US", 1), ("CN", 1)))
    assert [length.mainland for length in measured("hi", mixed).lengths] == [True, False]


def test_what_forces_unicode_is_named_once_each() -> None:
    assert measured("‘a’ — ‘b’").forcing == ("‘", "’", "—")


@pytest.mark.parametrize("text", ["plain", "你好 ‘a’", "emoji 😀 — no help"])
def test_no_replacement_is_offered_where_it_does_not_help(text: str) -> None:
    assert measured(text).replaced is None


def test_replacing_keeps_everything_else() -> None:
    assert measured("a\u00a0b – “c”…").replaced == 'a b - "c"...'
    assert replace_look_alikes("Grüße, 10 €") == "Grüße, 10 €"


def test_a_template_takes_its_variables_by_line_or_comma() -> None:
    def by_template(variables: str) -> Measured:
        account = Account.from_wire(CLINIC)
        writing = Writing(account, True, template_id="1", template_text="{1} um {2}", variables_text=variables)
        return measure(writing, None, "CN")

    assert by_template("a,b").text == by_template("a\nb").text == "a um b"
    assert by_template("a").missing == (2,)
    assert by_template("a\nb\nc").surplus == 1
    assert by_template("").variables == ()
