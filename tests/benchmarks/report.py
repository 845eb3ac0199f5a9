"""What a benchmark prints: each figure, its target, and whether it was met."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Figure:
    """One measured number. `least` or `most` is the target, None = told for information."""

    name: str
    value: float
    unit: str
    least: float | None = None
    most: float | None = None

    @property
    def met(self) -> bool:
        return (self.least is None or self.value >= self.least) and (self.most is None or self.value <= self.most)

    def __str__(self) -> str:
        target = ""
        if self.least is not None:
            target = f"   target ≥ {self.least:g}: {'met' if self.met else 'MISSED'}"
        elif self.most is not None:
            target = f"   target ≤ {self.most:g}: {'met' if self.met else 'MISSED'}"
        return f"   {self.name:<58} {self.value:>10.2f} {self.unit}{target}"


@dataclass
class Report:
    """The figures of one benchmark."""

    figures: list[Figure] = field(default_factory=list)

    def add(self, name: str, value: float, unit: str, *, least: float | None = None, most: float | None = None) -> None:
        figure = Figure(name, value, unit, least, most)
        self.figures.append(figure)
        print(figure, flush=True)

    def print_and_judge(self) -> bool:
        """Whether any target was missed."""
        return any(not figure.met for figure in self.figures)
