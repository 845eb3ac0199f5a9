"""The table that a run ends with."""

from __future__ import annotations

from chaos.run import Result


def table(ledger: str, result: Result) -> str:
    """All figures of a run, and what is wrong."""
    found = result.verdict
    lines = [
        ("ledger", ledger),
        ("messages", f"{found.messages}"),
        ("faults", f"{result.faults.total()}"),
        *((f"   {kind}", f"{count}") for kind, count in sorted(result.faults.items())),
        ("requests of the panel repeated", f"{result.repeats}"),
        ("workers that ended by themselves", f"{len(result.ended_by_themselves)}"),
        ("twice", f"{found.twice}"),
        ("Unknown ones that the operator sent again", f"{found.again}"),
        ("   of which came twice", f"{found.came_again}"),
        ("lost", f"{found.lost}"),
        ("Unknown", f"{found.unknown}"),
        ("   of which had been sent", f"{found.unknown_sent}"),
        ("   bound", f"{found.bound}"),
        ("      in flight at a fault", f"{found.in_flight}"),
        ("      not answered by the gateway", f"{found.unanswered}"),
        ("accepted by the gateway", f"{found.accepted}"),
        ("states", ", ".join(f"{state} {count}" for state, count in sorted(found.states.items()))),
        ("duration", f"{result.seconds:.0f} s"),
        ("messages a second, first to last", f"{result.rate:.0f}"),
    ]
    told = [f"   {name:<42} {value}" for name, value in lines]
    told += [f"   a worker ended by itself: {one}" for one in result.ended_by_themselves]
    told += [f"   WRONG: {failure}" for failure in found.failures] or ["   all as it must be"]
    return "\n".join(told)
