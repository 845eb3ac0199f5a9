"""One phone number, as written by a person or a spreadsheet → E.164 or the code of what is wrong with it."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from typing import Final

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberType, ValidationResult

# One character for one, so that offsets stay those of the text as given.
_PLAIN: Final[Mapping[int, str]] = {
    **{code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)},  # full-width forms of ASCII
    **dict.fromkeys([0x2010, 0x2011, 0x2012, 0x2013, 0x2014, 0x2015, 0x2212, 0x00AD], "-"),
    # Spaces, and the marks of direction and of no width that address books wrap around a number.
    **dict.fromkeys([0x00A0, 0x3000, *range(0x2000, 0x2010), 0x202F, 0x205F, 0x2060, 0xFEFF], " "),
    **dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)], " "),
    **{code: chr(code - 0x0660 + 0x30) for code in range(0x0660, 0x066A)},  # Arabic-Indic digits
    **{code: chr(code - 0x06F0 + 0x30) for code in range(0x06F0, 0x06FA)},
}

_WRITTEN = re.compile(r"\(?\+?[0-9()\-. ]+")
_SPREADSHEET_FLOAT = re.compile(r"(\+?[0-9]{7,})\.0{1,2}")
_SCIENTIFIC = re.compile(r"([0-9])(?:\.([0-9]+))?[eE]\+?([0-9]{1,2})")
_EXTENSION = re.compile(r"(?i)[0-9)]\s*(?:ext(?:n|ension)?\.?|x|#|转|分机)\s*:?\s*[0-9]{1,6}")
_QUOTES = "'\"“”‘’<>《》「」"

_CN_BEFORE_NATIONAL = re.compile(r"^(?:0086|86)?0?")
_CN_MOBILE_DIGITS = 11
_CN_MOBILE_START = re.compile(r"1[3-9]")
_CN_MOBILE_LOOK = re.compile(r"1[3-9][0-9]{9}")
_CN_CALL_PREFIX = re.compile(r"(?:179[0-9]{2}|125[0-9]{2})")
_CN_KEPT_PREFIXES = ("", "0", "86", "860", "0086", "00860")
MOST_DIGITS = 17
"""15 of E.164 and two of 00."""
_NANP_LOOK = re.compile(r"[2-9][0-9]{2}[2-9][0-9]{6}")

_TYPE_CODES: Final[Mapping[int, str]] = {
    PhoneNumberType.MOBILE: "",
    PhoneNumberType.FIXED_LINE_OR_MOBILE: "",
    PhoneNumberType.VOIP: "number.unusual",
    PhoneNumberType.PERSONAL_NUMBER: "number.unusual",
    PhoneNumberType.FIXED_LINE: "number.landline",
}
"""Every other kind (toll-free, premium, pager…) takes no SMS."""

_PARSE_CODES: Final[Mapping[int, str]] = {
    NumberParseException.INVALID_COUNTRY_CODE: "number.invalid",
    NumberParseException.NOT_A_NUMBER: "number.not_a_number",
    NumberParseException.TOO_SHORT_AFTER_IDD: "number.too_short",
    NumberParseException.TOO_SHORT_NSN: "number.too_short",
    NumberParseException.TOO_LONG: "number.too_long",
}
_LENGTH_CODES: Final[Mapping[int, str]] = {
    ValidationResult.TOO_SHORT: "number.too_short",
    ValidationResult.IS_POSSIBLE_LOCAL_ONLY: "number.too_short",
    ValidationResult.TOO_LONG: "number.too_long",
    ValidationResult.INVALID_COUNTRY_CODE: "number.invalid",
    ValidationResult.INVALID_LENGTH: "number.invalid",
}

Judgement = tuple[str, str]
"""(E.164 or "", code or ""). With both the number is accepted with a doubt."""


def plain(text: str) -> str:
    """Full-width digits, other digits, dashes and odd spaces as their plain ones; the length stays the same."""
    return text if text.isascii() else text.translate(_PLAIN)


@functools.cache
def _mainland_mobile() -> re.Pattern[str]:
    metadata = phonenumbers.PhoneMetadata.metadata_for_region("CN")
    mobile = metadata.mobile if metadata is not None else None
    # Without the table (it is never missing) the pattern matches nothing, and every number takes the long way.
    return re.compile(mobile.national_number_pattern or "(?!)" if mobile is not None else "(?!)")


class Judge:
    """Judges numbers of one default region (ISO 3166; None or an unknown one = none). Expects `plain` text."""

    def __init__(self, region: str | None) -> None:
        region = (region or "").upper()
        self._region = region if region in phonenumbers.SUPPORTED_REGIONS else None
        self._mainland = self._region == "CN"
        self._is_mobile = _mainland_mobile().fullmatch

    def __call__(self, written: str) -> Judgement:
        # The common case needs no parser: an eleven-digit mobile number of the mainland, by the library's own pattern.
        if self._mainland and self._is_mobile(written):
            return "+86" + written, ""
        written = written.strip(_QUOTES + " ")
        code = _fault_of_writing(written)
        if code:
            return "", code
        written = _undo_spreadsheet(written)
        digits = re.sub(r"[^0-9]", "", written)
        international = written.lstrip("( ").startswith("+")
        if not international and digits.startswith("0086"):
            # Written so on the mainland whatever the region's own international prefix is.
            digits, international = digits[2:], True
        return self._parse(digits, international)

    def _parse(self, digits: str, international: bool) -> Judgement:
        mainland = digits.startswith("86") if international else self._mainland
        if mainland:
            national = _CN_BEFORE_NATIONAL.sub("", digits)
            if self._is_mobile(national):
                return "+86" + national, ""
            fault = _fault_of_mainland(national)
            if fault:
                return "", fault
        if len(digits) > MOST_DIGITS:
            return "", "number.too_long"
        if not international and self._region is None:
            if not digits.startswith("00"):
                return "", "number.no_region"
            digits, international = digits[2:], True
        try:
            number = phonenumbers.parse(f"+{digits}" if international else digits, self._region)
        except NumberParseException as error:
            return "", _PARSE_CODES.get(error.error_type, "number.invalid")
        if number.country_code == 86 and digits.removesuffix(str(number.national_number)) not in _CN_KEPT_PREFIXES:
            # The library takes 11… and 12… for a call prefix and drops it.
            return "", "number.invalid"
        return _judge_parsed(number)


def _fault_of_mainland(national: str) -> str:
    """Faults of a mainland number that the library tells less clearly, or not at all."""
    if _CN_CALL_PREFIX.match(national):
        return "number.call_prefix"
    if _CN_MOBILE_START.match(national) and len(national) != _CN_MOBILE_DIGITS:
        return "number.too_short" if len(national) < _CN_MOBILE_DIGITS else "number.too_long"
    return ""


def _fault_of_writing(written: str) -> str:
    """Code of what already the writing tells; "" if it may be a number."""
    if not any(map(str.isdigit, written)):
        return "number.not_a_number"
    if _EXTENSION.search(written):
        return "number.extension"
    if _SCIENTIFIC.fullmatch(written):
        return "" if _exact(written) else "number.rounded"
    if _WRITTEN.fullmatch(written):
        return ""
    return "number.letters" if any(map(str.isalpha, written)) else "number.not_a_number"


def _exact(written: str) -> bool:
    """Whether scientific writing still has every digit: `1.3800138000E+10` has, `1.38E+10` has not."""
    found = _SCIENTIFIC.fullmatch(written)
    return found is not None and len(found[2] or "") == int(found[3]) >= 6


def _undo_spreadsheet(written: str) -> str:
    scientific = _SCIENTIFIC.fullmatch(written)
    if scientific:
        return scientific[1] + (scientific[2] or "")
    number = _SPREADSHEET_FLOAT.fullmatch(written)
    return number[1] if number else written


def _judge_parsed(number: PhoneNumber) -> Judgement:
    e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    kind = phonenumbers.number_type(number)
    # The library calls a number valid if it is of any known kind; asking it twice costs half the time.
    if kind != PhoneNumberType.UNKNOWN:
        code = _TYPE_CODES.get(kind, "number.not_mobile")
        return (e164, code) if code in ("", "number.unusual") else ("", code)
    possible = phonenumbers.is_possible_number_with_reason(number)
    if possible != ValidationResult.IS_POSSIBLE:
        return "", _LENGTH_CODES.get(possible, "number.invalid")
    # New ranges come faster than new tables: a number of the right look is doubtful, not wrong.
    look = {86: _CN_MOBILE_LOOK, 1: _NANP_LOOK}.get(number.country_code or 0)
    if look is not None and not look.fullmatch(str(number.national_number)):
        return "", "number.invalid"
    return e164, "number.unusual"


def region_of(number: str) -> str:
    """ISO 3166 region of an E.164 number; `001` for those of no country."""
    if number.startswith("+86"):
        return "CN"
    # In North America the area code tells the country.
    return _region_by_area(number[:5]) if number.startswith("+1") else _region_by_number(number)


@functools.cache
def _region_by_area(start: str) -> str:
    return _region_by_number(start + "2000000")


def _region_by_number(number: str) -> str:
    parsed = phonenumbers.parse(number)
    regions = phonenumbers.region_codes_for_country_code(parsed.country_code or 0)
    if len(regions) == 1:
        return str(regions[0])
    return phonenumbers.region_code_for_number(parsed) or (str(regions[0]) if regions else "001")
