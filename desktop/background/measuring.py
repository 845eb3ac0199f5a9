"""A writing, rendered and measured: pure, fast enough for every key (a text is at most 10,000 characters)."""

from __future__ import annotations

from desktop.models.draft import Length, Measured, RecipientCheck, Writing
from desktop.models.look_alikes import replace_look_alikes
from tasks import segments, templates


def measure(writing: Writing, check: RecipientCheck | None, region: str) -> Measured:
    """Measure by the rules of the recipients' countries; of `region` (ISO 3166) while there are none yet."""
    text, variables = _render(writing)
    book_text = writing.template_text if writing.by_template else None
    # A template's approved text carries its own signature nowhere: the platform puts it in front, as with free text.
    lengths: list[Length] = []
    forcing: tuple[str, ...] = ()
    for rule in _rules(check, region):
        size = segments.measure(text, rule=rule, signature=writing.signature or None)
        mainland = rule is segments.Rule.MAINLAND
        lengths.append(Length(mainland, size.encoding, size.characters, size.segments, size.left))
        forcing = forcing or size.unicode_characters
    plain = text if writing.by_template else replace_look_alikes(text)
    signed = bool(text and writing.signature) and any(length.mainland for length in lengths)
    return Measured(
        text=text,
        received=f"【{writing.signature}】{text}" if signed else text,
        variables=variables,
        lengths=tuple(lengths),
        forcing=forcing,
        replaced=plain if plain != text and _helps(text, plain) and forcing else None,
        missing=templates.missing(book_text, variables) if book_text else templates.empty(variables),
        signed=bool(writing.signature),
        surplus=templates.surplus(book_text, variables) if book_text else 0,
    )


def _render(writing: Writing) -> tuple[str, tuple[str, ...]]:
    if not writing.by_template:
        return writing.text, ()
    book_text = writing.template_text
    takes = templates.expected(book_text) if book_text is not None else None
    variables = templates.parse_variables(writing.variables_text, takes)
    variables = () if variables == ("",) else variables
    return (templates.render(book_text, variables) if book_text else "", variables)


def _rules(check: RecipientCheck | None, region: str) -> tuple[segments.Rule, ...]:
    if check is None or not check.valid:
        return (segments.Rule.MAINLAND if region == "CN" else segments.Rule.GSM,)
    rules = []
    if check.mainland:
        rules.append(segments.Rule.MAINLAND)
    if check.valid > check.mainland:
        rules.append(segments.Rule.GSM)
    return tuple(rules)


def _helps(text: str, plain: str) -> bool:
    """Whether fewer characters force Unicode afterwards; where Chinese stays anyway, the offer would be noise."""
    rule = segments.Rule.GSM
    return not segments.measure(plain, rule=rule).unicode_characters and bool(
        segments.measure(text, rule=rule).unicode_characters
    )
