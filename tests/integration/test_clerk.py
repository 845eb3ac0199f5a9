"""The real clerk as a process, asked over its wire, with a ledger of its own and no broker."""

from __future__ import annotations

import csv
import json
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from support.desk import Clerk, ClerkAnswerError, Desk, send, wait_until
from support.many_messages import fill

from tasks.ledger.engine import open_ledger


@pytest.fixture
def desk(isolated: Path) -> Iterator[Desk]:
    with Desk(isolated) as made:
        yield made


@pytest.fixture
def clerk(desk: Desk) -> Clerk:
    return desk.clerk()


@pytest.fixture
def silent_broker() -> Iterator[str]:
    """The address of a broker that takes connections and never says a word."""
    listener = socket.create_server(("127.0.0.1", 0))
    taken: list[socket.socket] = []

    def take() -> None:
        while True:
            try:
                taken.append(listener.accept()[0])
            except OSError:
                return

    thread = threading.Thread(target=take)
    thread.start()
    yield f"redis://127.0.0.1:{listener.getsockname()[1]}/0"
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    thread.join()
    for one in taken:
        one.close()


def refused(clerk: Clerk, do: str, **params: Any) -> tuple[str, dict[str, Any]]:
    with pytest.raises(ClerkAnswerError) as error:
        clerk.ask(do, **params)
    return error.value.code, error.value.params


def answers(clerk: Clerk, ids: list[int]) -> dict[int, dict[str, Any]]:
    """The answers to several requests, whatever order they come in."""
    found: dict[int, dict[str, Any]] = {}
    while len(found) < len(ids):
        frame = json.loads(clerk.lines.get(timeout=30))
        if frame["id"] in ids and "progress" not in frame:
            assert frame["id"] not in found, "answered twice"
            found[frame["id"]] = frame
    return found


def rows(clerk: Clerk, **wanted: Any) -> list[dict[str, Any]]:
    view = clerk.ask("view.open", filter=wanted)
    return list(clerk.ask("view.rows", view=view["view"], start=0, count=400)["rows"])


def test_a_message_is_on_disk_when_send_answers(clerk: Clerk) -> None:
    answer = send(clerk, ["13800138000"], {"text": "Your parcel is here."}, "simulator", "click-1")
    assert (answer["count"], answer["published"]) == (1, False)
    (row,) = rows(clerk)
    assert row["recipient"] == "+8613800138000"
    assert row["text"] == "Your parcel is here."
    assert (row["state"], row["gateway"], row["simulated"]) == ("queued", "simulator", True)
    assert (row["segments"], row["price_micros"], row["tries"]) == (1, None, 0)
    assert row["task_id"].endswith(f".m{answer['first_id']}")
    detail = clerk.ask("message.detail", message_id=answer["first_id"])
    content = {"text": "Your parcel is here.", "sender": None}
    assert detail == {"row": row, "tries": [], "content": content, "decisions": []}


def test_a_double_click_sends_once(clerk: Clerk) -> None:
    token = clerk.ask("recipients.check", text="13800138000 13900139000", region="CN")["token"]
    params = {"token": token, "account": "simulator", "content": {"text": "hi"}, "request_id": "click"}
    both = answers(clerk, [clerk.post("compose.send", **params), clerk.post("compose.send", **params)])
    first, second = (one["ok"] for one in both.values())
    assert first == second
    assert len(rows(clerk)) == 2


def test_the_same_click_after_a_crash_of_the_clerk_sends_once(desk: Desk) -> None:
    clerk = desk.clerk()
    first = send(clerk, ["13800138000"], {"text": "hi"}, "simulator", "click")
    clerk.kill()
    desk.children.remove(clerk)
    again = desk.clerk()
    content = {"text": "hi"}
    params = {"token": "gone", "account": "simulator", "content": content}
    assert again.ask("compose.send", request_id="click", **params)["batch_id"] == first["batch_id"]
    assert len(rows(again)) == 1
    assert refused(again, "compose.send", request_id="another", **params)[0] == "request.recipients_gone"


def test_ten_thousand_messages_are_one_answer(clerk: Clerk) -> None:
    numbers = [f"138{number:08d}" for number in range(10_000)]
    answer = send(clerk, numbers, {"text": "Sale"}, "simulator", "click")
    assert answer["count"] == 10_000
    view = clerk.ask("view.open", sort={"column": "recipient", "descending": False})
    assert view["count"] == 10_000
    last = clerk.ask("view.rows", view=view["view"], start=9_990, count=50)["rows"]
    assert [row["recipient"] for row in last] == [f"+86138{number:08d}" for number in range(9_990, 10_000)]


@pytest.mark.parametrize(
    ("content", "account", "code"),
    [
        ({"text": "  "}, "simulator", "request.text_missing"),
        ({"text": "hi"}, "nobody", "gateway.no_account"),
        ({"text": "hi"}, "yuntongxun", "gateway.field_missing"),
        ({"template_id": "1", "variables": [""], "template_text": "Code {1}"}, "simulator", "request.variable_missing"),
        ("hi", "simulator", "request.malformed"),
    ],
)
def test_what_cannot_be_sent_is_refused_and_nothing_is_written(
    isolated: Path, content: Any, account: str, code: str
) -> None:
    with Desk(isolated, yuntongxun_account_sid="a" * 32) as desk:
        clerk = desk.clerk()
        token = clerk.ask("recipients.check", text="13800138000", region="CN")["token"]
        params = {"token": token, "account": account, "content": content, "request_id": "click"}
        assert refused(clerk, "compose.send", **params)[0] == code
        empty = clerk.ask("recipients.check", text="none", region="CN")["token"]
        nobody = params | {"token": empty, "content": {"text": "hi"}, "account": "simulator"}
        assert refused(clerk, "compose.send", **nobody)[0] == "request.no_recipients"
        assert rows(clerk) == []


def test_what_numbers_got_before_is_told_and_left_out(clerk: Clerk) -> None:
    text = "您的验证码是 9527，请于 5 分钟内输入。"
    sent = send(clerk, ["13800138000", "13800138001"], {"text": text}, "simulator", "click-1")
    checked = clerk.ask("recipients.check", text="13800138001\n13800138000\n13800138002", region="CN")
    wanted = {"token": checked["token"], "account": "simulator", "content": {"text": text}}
    found = clerk.ask("compose.earlier", **wanted)
    newest = {"message_id": sent["first_id"] + 1, "recipient": "+8613800138001"}
    numbers = ["+8613800138000", "+8613800138001"]
    assert found["repeated"].pop("newest").items() >= newest.items()
    assert found["repeated"] == {"count": 2, "first": numbers}
    (cap,) = found["over_cap"]
    assert (cap["kind"], cap["most"], cap["window_s"], cap["count"], cap["first"]) == ("code", 1, 60, 2, numbers)
    left = clerk.ask("compose.leave_out", token=checked["token"], what=["repeated"])
    assert left == {"recipients": "+8613800138002", "count": 1, "left_out": 2}
    again = clerk.ask("recipients.check", text=left["recipients"], region="CN")
    nothing = clerk.ask("compose.earlier", **wanted | {"token": again["token"]})
    assert nothing == {"repeated": {"count": 0, "first": [], "newest": None}, "over_cap": []}


def test_only_what_was_looked_up_can_be_left_out(clerk: Clerk) -> None:
    checked = clerk.ask("recipients.check", text="13800138001", region="CN")
    gone = ("request.recipients_gone", {})
    assert refused(clerk, "compose.leave_out", token=checked["token"], what=["repeated"]) == gone
    assert refused(clerk, "compose.earlier", token="x", account="simulator", content={"text": "a"}) == gone


def test_a_gateway_of_templates_takes_no_free_text_and_keeps_the_variables(isolated: Path) -> None:
    fields = {"yuntongxun_account_sid": "a" * 32, "yuntongxun_auth_token": "b" * 32, "yuntongxun_app_id": "c" * 32}
    with Desk(isolated, **fields, yuntongxun_price_per_segment="0.045") as desk:
        clerk = desk.clerk()
        token = clerk.ask("recipients.check", text="13800138000", region="CN")["token"]
        params = {"token": token, "account": "yuntongxun", "request_id": "click"}
        assert refused(clerk, "compose.send", content={"text": "hi"}, **params)[0] == "request.template_missing"
        content = {"template_id": "7", "variables": ["1234"], "template_text": "Code {1}", "sender": "Desk"}
        quote = clerk.ask("compose.quote", token=token, account="yuntongxun", content=content)
        assert quote == {
            "messages": 1, "segments": 1, "price_micros": 45_000, "currency": "CNY", "per_segment_micros": 45_000,
            "warnings": ["waiting.no_worker"], "above_limit": None,
        }  # fmt: skip
        sent = clerk.ask("compose.send", content=content, **params)
        detail = clerk.ask("message.detail", message_id=sent["first_id"])
        assert detail["row"]["text"] == "Code 1234"
        assert detail["row"]["price_micros"] == 45_000
        assert detail["content"] == {"text": "Code 1234", "sender": "Desk", "template_id": "7", "variables": ["1234"]}


def test_recipients_are_judged_with_places_in_the_text(clerk: Clerk) -> None:
    found = clerk.ask("recipients.check", text="13800138000\n138 0013 8000\n12\n+44 7400 123456", region="CN")
    assert (found["valid"], found["duplicates"], found["bad_count"]) == (2, 1, 1)
    assert found["by_region"] == {"CN": 1, "GB": 1}
    assert found["first"] == ["+8613800138000", "+447400123456"]
    (bad,) = found["bad"]
    assert (bad["line"], bad["start"], bad["end"]) == (3, 26, 28)
    assert bad["code"].startswith("number.")


def test_older_checks_give_way_to_the_newest(clerk: Clerk) -> None:
    long = "\n".join(f"138{number:08d}" for number in range(5_000))
    asked = [clerk.post("recipients.check", text=long, region="CN") for _ in range(6)]
    found = answers(clerk, asked)
    assert "ok" in found[asked[-1]]
    given_up = [one for one in asked if "error" in found[one]]
    assert given_up
    assert {found[one]["error"]["code"] for one in given_up} == {"request.superseded"}


def test_a_check_can_be_cancelled(clerk: Clerk) -> None:
    long = "\n".join(f"138{number:08d}" for number in range(10_000))
    asked = clerk.post("recipients.check", text=long, region="CN")
    clerk.write(json.dumps({"cancel": asked}))
    assert answers(clerk, [asked])[asked]["error"]["code"] == "request.cancelled"
    assert clerk.ask("recipients.check", text="13800138000", region="CN")["valid"] == 1


def test_a_view_follows_what_is_sent(clerk: Clerk) -> None:
    send(clerk, ["13800138000"], {"text": "one"}, "simulator", "click-1")
    view = clerk.ask("view.open", filter={}, sort={})
    send(clerk, ["13800138001"], {"text": "two"}, "simulator", "click-2")
    look = {"view": view["view"], "first": 0, "last": 0, "revision": view["revision"]}
    change = clerk.ask("view.refresh", **look)
    assert (change["count"], change["inserted"], change["reset"], change["start"]) == (2, 1, False, 0)
    assert [row["text"] for row in change["rows"]] == ["two"]
    quiet = clerk.ask("view.refresh", **(look | {"revision": change["revision"]}))
    assert (quiet["inserted"], quiet["rows"]) == (0, [])
    clerk.ask("view.open", filter={"search": "one"})
    assert refused(clerk, "view.refresh", **look)[0] == "request.view_closed"


def test_pages_of_rows_and_sends_go_on_while_the_broker_is_silent(isolated: Path, silent_broker: str) -> None:
    with Desk(isolated, broker_url=silent_broker) as desk:
        clerk = desk.clerk()
        hanging = [clerk.post("status.look"), clerk.post("celery.states", task_ids=["x.m1"])]
        began = time.monotonic()
        assert rows(clerk) == []
        assert time.monotonic() - began < 2, "a page of rows waited for the broker"
        sent = send(clerk, ["13800138000"], {"text": "hi"}, "simulator", "click")
        assert sent["published"] is False
        found = answers(clerk, hanging)
        broker = found[hanging[0]]["ok"]["broker"]
        assert (broker["ok"], broker["code"], broker["embedded"]) == (False, "broker.silent", False)
        assert found[hanging[1]]["error"]["code"] == "broker.silent"
        assert len(rows(clerk)) == 1


def test_status_without_a_broker(clerk: Clerk) -> None:
    send(clerk, ["13800138000"], {"text": "hi"}, "simulator", "click")
    status = clerk.ask("status.look")
    assert status["broker"]["ok"] is False
    assert status["broker"]["embedded"] is True
    assert status["broker"]["code"].startswith("broker.")
    assert status["workers"] == []
    assert status["open"] == {"queued": 1}
    (account,) = status["accounts"]
    assert (account["name"], account["simulated"], account["held_reason"]) == ("simulator", True, None)
    assert refused(clerk, "queues.lengths")[0].startswith("broker.")
    assert clerk.ask("account.resume", account="simulator") == {"resumed": 0}


def test_the_template_book(clerk: Clerk) -> None:
    entry = {"template_id": "7", "account": "simulator", "name": "Code", "text": "Code {1}", "signature": "Desk"}
    clerk.ask("templates.save", **(entry | {"name": "Old"}))
    clerk.ask("templates.save", **entry)
    assert clerk.ask("templates.list") == {"templates": [entry]}
    assert refused(clerk, "templates.save", **(entry | {"template_id": " "})) == (
        "request.field_missing",
        {"field": "template_id"},
    )
    clerk.ask("templates.delete", account="simulator", template_id="7")
    assert clerk.ask("templates.list") == {"templates": []}


def test_an_export_is_the_whole_filter(clerk: Clerk, tmp_path: Path) -> None:
    send(clerk, ["13800138000", "13800138001"], {"text": "=parcel"}, "simulator", "click-1")
    send(clerk, ["13800138002"], {"text": "other"}, "simulator", "click-2")
    path = tmp_path / "out.csv"
    wanted = {"filter": {"search": "parcel"}, "sort": {"column": "recipient", "descending": False}}
    assert clerk.ask("export.run", path=str(path), **wanted) == {"written": 2}
    with path.open(encoding="utf-8-sig", newline="") as file:
        found = list(csv.DictReader(file))
    assert [row["Recipient"] for row in found] == ["+8613800138000", "+8613800138001"]
    assert {row["Text"] for row in found} == {"'=parcel"}
    missing = str(tmp_path / "no" / "out.csv")
    assert refused(clerk, "export.run", path=missing, **wanted)[0] == "request.cannot_write_file"


def test_a_cancelled_export_leaves_no_file_and_its_orders_are_not_in_its_arguments(
    desk: Desk, isolated: Path, tmp_path: Path
) -> None:
    isolated.mkdir()
    ledger = open_ledger(f"sqlite:///{isolated / 'ledger.sqlite'}")
    fill(ledger, 60_000)
    ledger.close()
    clerk = desk.clerk()
    path = tmp_path / "secret-place.csv"
    asked = clerk.post("export.run", filter={"search": "parcel"}, sort={}, path=str(path))
    (child,) = wait_until(lambda: psutil.Process(clerk.process.pid).children(), 10)
    arguments = " ".join(child.cmdline())
    progress = json.loads(clerk.lines.get(timeout=20))
    assert progress["progress"]["total"] == 60_000
    clerk.write(json.dumps({"cancel": asked}))
    assert answers(clerk, [asked])[asked]["error"]["code"] == "request.cancelled"
    wait_until(lambda: not child.is_running(), 10)
    assert list(tmp_path.glob("secret-place*")) == []
    assert "secret-place" not in arguments
    assert "parcel" not in arguments


def test_a_send_in_hand_is_finished_when_the_window_closes(desk: Desk, isolated: Path) -> None:
    clerk = desk.clerk()
    numbers = "\n".join(f"138{number:08d}" for number in range(2_000))
    token = clerk.ask("recipients.check", text=numbers, region="CN")["token"]
    clerk.post("compose.send", token=token, account="simulator", content={"text": "hi"}, request_id="click")
    assert clerk.stop() == 0
    desk.children.remove(clerk)
    again = desk.clerk()
    assert again.ask("view.open")["count"] == 2_000


def test_nothing_private_is_logged(desk: Desk, isolated: Path) -> None:
    clerk = desk.clerk()
    send(clerk, ["13800138000"], {"text": "a private word"}, "simulator", "click")
    refused(clerk, "view.rows", view="13800138000", start=0, count=1)
    clerk.stop()
    desk.children.remove(clerk)
    written = "".join(clerk.errors) + "".join(path.read_text() for path in isolated.glob("logs/*"))
    assert "13800138000" not in written
    assert "private word" not in written
