"""Cuts a stream of bytes into lines, whatever the pieces it arrives in."""

from __future__ import annotations


class LineReader:
    """Keeps the unfinished end of a stream until its newline comes."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def feed(self, data: bytes) -> list[bytes]:
        """The lines that `data` completes, without their newlines. A long line costs its length once."""
        first, newline, rest = data.partition(b"\n")
        if not newline:
            if data:
                self._parts.append(data)
            return []
        lines = [b"".join([*self._parts, first]), *rest.split(b"\n")]
        last = lines.pop()
        self._parts = [last] if last else []
        return [line for line in lines if line]
