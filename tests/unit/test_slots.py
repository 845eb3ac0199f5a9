"""Calls in flight: how many, of which kind, and over several processes."""

from __future__ import annotations

import subprocess
import sys
import threading

import pytest
from support.waiting import wait_until

from tasks.delivery.slots import Slots
from tasks.delivery.tokens import Tokens

WITH_AND_WITHOUT = pytest.mark.parametrize("shared", [False, True])


def slots(total: int, singles: int, shared: bool) -> Slots:
    return Slots(total, singles, Tokens(total) if shared else None)


@WITH_AND_WITHOUT
@pytest.mark.parametrize(("total", "singles"), [(1, 1), (1, 8), (2, 8), (3, 1), (8, 8), (64, 8), (64, 100)])
def test_never_more_than_the_total_are_out_and_each_kind_gets_some(total: int, singles: int, shared: bool) -> None:
    counted = slots(total, singles, shared)
    bulk = counted.take_bulk(1_000)
    taken = 0
    while counted.take_single(0):
        taken += 1
    assert counted.in_flight == bulk + taken == total
    assert bulk >= 1
    counted.give_bulk(bulk)
    for _ in range(taken):
        counted.give_single()
    assert counted.take_single(0)


@WITH_AND_WITHOUT
def test_with_one_call_at_a_time_bulk_makes_way_for_a_single_message(shared: bool) -> None:
    counted = slots(1, 8, shared)
    assert counted.take_bulk(5) == 1
    got: list[bool] = []
    single = threading.Thread(target=lambda: got.append(counted.take_single(5)))
    single.start()
    wait_until(lambda: counted._waiting == 1)
    counted.give_bulk()
    assert counted.take_bulk(1) == 0
    single.join()
    assert got == [True]
    counted.give_single()
    assert counted.take_bulk(1) == 1


@WITH_AND_WITHOUT
def test_waiting_ends_in_time_and_when_a_slot_comes_back(shared: bool) -> None:
    counted = slots(4, 1, shared)
    assert counted.take_bulk(10) == 3
    assert not counted.wait_for_bulk(1, 0.01)
    waited: list[bool] = []
    waiting = threading.Thread(target=lambda: waited.append(counted.wait_for_bulk(2, 5)))
    waiting.start()
    counted.give_bulk(2)
    waiting.join()
    assert waited == [True]
    assert counted.take_bulk(10) == 2


OVER_PROCESSES = """
import os
from tasks.delivery.slots import Slots
from tasks.delivery.tokens import Tokens
tokens = Tokens(5)
ends = [os.pipe() for _ in range(3)]
told, tell = os.pipe()
children = []
for own in ends:
    pid = os.fork()
    if not pid:
        slots = Slots(5, 2, tokens)
        os.write(tell, bytes([slots.take_bulk(2) + 10 * slots.take_single(0)]))
        os.read(own[0], 1)
        os._exit(0)
    children.append(pid)
    print(os.read(told, 1)[0], end=" ")
os.kill(children[0], 9)
os.waitpid(children[0], 0)
slots = Slots(5, 2, tokens)
print(slots.take_bulk(9) + 10 * slots.take_single(0), slots.wait_for_bulk(1, 0.05), end=" ")
for (_, out), pid in list(zip(ends, children))[1:]:
    os.write(out, b"x")
    os.waitpid(pid, 0)
print(slots.wait_for_bulk(1, 5))
"""


def test_processes_share_the_total_and_one_that_is_killed_gives_its_part_back() -> None:
    """The first takes 2 for bulk and 1 for a single message, the second what is left, the third nothing."""
    done = subprocess.run(
        [sys.executable, "-c", OVER_PROCESSES], capture_output=True, text=True, timeout=30, check=True
    )
    assert done.stdout.split() == ["12", "11", "0", "12", "False", "True"]
