"""The model of a million rows: cheap to ask, asks for pages itself, follows what the clerk tells."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import QAbstractItemModel, QLocale, QModelIndex, Qt
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot
from support.deliveries_ledger import NOON_MS, STATES, row

from desktop.i18n import apply_language
from desktop.models.columns import SORT_KEYS, Column, Role
from desktop.models.deliveries import MOST_WANTED, WAITING, DeliveriesModel
from desktop.models.row_text import cost_text
from tasks.ledger.queries import INDEXED_SORTS, OTHER_SORTS

MILLION = 1_000_000


def filled(count: int = 30) -> DeliveriesModel:
    model = DeliveriesModel()
    model.open(count, 1)
    model.put_rows(0, [row(count - place) for place in range(min(count, MOST_WANTED))], 1)
    return model


def text(model: QAbstractItemModel, at: int, column: Column) -> str:
    return str(model.index(at, column).data())


def change(**parts: Any) -> dict[str, Any]:
    return {"count": 30, "inserted": 0, "reset": False, "start": 0, "rows": [], "revision": 2, "service": ""} | parts


@pytest.fixture
def in_chinese() -> Iterator[None]:
    apply_language("zh_CN")
    yield
    apply_language("en")
    QLocale.setDefault(QLocale.c())


def test_qts_own_test_of_models(qtbot: QtBot, qtmodeltester: ModelTester) -> None:
    model = filled(50)
    qtmodeltester.check(model)
    model.refresh(0, 49, change(count=53, inserted=3, rows=[row(53), row(52), row(51)]))
    model.refresh(0, 49, change(count=20, reset=True))
    model.open(7, 3)
    qtmodeltester.check(model)


def test_rows_have_no_rows_below_them(qtbot: QtBot) -> None:
    model = filled()
    assert model.rowCount(model.index(0, 0)) == 0
    assert model.columnCount(model.index(0, 0)) == 0
    assert model.rowCount(QModelIndex()) == 30


def test_a_million_rows_need_no_row(qtbot: QtBot) -> None:
    model = DeliveriesModel()
    model.open(MILLION, 1)
    assert model.rowCount() == MILLION
    assert text(model, MILLION - 1, Column.RECIPIENT) == WAITING


def test_flags_and_roles_ask_for_nothing(qtbot: QtBot) -> None:
    model = DeliveriesModel()
    model.open(MILLION, 1)
    with qtbot.assertNotEmitted(model.page_wanted, wait=20):
        for at in range(0, MILLION, 50_000):
            model.flags(model.index(at, 0))
            model.index(at, 0).data(Role.MESSAGE_ID)
        model.sort(0)


def test_what_is_looked_at_in_one_turn_is_one_question_for_whole_pages(qtbot: QtBot) -> None:
    model = DeliveriesModel()
    model.open(MILLION, 1)
    model.set_visible(500_190, 500_230)
    asked: list[tuple[int, int]] = []
    model.page_wanted.connect(lambda start, count: asked.append((start, count)))
    for at in range(500_190, 500_231):
        text(model, at, Column.TEXT)
    qtbot.waitUntil(lambda: bool(asked))
    assert asked == [(500_000, 400)]


def test_the_visible_rows_are_asked_for_first(qtbot: QtBot) -> None:
    model = DeliveriesModel()
    model.open(MILLION, 1)
    model.set_visible(700_000, 700_040)
    with qtbot.waitSignal(model.page_wanted) as asked:
        text(model, 3, Column.TEXT)
        text(model, 700_010, Column.TEXT)
    assert asked.args == [700_000, 200]


def test_rows_that_are_here_are_not_asked_for(qtbot: QtBot) -> None:
    model = filled()
    with qtbot.assertNotEmitted(model.page_wanted, wait=20):
        assert text(model, 5, Column.TEXT) == "Message number 25"


def test_one_change_is_told_for_each_run_of_rows(qtbot: QtBot) -> None:
    model = filled()
    told: list[tuple[int, int]] = []
    model.dataChanged.connect(lambda first, last: told.append((first.row(), last.row())))
    rows = [
        row(30 - place, state="delivered" if place in (1, 2, 8) else row(30 - place)["state"]) for place in range(10)
    ]
    model.refresh(0, 29, change(rows=rows))
    assert told == [(1, 2), (8, 8)]
    assert text(model, 8, Column.STATE) == "Delivered"


def test_rows_on_top_push_the_others_down(qtbot: QtBot) -> None:
    model = filled()
    with qtbot.waitSignals([model.rowsInserted, model.count_changed]):
        model.refresh(0, 29, change(count=32, inserted=2, rows=[row(32), row(31)]))
    assert [text(model, at, Column.TEXT)[-2:] for at in (0, 1, 2, 31)] == ["32", "31", "30", " 1"]


def test_rows_at_the_end_are_added_there(qtbot: QtBot) -> None:
    model = filled()
    model.refresh(0, 29, change(count=31))
    assert model.rowCount() == 31
    assert text(model, 0, Column.TEXT) == "Message number 30"


def test_another_order_shows_the_old_rows_until_the_new_ones_come(qtbot: QtBot) -> None:
    model = filled()
    with qtbot.waitSignal(model.modelReset):
        model.refresh(0, 29, change(reset=True))
    with qtbot.waitSignal(model.page_wanted) as asked:
        assert text(model, 0, Column.TEXT) == "Message number 30"
    assert asked.args == [0, 30]
    model.put_rows(0, [row(1 + place) for place in range(30)], 2)
    assert text(model, 0, Column.TEXT) == "Message number 1"


def test_a_page_seen_long_ago_is_refreshed_from_when_it_was_seen(qtbot: QtBot) -> None:
    model = DeliveriesModel()
    model.open(1_000, 5)
    model.put_rows(0, [row(1_000 - place) for place in range(200)], 5)
    model.set_visible(0, 30)
    model.refresh(0, 199, change(count=1_000, revision=80))
    assert (model.look().first, model.look().last, model.look().revision) == (0, 199, 80)
    model.put_rows(400, [row(600 - place) for place in range(200)], 60)
    model.set_visible(450, 480)
    assert (model.look().first, model.look().last, model.look().revision) == (400, 599, 60)


def test_the_tasks_of_visible_rows_are_looked_up_once_each(qtbot: QtBot) -> None:
    model = DeliveriesModel()
    model.open(40, 1)
    rows = [row(40 - place, state="sending", task_id=f"chunk-{place // 10}") for place in range(40)]
    rows[5]["task_id"] = None
    model.put_rows(0, rows, 1)
    model.set_visible(0, 19)
    assert model.look().task_ids == ("chunk-0", "chunk-1")


def test_tasks_of_ended_messages_are_asked_only_once(qtbot: QtBot) -> None:
    model = DeliveriesModel()
    model.open(2, 1)
    model.put_rows(0, [row(2, state="delivered"), row(1, state="unknown")], 1)
    model.set_visible(0, 1)
    assert model.look().task_ids == ("task-2", "task-1")
    model.put_task_states({"task-2": "SUCCESS", "task-1": "SUCCESS"})
    assert model.look().task_ids == ("task-1",)
    assert text(model, 0, Column.TASK) == "SUCCESS"


def test_celerys_word_is_never_the_state(qtbot: QtBot) -> None:
    model = DeliveriesModel()
    model.open(1, 1)
    model.put_rows(0, [row(1, state="queued")], 1)
    model.set_visible(0, 0)
    model.put_task_states({"task-1": "SUCCESS"})
    assert text(model, 0, Column.STATE) == "Queued"
    assert text(model, 0, Column.TASK) == "SUCCESS"


def test_every_column_in_words(qtbot: QtBot) -> None:
    model = DeliveriesModel()
    model.open(1, 1)
    one = row(
        1, text="Two\nlines", price_micros=1_234_500, tries=3, segments=None, worker=None, source="celery:gen7@web1"
    )
    model.put_rows(0, [one], 1)
    shown = {column: text(model, 0, column) for column in Column}
    assert shown[Column.TEXT] == "Two lines"
    assert shown[Column.GATEWAY] == "Simulated"
    assert shown[Column.COST] == "¥1.2345"
    assert (shown[Column.TRIES], shown[Column.SEGMENTS], shown[Column.WORKER]) == ("3", "–", "–")
    assert shown[Column.SOURCE] == "Another program (Celery): gen7@web1"


def test_no_price_is_said_and_never_shown_as_nothing_to_pay(qtbot: QtBot) -> None:
    model = DeliveriesModel()
    model.open(1, 1)
    model.put_rows(0, [row(1, price_micros=None, currency=None)], 1)
    assert text(model, 0, Column.COST) == "No price"


def test_a_price_that_hangs_on_a_text_nobody_knows_is_said_to_be_unknown(qtbot: QtBot) -> None:
    unknown = row(1, price_micros=None, currency=None, segments=None, text="", template_id="1834521")
    assert cost_text(unknown) == "Not known without the text"
    model = DeliveriesModel()
    model.open(1, 1)
    model.put_rows(0, [unknown], 1)
    assert text(model, 0, Column.COST) == "–"


def test_a_real_gateway_is_named_with_its_account(qtbot: QtBot) -> None:
    model = DeliveriesModel()
    model.open(2, 1)
    real = {"simulated": False, "gateway": "yuntongxun"}
    model.put_rows(0, [row(2, **real, account="shop"), row(1, **real, account="yuntongxun")], 1)
    assert text(model, 0, Column.GATEWAY).endswith(" · shop")
    assert "Yuntongxun" in text(model, 1, Column.GATEWAY)
    assert "·" not in text(model, 1, Column.GATEWAY)


def test_reasons_say_what_happened_and_what_to_do(qtbot: QtBot) -> None:
    model = DeliveriesModel()
    model.open(2, 1)
    retrying = row(2, state="retrying", reason="http.connect_refused", due_ms=NOON_MS)
    model.put_rows(0, [retrying, row(1, state="delivered")], 1)
    reason = text(model, 0, Column.REASON)
    assert reason.startswith("Next try at ")
    assert "does not take connections" in reason
    assert text(model, 1, Column.REASON) == ""


@pytest.mark.parametrize("state", STATES)
def test_every_state_has_a_name_and_a_meaning(qtbot: QtBot, state: str) -> None:
    from desktop.models.row_text import advice

    model = DeliveriesModel()
    model.open(1, 1)
    model.put_rows(0, [row(1, state=state)], 1)
    assert text(model, 0, Column.STATE) not in ("", state)
    assert advice(row(1, state=state))


def test_a_state_that_is_not_known_shows_as_it_is(qtbot: QtBot) -> None:
    model = DeliveriesModel()
    model.open(1, 1)
    model.put_rows(0, [row(1, state="teleported")], 1)
    assert text(model, 0, Column.STATE) == "teleported"


def test_texts_and_headings_change_with_the_language(qtbot: QtBot, in_chinese: None) -> None:
    model = DeliveriesModel()
    model.open(1, 1)
    model.put_rows(0, [row(1, state="unknown", reason="lease.expired")], 1)
    apply_language("en")
    model.retranslate()
    assert text(model, 0, Column.STATE) == "Unknown"
    apply_language("zh_CN")
    model.retranslate()
    assert text(model, 0, Column.STATE) == "结果未知"
    assert text(model, 0, Column.GATEWAY) == "模拟"
    assert model.headerData(Column.STATE, Qt.Orientation.Horizontal) == "状态"


def test_sorts_are_those_the_ledger_knows() -> None:
    assert set(SORT_KEYS.values()) <= {*INDEXED_SORTS, *OTHER_SORTS}
    assert len(set(SORT_KEYS.values())) == len(SORT_KEYS)


def test_other_workers_have_every_row_asked_for_again(qtbot: QtBot) -> None:
    model = filled(30)
    model.refresh(0, 29, change(count=30))
    with qtbot.waitSignal(model.page_wanted, timeout=1000):
        model.refresh(0, 29, change(count=30, service="another"))
        model.data(model.index(0, 0))


def test_why_a_message_waits_stands_in_its_row(qtbot: QtBot) -> None:
    model = filled(1)
    model.put_rows(0, [row(1, state="queued", account="shop", waiting="waiting.no_account")], 2)
    assert "No worker has the account shop" in text(model, 0, Column.REASON)


def test_a_template_without_a_known_text_is_shown_by_its_id_and_values(qtbot: QtBot) -> None:
    model = filled(1)
    model.put_rows(0, [row(1, text="", template_id="7", variables=["9527", "5"])], 2)
    assert text(model, 0, Column.TEXT) == "Template 7: 9527, 5"
