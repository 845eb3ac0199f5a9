"""What is sent and when something breaks, drawn from a seed before anything starts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from random import Random

SINGLES_SHARE = 0.02
"""Of all messages, those that travel alone; the others come in batches."""

SENT_WITHIN = 0.75
"""Share of the time of faults in which the panel sends: faults also meet what is left of campaigns."""


@dataclass(frozen=True, slots=True)
class Size:
    """How much, how long."""

    messages: int = 20_000
    faults: int = 100
    faults_s: float = 340
    """Over how many seconds the faults are spread."""
    settle_s: float = 150
    """How long all may take to settle once everything is healed."""
    deadline_s: int = 3
    """Of one call; a lease is three of them."""
    workers: int = 3
    in_flight: int = 24
    """Calls of one worker at once."""
    numbers_per_request: int = 1
    delay_ms: float = 200
    """The gateway's least; it takes up to twice as long."""
    hurry: bool = False
    """Once all is healed, look at once for what waits for its time, instead of after the program's own half minutes."""

    @property
    def lease_s(self) -> float:
        return 3.0 * self.deadline_s


DEFAULT = Size()
LONG = replace(DEFAULT, messages=100_000, faults=200, faults_s=1_500, settle_s=600)
SHORT = replace(DEFAULT, messages=1_500, faults=12, faults_s=16, settle_s=60, deadline_s=2, workers=2, hurry=True)


@dataclass(frozen=True, slots=True)
class Order:
    """One click of the operator: `count` numbers from the `first`."""

    at_s: float
    request_id: str
    first: int
    count: int


def number(index: int) -> str:
    """The number that only the message of this index goes to."""
    return f"+86138{index:08d}"


def orders(size: Size, seed: int) -> list[Order]:
    """What the operator sends, in the order of time. Together exactly `size.messages`."""
    random = Random(f"orders {seed}")
    singles = max(1, int(size.messages * SINGLES_SHARE))
    counts = [1] * singles
    left = size.messages - singles
    largest = max(20, size.messages // 30)
    while left > 0:
        counts.append(min(left, random.randint(2, largest)))
        left -= counts[-1]
    random.shuffle(counts)
    times = sorted(random.uniform(0, size.faults_s * SENT_WITHIN) for _ in counts)
    times[0] = 0.0
    made: list[Order] = []
    first = 0
    for index, (at_s, count) in enumerate(zip(times, counts, strict=True)):
        made.append(Order(at_s, f"chaos-{seed}-{index}", first, count))
        first += count
    return made


def strikes(size: Size, seed: int) -> list[float]:
    """When the faults come, in seconds. A last part of the time is left so that long ones end."""
    random = Random(f"strikes {seed}")
    return sorted(random.uniform(0.02, 0.95) * size.faults_s for _ in range(size.faults))


def deck(weights: dict[str, int], count: int, seed: int) -> list[str]:
    """Which kinds of faults come, one after the other: shuffled decks with each kind as often as it weighs."""
    random = Random(f"deck {seed}")
    cards: list[str] = []
    while len(cards) < count:
        dealt = [name for name, weight in weights.items() for _ in range(weight)]
        random.shuffle(dealt)
        cards += dealt
    return cards[:count]
