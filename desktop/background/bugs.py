"""Catches what nobody caught: every distinct traceback once, redacted, as a signal."""

from __future__ import annotations

import hashlib
import sys
import threading
import traceback
from types import TracebackType

from PySide6.QtCore import QObject, Signal

from tasks.redaction import for_report


class BugCatcher(QObject):
    """Does nothing but emit: showing is another's work, on the GUI thread, whichever thread failed."""

    caught = Signal(str)
    """The redacted traceback."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._seen: set[str] = set()

    def install(self) -> None:
        """Become the hook of uncaught exceptions, in all threads."""
        sys.excepthook = self.hook
        threading.excepthook = lambda args: self.hook(
            args.exc_type, args.exc_value or args.exc_type(), args.exc_traceback
        )

    def hook(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """The hook itself. Ctrl+C is no bug."""
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        text = for_report("".join(traceback.format_exception(kind, error, trace)))
        where = "".join(f"{frame.filename}:{frame.lineno}\n" for frame in traceback.extract_tb(trace))
        key = hashlib.sha256(f"{kind.__name__}\n{where}".encode()).hexdigest()
        if key not in self._seen:
            self._seen.add(key)
            if sys.stderr is not None:  # there is none in a windowed program on Windows
                sys.stderr.write(text)
            self.caught.emit(text)
