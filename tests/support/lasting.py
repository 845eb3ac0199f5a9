"""Server processes that serve the whole run of the tests, and so are nothing that one test left behind."""

from __future__ import annotations

LASTING: set[int] = set()
"""Their process numbers; what they start themselves belongs to them."""
