"""Which language a letter is written in, and how its dates are. The only user of babel."""

from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_datetime

#: Shipped whole, so the search always ends.
LAST_RESORT = "en"

#: Whoever does not know somebody says Sie, vous or usted there, and the whole name.
_FORMAL = frozenset({"de", "es", "fr"})

#: Where Unicode's own form does not stand in a sentence: fr-CH and Spanish have a comma after the
#: weekday, which stands there in the head of a letter only.
_PATTERNS = {"fr": "EEEE d MMMM y", "es": "EEEE d 'de' MMMM 'de' y"}

#: How a clock stands behind its day; else after a comma.
_MOMENTS = {"de": "{day}, {clock} Uhr", "fr": "{day} à {clock}", "es": "{day}, {clock} h"}


def reading_order(*wanted: str | None) -> tuple[str, ...]:
    """Tags to try, best first: each one wanted and its shorter forms (RFC 4647 3.4), then en."""
    order = [form for tag in (*wanted, LAST_RESORT) if tag for form in shorter_forms(tag)]
    return tuple(dict.fromkeys(order))


def shorter_forms(tag: str) -> list[str]:
    """``zh-Hant-TW`` is also readable as ``zh-Hant`` and ``zh``."""
    parts = tag.split("-")
    return ["-".join(parts[:length]) for length in range(len(parts), 0, -1)]


def same_language(one: str, other: str) -> bool:
    """True when both are the same language, whatever the region."""
    return one.partition("-")[0].lower() == other.partition("-")[0].lower()


def is_formal(tag: str) -> bool:
    """Whether letters in that language address their reader formally."""
    return tag.partition("-")[0].lower() in _FORMAL


@lru_cache(maxsize=256)
def locale_of(tag: str, country: str | None) -> Locale:
    """How dates are written: by the tag's own region, else as the company's country does."""
    base = tag.partition("-")[0]
    regional = f"{base}-{country[:2]}" if country and tag == base else tag
    for form in (regional, *shorter_forms(tag)):
        try:
            return Locale.parse(form, sep="-")
        except (UnknownLocaleError, ValueError):
            continue  # a region or a language that Unicode's tables do not have
    return Locale.parse(LAST_RESORT)


def long_date(day: date, locale: Locale) -> str:
    """With weekday and the month in words, so that it can't be read in two ways."""
    written = format_date(day, _PATTERNS.get(locale.language, "full"), locale)
    if locale.language == "fr" and day.day == 1:
        return written.replace(" 1 ", " 1er ")  # only the first has an ordinal
    return written


def long_moment(moment: datetime, zone: ZoneInfo, locale: Locale) -> str:
    """A moment in a zone, the zone named."""
    local = moment.astimezone(zone)
    clock = format_datetime(local, "HH:mm", locale=locale)
    form = _MOMENTS.get(locale.language, "{day}, {clock}")
    written = form.format(day=long_date(local.date(), locale), clock=clock)
    return f"{written} ({zone.key})"
