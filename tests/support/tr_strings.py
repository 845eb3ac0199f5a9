"""Every string that the window may translate, found in its source: (context, source) → where."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

Found = tuple[str, str, str]
"""(context, source, file:line)."""


def strings_in(path: Path) -> Iterator[Found]:
    """`self.tr("…")` in a class, and `translate("context", "…")`, `tr("context", "…")`, `QT_TRANSLATE_NOOP(…)`."""
    yield from _walk(ast.parse(path.read_text(encoding="utf-8")), "", path.name)


def _walk(node: ast.AST, context: str, name: str) -> Iterator[Found]:
    for child in ast.iter_child_nodes(node):
        inner = child.name if isinstance(child, ast.ClassDef) else context
        if isinstance(child, ast.Call):
            found = _of_call(child, inner)
            if found is not None:
                yield (*found, f"{name}:{child.lineno}")
        yield from _walk(child, inner, name)


def _of_call(call: ast.Call, context: str) -> tuple[str, str] | None:
    texts = [arg.value for arg in call.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
    function = call.func
    if isinstance(function, ast.Attribute) and function.attr == "tr" and texts:
        return context, texts[0]
    called = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    if called in ("translate", "tr", "QT_TRANSLATE_NOOP") and len(texts) >= 2:
        return texts[0], texts[1]
    return None
