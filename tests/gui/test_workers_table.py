"""The table of all workers: what it tells of each, and what to do about those that are not as they should be."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import QLocale, QPersistentModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot
from support.fake_clerk import FakeClerk

from desktop.background import announced_workers
from desktop.background.announced_workers import AnnouncedWorkers
from desktop.background.children import Children, Commands
from desktop.background.status import StatusWatch
from desktop.i18n import apply_language
from desktop.models.seen_workers import seen_workers
from desktop.models.workers import COLUMNS, WorkersModel
from desktop.theme.colours import Role, colour
from desktop.widgets.workers.page import WorkersPage
from desktop.wiring import workers as wiring

NOBODY = ("desk", 0)
BUNDLED = ("desk", 4711)


def worker(worker_id: str, **changes: Any) -> dict[str, Any]:
    """A worker of the ledger as `status.look` tells it."""
    whole: dict[str, Any] = {
        "worker_id": worker_id, "host": "desk", "pid": 4711, "version": "0.1.0", "pool": "threads", "concurrency": 8,
        "accounts": ["simulator", "shop"], "in_hand": 3, "seen_ms": 1, "own_ledger": True, "seen_ago_ms": 2_400,
        "stopped_ago_ms": None, "version_is": "same", "notes": [],
    }  # fmt: skip
    return whole | changes


def heard(worker_id: str, **changes: Any) -> dict[str, Any]:
    """A worker as `workers.announced` tells it."""
    whole: dict[str, Any] = {
        "kind": "other_ledger", "worker_id": worker_id, "node": f"celery@{worker_id}", "host": worker_id, "pid": 99,
        "version": "0.1.0", "version_is": "same", "pool": "prefork", "concurrency": 2, "notes": [], "seen_ago_ms": 0,
    }  # fmt: skip
    return whole | changes


def announced(*found: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {"ok": True, "code": None, "params": {}, "fanout": True, "workers": list(found)} | changes


def cells(model: WorkersModel, column: str) -> list[str]:
    """What the rows say in a column, two lines as one."""
    texts = [str(model.index(row, COLUMNS.index(column)).data()) for row in range(model.rowCount())]
    return [text.replace("\n", ", ") for text in texts]


def hosts(model: WorkersModel) -> list[str]:
    """Symbol and computer of each row."""
    return [text.partition(",")[0] for text in cells(model, "host")]


def remarks(page: WorkersPage) -> str:
    return page.remarks.text.toPlainText()


@pytest.fixture
def page(qtbot: QtBot) -> WorkersPage:
    made = WorkersPage()
    qtbot.addWidget(made)
    made.resize(840, 600)
    made.show()
    qtbot.waitExposed(made)
    return made


@pytest.fixture
def chinese() -> Iterator[None]:
    apply_language("zh_CN")
    yield
    apply_language("en")
    QLocale.setDefault(QLocale.c())


def show(page: WorkersPage, *rows: dict[str, Any], **status: Any) -> None:
    page.show_workers(seen_workers({"workers": list(rows)} | status, None, 0, NOBODY))


def test_each_worker_is_told_with_all_that_is_known(page: WorkersPage) -> None:
    page.show_workers(seen_workers({"workers": [worker("a")]}, None, 0, BUNDLED))
    model = page.workers_model
    assert [model.index(0, column).data() for column in range(len(COLUMNS))] == [
        "● desk\nthis window's · process 4711", "0.1.0", "threads\nconcurrency 8", "Simulator\nshop", "3", "2 s ago",
    ]  # fmt: skip
    assert page.workers_table.accessibleName() == "Workers"
    assert not page.remarks.text.isVisible(), "nothing to say of workers that are as they should be"


def test_many_accounts_are_told_whole_in_the_tip(page: WorkersPage) -> None:
    show(page, worker("a", accounts=["north", "shop", "simulator"], version="0.0.9", version_is="older"))
    index = page.workers_model.index(0, COLUMNS.index("accounts"))
    assert index.data() == "north\nshop, Simulator"
    assert index.data(Qt.ItemDataRole.ToolTipRole) == "north, shop, Simulator"


def test_a_process_of_the_same_number_elsewhere_is_not_this_windows(page: WorkersPage) -> None:
    page.show_workers(seen_workers({"workers": [worker("a", host="attic")]}, None, 0, BUNDLED))
    assert hosts(page.workers_model) == ["● attic"]


def test_rows_keep_their_identity_when_others_come_and_go(qtbot: QtBot) -> None:
    model = WorkersModel()
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)

    def show_hosts(*running: str, gone: tuple[str, ...] = (), **changes: Any) -> list[str]:
        rows = [worker(host, host=host, **changes) for host in running]
        stopped = [worker(host, host=host, stopped_ago_ms=1) for host in gone]
        model.show(seen_workers({"workers": rows, "gone_workers": stopped}, None, 0, NOBODY))
        return hosts(model)

    assert show_hosts("beta", "delta") == ["● beta", "● delta"]
    beta, delta = (QPersistentModelIndex(model.index(row, 0)) for row in (0, 1))
    assert show_hosts("beta", "delta", in_hand=9) == ["● beta", "● delta"]
    assert cells(model, "in_hand") == ["9", "9"]
    assert show_hosts("delta", "alpha", "gamma", gone=("beta",)) == ["● alpha", "● delta", "● gamma", "○ beta"]
    assert (beta.row(), delta.row()) == (3, 1)
    assert show_hosts("delta") == ["● delta"]
    assert (beta.isValid(), delta.row()) == (False, 0)
    assert show_hosts() == []
    del tester


def test_a_silent_worker_is_not_seen_since(page: WorkersPage) -> None:
    show(page, worker("a", seen_ago_ms=14_000), worker("b", host="attic", pid=5, seen_ago_ms=15_000))
    silent, alive = cells(page.workers_model, "seen")
    assert alive == "14 s ago"
    assert re.fullmatch(r"silent, since \d\d:\d\d:\d\d", silent)
    assert remarks(page).startswith("■ attic (5): no sign of life")


def test_a_ledger_that_does_not_answer_makes_no_worker_silent(
    page: WorkersPage, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wiring, "OLD_AFTER_MS", 50)
    clerk = FakeClerk({"status.look": lambda _: {"workers": [worker("a")]}})
    watch = StatusWatch(clerk)
    wiring.connect(page, Children(Commands(["x"], ["x"], None), call_deadline_s=5), watch)
    watch.look()
    qtbot.waitUntil(lambda: page.remarks.hint.text().endswith("the ledger has not answered since."))
    assert page.remarks.hint.isVisible()
    assert cells(page.workers_model, "seen") == ["2 s ago"]
    watch.look()
    qtbot.waitUntil(lambda: not page.remarks.hint.isVisible())


def test_workers_that_stopped_or_were_lost_are_told_for_a_while(page: WorkersPage) -> None:
    gone = [worker("s", seen_ago_ms=125_000, stopped_ago_ms=124_000), worker("l", pid=7, seen_ago_ms=600_000)]
    page.show_workers(seen_workers({"workers": [worker("a", pid=1)], "gone_workers": gone}, None, 0, BUNDLED))
    alive, lost, stopped = cells(page.workers_model, "seen")
    assert alive == "2 s ago"
    assert lost.startswith("silent, since ")
    assert stopped == "stopped, 2 min ago"
    assert hosts(page.workers_model)[2] == "○ desk", "what has stopped is not this window's worker any more"
    assert "4711" not in remarks(page), "stopping is nothing to remark"


@pytest.mark.parametrize(
    ("version_is", "cell", "said"),
    [
        ("older", "0.0.9, older", "older than this program (0.1.0). Install 0.1.0 there, then restart the worker."),
        ("newer", "0.0.9, newer", "newer than this program (0.1.0). Install 0.0.9 here"),
        ("other", "0.0.9", "not the one of this program (0.1.0). Install 0.1.0 there"),
    ],
)
def test_another_version_is_named_with_what_to_do(
    page: WorkersPage, monkeypatch: pytest.MonkeyPatch, version_is: str, cell: str, said: str
) -> None:
    monkeypatch.setattr("desktop.models.worker_remarks.__version__", "0.1.0")
    show(page, worker("a", version="0.0.9", version_is=version_is))
    assert cells(page.workers_model, "version") == [cell]
    assert f"desk (4711): version 0.0.9, {said}" in remarks(page)


def test_strangers_on_the_broker_are_named_with_what_to_do(page: WorkersPage) -> None:
    others = announced(
        heard("x", host="shop-server"),
        heard("y", kind="other_application", node="celery@warehouse", pid=None, version=None, pool=None),
    )
    page.show_workers(seen_workers({"workers": [worker("a")]}, others, 0, NOBODY))
    assert cells(page.workers_model, "host") == [
        "● desk, process 4711",
        "▲ shop-server, another ledger · process 99",
        "▲ celery@warehouse, another application",
    ]
    assert cells(page.workers_model, "accounts") == ["Simulator, shop", "–", "–"]
    ledger, application = remarks(page).splitlines()
    assert "shop-server (99): same broker, another ledger" in ledger
    assert "SMSDESK_LEDGER_URL" in ledger
    assert "celery@warehouse: a worker of another application" in application


def test_own_workers_that_answer_on_the_broker_are_not_told_twice(page: WorkersPage) -> None:
    same = announced(heard("a", kind="own_ledger", notes=["broker.queue_shared"]))
    page.show_workers(seen_workers({"workers": [worker("a")]}, same, 0, NOBODY))
    assert hosts(page.workers_model) == ["▲ desk"]
    assert "desk (4711): The broker's queue “celery” is used by another application." in remarks(page)


def test_a_worker_with_a_copy_of_the_ledger_is_named(page: WorkersPage) -> None:
    clone = announced(heard("c", kind="own_ledger", host="clone"))
    status = {"workers": [worker("a")]}
    assert len(seen_workers(status, clone, 0, NOBODY)) == 1, "it may just have started"
    assert len(seen_workers({}, clone, 0, NOBODY, {"c"})) == 0, "nobody has looked into the ledger yet"
    page.show_workers(seen_workers(status, clone, 0, NOBODY, {"c"}))
    assert hosts(page.workers_model) == ["● desk", "■ clone"]
    assert "clone (99): answers as a worker of this ledger, but is not found in it." in remarks(page)
    assert "SMSDESK_LEDGER_URL" in remarks(page)


def test_what_answered_long_ago_is_forgotten() -> None:
    assert seen_workers({}, announced(heard("x")), 30_000, NOBODY) != []
    assert seen_workers({}, announced(heard("x")), 61_000, NOBODY) == []


def test_a_broker_that_cannot_tell_of_others_is_said(page: WorkersPage) -> None:
    page.show_asked(announced(fanout=False))
    assert page.remarks.hint.text().startswith("Workers with other ledgers cannot be seen")
    page.show_asked(announced(ok=False, code="broker.silent"))
    assert page.remarks.hint.text().startswith("Workers with other ledgers cannot be looked for now.")
    page.show_asked(announced())
    assert not page.remarks.hint.isVisible()


def test_no_worker_at_all_is_said(page: WorkersPage) -> None:
    assert not page.remarks.text.isVisible(), "nobody has looked yet"
    show(page)
    assert "No worker runs on this ledger" in remarks(page)
    show(page, worker("a"))
    assert not page.remarks.text.isVisible()


def test_the_language_changes_live(page: WorkersPage, chinese: None) -> None:
    show(page, worker("a", version="0.0.9", version_is="older"))
    assert page.workers_table.accessibleName() == "工作进程"
    assert cells(page.workers_model, "version") == ["0.0.9, 较旧"]
    assert "比本程序" in remarks(page)


def test_the_table_is_walked_by_keys_and_told_to_screen_readers(page: WorkersPage, qtbot: QtBot) -> None:
    show(page, worker("a", host="alpha"), worker("b", host="beta", version="0.0.9", version_is="older"))
    table, model = page.workers_table, page.workers_model
    table.setFocus(Qt.FocusReason.TabFocusReason)
    table.setCurrentIndex(model.index(0, 0))
    qtbot.keyClick(table, Qt.Key.Key_Down)
    index = table.currentIndex()
    assert index.row() == 1
    assert index.data(Qt.ItemDataRole.AccessibleTextRole) == "beta, process 4711"
    assert "older" in index.data(Qt.ItemDataRole.AccessibleDescriptionRole)
    show(page, worker("a", host="alpha"), worker("b", host="beta", version="0.0.9", version_is="older", in_hand=9))
    assert table.currentIndex().row() == 1, "the pulse does not move a reader"


def test_tab_leads_from_the_tabs_over_the_table_to_the_remarks(page: WorkersPage, qtbot: QtBot) -> None:
    show(page, worker("a", version="0.0.9", version_is="older"))
    bar = page.tabs.tabBar()
    qtbot.mouseClick(bar, Qt.MouseButton.LeftButton, pos=bar.tabRect(1).center())
    assert page.log.isVisible()
    qtbot.mouseClick(bar, Qt.MouseButton.LeftButton, pos=bar.tabRect(0).center())
    bar.setFocus(Qt.FocusReason.TabFocusReason)
    for stop in (page.workers_table, page.remarks.text):
        qtbot.keyClick(page.focusWidget(), Qt.Key.Key_Tab)
        assert page.focusWidget() is stop
    assert page.remarks.text.accessibleName() == "Remarks on workers"


def test_strangers_are_asked_for_only_while_the_page_is_seen(
    page: WorkersPage, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(announced_workers, "INTERVAL_MS", 40)
    clerk = FakeClerk({"workers.announced": lambda _: announced(heard("x"))})
    asking = AnnouncedWorkers(clerk)
    answers: list[object] = []
    asking.heard.connect(answers.append)
    page.watched.connect(asking.watch)
    page.hide()
    assert clerk.calls_of("workers.announced") == []
    page.show()
    qtbot.waitUntil(lambda: len(clerk.calls_of("workers.announced")) >= 2)
    page.hide()
    count = len(clerk.calls_of("workers.announced"))
    qtbot.waitUntil(lambda: len(answers) == count)
    with qtbot.assertNotEmitted(asking.heard, wait=150):
        pass
    assert len(clerk.calls_of("workers.announced")) == count


def test_pulse_and_broker_meet_on_the_page(page: WorkersPage, qtbot: QtBot) -> None:
    clerk = FakeClerk({"status.look": lambda _: {"workers": [worker("a", host=socket.gethostname())]}})
    watch = StatusWatch(clerk)
    children = Children(Commands(["x"], ["x"], None), call_deadline_s=5)
    wiring.connect(page, children, watch)
    page.findChild(AnnouncedWorkers).heard.emit(announced(heard("x"), fanout=False))
    assert hosts(page.workers_model) == ["▲ x"]
    watch.start()
    qtbot.waitUntil(lambda: page.workers_model.rowCount() == 2)
    watch.stop()
    assert page.remarks.hint.isVisible()


def test_the_mark_of_a_worker_has_the_colour_of_its_light(page: WorkersPage) -> None:
    show(page, worker("a"))
    index = page.workers_model.index(0, COLUMNS.index("host"))
    assert index.data(Qt.ItemDataRole.ForegroundRole) == colour(Role.GOOD)
