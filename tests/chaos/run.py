"""One run on one ledger: start everything, break it for a while, heal it, wait, judge."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from random import Random

from chaos.faults import KINDS
from chaos.fleet import Fleet
from chaos.hindsight import attempts, grips, ledger_rows, sent_again
from chaos.plan import deck, number, strikes
from chaos.settle import wait_until_settled
from chaos.verdict import Verdict, judge

from tasks.errors import DeskError

AT_ONCE = 4
"""Faults that may last at the same time."""

Say = Callable[[str], None]


@dataclass
class Result:
    """What a run brought."""

    verdict: Verdict
    faults: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    sending_s: float = 0.0
    """From the gateway's first request to its last."""
    repeats: int = 0
    ended_by_themselves: list[str] = field(default_factory=list)

    @property
    def rate(self) -> float:
        return self.verdict.accepted / max(0.001, self.sending_s)


def run(fleet: Fleet, seed: int, say: Say) -> Result:
    """One run. Raises nothing that the program under test could cause: that is in the verdict."""
    began, size = time.monotonic(), fleet.size
    with fleet:
        faults = Storm(fleet, seed, say).rage()
        fleet.heal()
        say("healed: waiting until every message is settled")
        troubles = [] if fleet.wait_for_panel(size.settle_s) else ["the panel could not release everything"]
        fleet.panel.give_up()
        wait_until_settled(fleet, size.settle_s, say)
        released = [number(index) for index in range(size.messages)]
        state = fleet.gateway.state()
        rows, calls = ledger_rows(fleet.ledger), fleet.gateway.arrived
        tried, again = attempts(fleet.ledger), sent_again(fleet.ledger)
        verdict = judge(released, rows, calls, grips(fleet), state, tried, again)
        verdict.failures += troubles + fleet.wrongs
        sending_s = ((state["last_ms"] or 0) - (state["first_ms"] or 0)) / 1000
        result = Result(verdict, faults, 0.0, sending_s, fleet.panel.repeats, fleet.ended_by_themselves)
    result.seconds = time.monotonic() - began
    return result


class Storm:
    """The faults of a run, each in a thread of its own when its time has come."""

    def __init__(self, fleet: Fleet, seed: int, say: Say) -> None:
        self._fleet = fleet
        self._seed = seed
        self._say = say
        self._kinds = {kind.name: kind for kind in KINDS}
        self._began = time.monotonic()
        self._done: Counter[str] = Counter()
        self._lock = threading.Lock()

    def rage(self) -> Counter[str]:
        """All faults, from the first to the end of the last; how often each kind struck."""
        size = self._fleet.size
        names = deck({kind.name: kind.weight for kind in KINDS}, size.faults, self._seed)
        never = threading.Event()
        with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="fault") as threads:
            waiting: list[Future[None]] = []
            for index, (at_s, name) in enumerate(zip(strikes(size, self._seed), names, strict=True)):
                never.wait(max(0.0, self._began + at_s - time.monotonic()))
                waiting.append(threads.submit(self._strike, name, Random(f"{self._seed} {index}")))
            for one in waiting:
                one.result()
        return self._done

    def _strike(self, name: str, random: Random) -> None:
        """One fault; another kind where this one finds nothing to strike at."""
        others = random.sample(sorted(self._kinds), len(self._kinds))
        for tried in (name, *others):
            began = time.monotonic() - self._began
            try:
                told = self._kinds[tried].strike(self._fleet, random)
            except DeskError as error:  # what it wanted to look at is away, for another fault
                self._say(f"{began:7.1f} s  {tried}: {error.code}")
                continue
            except ProcessLookupError:  # what it wanted to strike at has just been killed by another one
                continue
            if told is not None:
                with self._lock:
                    self._done[tried] += 1
                taken = self._fleet.gateway.state()["taken"]
                self._say(f"{began:7.1f} s  {taken:6} at the gateway  {tried}: {told}")
                return
