"""Codes and numbers with valid form: unified social credit codes (GB 32100-2015) and telephone numbers."""

from __future__ import annotations

from random import Random

from .catalog import City

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # GB 32100: no I, O, S, V, Z
_ORG_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)  # GB 11714
_CODE_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))
_SERIAL_SPACE = 31**6
_STRIDE = 387_420_487  # coprime with 31: consecutive customers get far-away, never repeated serials


def organisation_check(body: str) -> str:
    """Check character of an eight-character organisation code: 11 − Σ w·c mod 11, X for 10 (GB 11714)."""
    total = sum(weight * int(char, 36) for weight, char in zip(_ORG_WEIGHTS, body, strict=True))
    return "0123456789X0"[11 - total % 11]


def credit_code_check(body: str) -> str:
    """Check character of the first seventeen characters: 31 − Σ 3^i·c mod 31 (GB 32100)."""
    total = sum(weight * ALPHABET.index(char) for weight, char in zip(_CODE_WEIGHTS, body, strict=True))
    return ALPHABET[(31 - total % 31) % 31]


def credit_code(kind: str, area: str, number: int, seed: int) -> str:
    """A code of `kind` (department and type, "91" for a company) and six-digit `area`, one per `number`."""
    serial = ((number + 1) * _STRIDE + seed * 7919) % _SERIAL_SPACE
    digits = ""
    for _ in range(6):
        serial, place = divmod(serial, 31)
        digits = ALPHABET[place] + digits
    body = f"{kind}{area}MA{digits}"
    body += organisation_check(body[8:16])
    return body + credit_code_check(body)


def mobile(rng: Random) -> str:
    """A mobile number of the unissued block 154: no demo call may reach a living person."""
    return f"154{rng.randrange(10**8):08d}"


def landline(rng: Random, city: City) -> str:
    digits = 8 if len(city.dial) == 3 else 7
    number = f"{rng.randrange(2, 9)}{rng.randrange(10 ** (digits - 1)):0{digits - 1}d}"
    return f"{city.dial}-{number}" if rng.random() < 0.8 else number
