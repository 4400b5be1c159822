"""Recognises the numbers that authorities give to organisations."""

import re

from mapsvc.intake.synonyms import loose_words

_SIGNS = re.compile(r"[\s.\-/]")
_OID = re.compile(r"E[0-9]{8}")
_PIC = re.compile(r"[0-9]{9}")
_SIRET = re.compile(r"[0-9]{14}")
_VAT = re.compile(
    r"(?:AT|BE|BG|CY|CZ|DE|DK|EE|EL|ES|FI|FR|HR|HU|IE|IT|LT|LU|LV|MT|NL|PL|PT|RO|SE|SI|SK|XI|GB|CHE|NO)[0-9A-Z]{7,13}"
)
# National forms without the letters of the country. Spanish numbers that begin with a digit are
# those of natural persons, and are not taken.
_NATIONAL = {
    "IT": re.compile(r"[0-9]{11}"),
    "ES": re.compile(r"[A-HJNP-SUVW][0-9]{7}[0-9A-J]"),
    "BE": re.compile(r"[01][0-9]{9}"),
    "NL": re.compile(r"[0-9]{9}B[0-9]{2}"),
}
_OF_COUNTRY = {"piva": "IT", "partita": "IT", "cif": "ES", "nif": "ES", "btw": "NL"}
_TWICE = 9

LegalNumber = tuple[str, str]


def legal_number(text: str, *, heading: str, country: str | None) -> LegalNumber | None:
    """The scheme ("OID", "PIC", "SIRET", "VAT") and the number without spaces or signs; None when unsure.

    An OID is E and 8 digits, a SIRET 14 digits with the check digit of Luhn, a VAT number begins
    with the letters of its country, or is of the national form where country or heading name
    it. Nine digits are a PIC only under a heading that says so: in France they are a SIREN.
    """
    number = _SIGNS.sub("", text).upper()
    found = loose_words(heading)
    if _OID.fullmatch(number):
        return "OID", number
    if _SIRET.fullmatch(number):
        return ("SIRET", number) if _is_luhn(number) else None
    if _PIC.fullmatch(number):
        return ("PIC", number) if "pic" in found or "participant" in found else None
    if _VAT.fullmatch(number) and any(sign.isdigit() for sign in number):
        return "VAT", number
    named = next((_OF_COUNTRY[word] for word in found if word in _OF_COUNTRY), None)
    for code in (named, country):
        if code in _NATIONAL and _NATIONAL[code].fullmatch(number):
            return "VAT", f"{code}{number}"
    return None


def _is_luhn(number: str) -> bool:
    total = 0
    for place, digit in enumerate(reversed(number)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - _TWICE if value > _TWICE else value
    return total % 10 == 0
