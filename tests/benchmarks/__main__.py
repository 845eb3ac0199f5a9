"""`python3 dev.py bench [names]`: each prints what it measured, as a ratio against something real in the same run."""

from __future__ import annotations

import argparse
import importlib
import sys

BENCHMARKS = {
    "throughput": "messages a second through a gateway that takes 50 ms, against one Celery task per SMS",
    "submission": "10,000 messages from click to disk and first call, against delay() in a loop",
    "single": "one message from click to gateway",
    "window": "the window's longest event-loop gap and its memory, a million rows in the ledger",
    "foreign": "send_sms.delay of another Celery client, against plain Celery's own task",
    "roundtrip": "a campaign over a broker with a round trip of 5 ms, against the same broker without",
    "postgres": "two workers on one PostgreSQL ledger against one",
    "earlier": "what 10,000 numbers got before, in a ledger of a million messages",
    "frozen_start": "the frozen program, from start to its window on the screen, against the same from its sources",
    "start": "from start to a usable window, and to server and worker ready",
}


def main() -> int:
    """Run the named benchmarks, or all; the answer is 1 if any misses its target."""
    parser = argparse.ArgumentParser(prog="python3 dev.py bench", description=__doc__)
    listing = ", ".join(f"{name} ({what})" for name, what in BENCHMARKS.items())
    parser.add_argument("names", nargs="*", metavar="name", help=listing)
    names = parser.parse_args().names or list(BENCHMARKS)
    missed = False
    for name in names:
        if name not in BENCHMARKS:
            parser.error(f"no benchmark {name!r}; there are {', '.join(BENCHMARKS)}")
        print(f"== {name}: {BENCHMARKS[name]}", flush=True)
        report = importlib.import_module(f"benchmarks.{name}").run()
        missed |= report.print_and_judge()
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
