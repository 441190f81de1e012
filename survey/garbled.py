"""Names that an encoding or an old font has garbled, told from those that are none."""

from __future__ import annotations

import re
from enum import StrEnum


class Garbling(StrEnum):
    """What became of a text on its way here."""

    MOJIBAKE = "mojibake"
    LOST = "lost"
    TCVN3 = "TCVN3"
    VNI = "VNI"


_MOJIBAKE = re.compile(
    "á[º»]|Ã[\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]|Ä[\u0090‘ƒ]|Æ[°¡]|Å©|�"
)
"""UTF-8 that was read byte by byte: “Nguyá»…n”."""

_LOST = re.compile(r"[^\W\d_]\?[^\W\d_]|(?:^|\s)\?[^\W\d_]")
"""Letters that an encoding without them made question marks of: “Nguy?n”."""

_TCVN3 = re.compile(
    "[A-Za-z][\u00a1-\u00b7\u00b9\u00bb-\u00bf\u00d7\u00f7]|[A-Za-z]¸|"
    "(?:[uU]y[ÔÕÒÖ]|[hH][µ¸]|i[ÖÒÕÔÓ])|[¡-¾][A-Za-z]"
)
"""Fonts whose names begin with .Vn: signs within words, “NguyÔn V¨n”."""

_VNI = re.compile("[aA][øùûõâêØÙÛÕÂÊäåÄÅ]|[eE][ùûõâãáàåäÙÛÕÂÃÁÀÅÄ]|öô|ÖÔ|öù|ÖÙ")
"""Fonts whose names begin with VNI-: a mark after its vowel, “Nguyeãn Vaên”."""

_KINDS = (
    (Garbling.MOJIBAKE, _MOJIBAKE),
    (Garbling.LOST, _LOST),
    (Garbling.TCVN3, _TCVN3),
    (Garbling.VNI, _VNI),
)


def garbling(text: str) -> Garbling | None:
    """Return what has garbled a text, or ``None`` if it reads as one."""
    return next((kind for kind, sign in _KINDS if sign.search(text)), None)
