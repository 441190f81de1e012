"""The languages people read, and their dates, for code that knows no request."""

from __future__ import annotations

import gettext
from datetime import date, datetime
from functools import cache, lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

from babel import dates

LANGUAGES = ("en", "vi")
"""Every page, mail and promise exists in these; the first is that of the source."""

NAMES = {"en": "English", "vi": "Tiếng Việt"}
"""How each language calls itself."""

TRANSLATIONS = Path(__file__).with_name("translations")

_LOCALES = {"en": "en_GB", "vi": "vi"}


@cache
def translator(language: str) -> gettext.NullTranslations:
    """Return the catalogue of ``language``; English texts stand in the source.

    A missing catalogue raises: half a page in another language is worse than none.
    """
    if language == LANGUAGES[0]:
        return gettext.NullTranslations()
    return gettext.translation("messages", TRANSLATIONS, [language])


def format_date(day: date, language: str, time_zone: str = "UTC") -> str:
    """Return a day in words; a moment is the day it has in ``time_zone``."""
    if isinstance(day, datetime):
        day = day.astimezone(ZoneInfo(time_zone)).date()
    return _in_words(day, language)


@lru_cache(maxsize=512)
def _in_words(day: date, language: str) -> str:
    return dates.format_date(day, format="long", locale=_LOCALES[language])


def format_moment(moment: datetime, language: str, time_zone: str = "UTC") -> str:
    """Return a day in words with the time it has in ``time_zone``."""
    zone = ZoneInfo(time_zone)
    at = dates.format_time(moment, "short", zone, locale=_LOCALES[language])
    return f"{format_date(moment, language, time_zone)}, {at}"


def join_words(words: tuple[str, ...], language: str) -> str:
    """Return ``words`` as a list in a sentence, for example "a, b and c"."""
    if len(words) < 2:  # noqa: PLR2004  # a list of one needs no "and"
        return "".join(words)
    last_two = translator(language).gettext("%(first)s and %(last)s")
    return last_two % {"first": ", ".join(words[:-1]), "last": words[-1]}
