"""The gateway that counts counts right: every proof of *never twice* rests on it."""

from __future__ import annotations

import json
import threading
import urllib.request
from typing import Any

import pytest
from support.counting_gateway import CountingGateway, CountingProcess

PATH = "/2013-12-26/Accounts/abc/SMS/TemplateSMS?sig=x"


def post(url: str, to: str, datas: list[str] | None = None) -> dict[str, Any]:
    body = json.dumps({"to": to, "templateId": "1", "datas": datas or [], "reqId": "r"}).encode()
    with urllib.request.urlopen(urllib.request.Request(url + PATH, data=body), timeout=10) as answer:
        content = json.load(answer)
    assert isinstance(content, dict)
    return content


def test_it_counts_numbers_and_repeats_of_the_same_message() -> None:
    with CountingGateway() as gateway:
        assert post(gateway.url, "1,2,3")["statusCode"] == "000000"
        post(gateway.url, "3,4")
        post(gateway.url, "4", ["other text"])
        state = gateway.state()
        assert (state["requests"], state["numbers"], state["taken"], state["duplicates"]) == (3, 6, 6, 1)
        assert [entry.to for entry in gateway.arrived] == ["1", "2", "3", "3", "4", "4"]
        gateway.reset()
        assert gateway.state()["requests"] == 0


def test_what_it_refuses_is_not_taken_and_what_it_drops_is() -> None:
    with CountingGateway(status_code="160011") as gateway:
        post(gateway.url, "1")
        gateway.set(status_code="000000", mode="close")
        with pytest.raises(OSError, match="closed"):
            post(gateway.url, "1")
        gateway.set(mode="answer", busy_first=1)
        with pytest.raises(OSError, match="429"):
            post(gateway.url, "1")
        post(gateway.url, "2")
        assert [entry.taken for entry in gateway.arrived] == [False, True, False, True]
        assert gateway.state()["duplicates"] == 0


def test_its_moods_are_noted_with_each_request() -> None:
    with CountingGateway(moods={"unread": 1.0}) as gateway:
        with pytest.raises(OSError, match="closed"):
            post(gateway.url, "1")
        gateway.set(moods={"late": 1.0}, late_ms=50)
        assert post(gateway.url, "2")["statusCode"] == "000000"
        gateway.set(moods={})
        post(gateway.url, "3")
        noted = [(entry.taken, entry.mode) for entry in gateway.arrived]
        assert noted == [(False, "unread"), (True, "late"), (True, "answer")]


def test_it_knows_how_many_calls_were_out_at_once() -> None:
    with CountingGateway(delay_ms=300) as gateway:
        threads = [threading.Thread(target=post, args=(gateway.url, str(number))) for number in range(5)]
        for thread in threads:
            thread.start()
        assert gateway.wait_for_numbers(5)
        assert gateway.state()["in_flight"] == 5
        for thread in threads:
            thread.join()
        state = gateway.state()
        assert (state["in_flight"], state["in_flight_max"]) == (0, 5)
        assert state["first_ms"] <= state["last_ms"]


def test_as_a_process_it_is_told_and_asked_over_http_and_ends_with_its_owner() -> None:
    with CountingProcess(status_code="112311") as gateway:
        assert post(gateway.url, "1,2")["statusCode"] == "112311"
        assert gateway.state()["numbers"] == 2
        assert gateway.arrived[1].to == "2"
        gateway.set(status_code="000000")
        assert post(gateway.url, "1")["statusCode"] == "000000"
        gateway.reset()
        assert gateway.state()["taken"] == 0
        with pytest.raises(AttributeError):
            gateway.set(no_such_thing=1)
        url = gateway.url
    with pytest.raises(OSError, match="refused"):
        urllib.request.urlopen(url + "/_state", timeout=5)


def test_an_unknown_behaviour_is_a_mistake_of_the_test() -> None:
    with CountingGateway() as gateway, pytest.raises(AttributeError):
        gateway.set(no_such_thing=1)
