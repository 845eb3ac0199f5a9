"""How the texts of an error are written down."""

from __future__ import annotations

Texts = dict[str, tuple[str, str]]
"""By error code: a sentence, which says what happened and what it means, and its remedy, which says what to do;
"" where nothing is to be done. `{…}` are the params of the error."""
