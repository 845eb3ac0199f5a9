"""Characters that look like plain ones and force Unicode: what word processors put in unasked.

Only replacements that keep the meaning; the operator sees the result before it is taken.
"""

from __future__ import annotations

from typing import Final

_PLAIN: Final = str.maketrans(
    {
        "‘": "'", "’": "'", "‚": "'", "‛": "'", "′": "'", "`": "'", "´": "'",
        "“": '"', "”": '"', "„": '"', "‟": '"', "″": '"', "«": '"', "»": '"',
        "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "―": "-", "−": "-",
        "…": "...", "•": "-", "·": ".", "⁄": "/",
        "\u00a0": " ", "\u2002": " ", "\u2003": " ", "\u2007": " ", "\u2009": " ", "\u202f": " ", "\t": " ",
        "\u200b": "", "\u200e": "", "\u200f": "", "\u2060": "", "\ufeff": "", "\u00ad": "",
    }
)  # fmt: skip


def replace_look_alikes(text: str) -> str:
    """The text with curly quotes, dashes, no-break spaces and the like as plain characters."""
    return text.translate(_PLAIN)
