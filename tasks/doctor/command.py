"""The command line of `python -m tasks doctor`."""

from __future__ import annotations

import argparse
import logging
import sys
import warnings
from collections.abc import Sequence


def main(argv: Sequence[str]) -> int:
    """Examine this user's program and print what was found. Returns the exit status."""
    given = parse(argv)
    # What libraries have to say of troubles, the findings say; and a log is a file.
    logging.getLogger().addHandler(logging.NullHandler())
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    from tasks.doctor.examination import examine
    from tasks.doctor.patient import Patient
    from tasks.doctor.report import Printer, as_json, language_of

    patient = Patient.here()
    language = language_of(given.language, patient.settings.language)
    if given.json:
        text, worst = as_json(examine(patient), language)
        print(text, flush=True)
    else:
        printer = Printer(sys.stdout, language)
        printer.show(examine(patient))
        worst = printer.worst
    return int(worst == "trouble")


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """What was typed; ends the program with status 2 where that is not understood."""
    parser = argparse.ArgumentParser(prog="sms-desk-worker doctor", add_help=False)  # its help is in tasks/usage.py
    parser.add_argument("--language", choices=("en", "zh_CN", "zh"))
    parser.add_argument("--json", action="store_true")
    return parser.parse_args(argv)
