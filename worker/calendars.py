"""Public holidays and weekends by country, and whose of them count. The only owner of ``holidays``.

The library is imported when a country is asked for, and not before: a start without one costs
nothing. It knows countries by ISO 3166-1 and some of their parts by ISO 3166-2. Of what it knows
only public holidays count, with the days on which they are observed; no bank, school or half days.
What it does not know is no error here: ``unknown`` and ``mistakes`` tell it.
"""

from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

from worker.policy.calendar import Calendar

#: Where no country is known.
WEEKEND = frozenset({5, 6})

#: How long a part of a country is at most in ISO 3166-2; the library has names of its own as well.
_PART = 3


@dataclass(frozen=True, slots=True)
class Place:
    """What is known of a country: its ``name`` as far as it is known, None is nothing.

    ``parts`` are those that have holidays of their own.
    """

    name: str | None = None
    weekend: frozenset[int] = WEEKEND
    parts: tuple[str, ...] = ()


NOWHERE = Place()


@cache
def place(country: str) -> Place:
    """The place of ``DE`` or ``DE-BY``; of a part that is not known, its country."""
    import holidays  # noqa: PLC0415 - it costs a quarter of a second, and many never need it

    name, _, part = country.partition("-")
    try:
        whole = holidays.country_holidays(name)
    except NotImplementedError:
        return NOWHERE
    known = country if part in (*whole.subdivisions, *whole.subdivisions_aliases) else name
    parts = (f"{name}-{each}" for each in whole.subdivisions if len(each) <= _PART)
    return Place(known, frozenset(whole.weekend), tuple(parts))


@lru_cache(maxsize=512)
def public_holidays(name: str, year: int) -> frozenset[date]:
    """The public holidays of a place in a year.

    Whole years, made anew: the library adds a year to what it has when a day of it is asked for,
    and to another thread, meanwhile, its holidays are working days.
    """
    import holidays  # noqa: PLC0415 - as above

    country, _, part = name.partition("-")
    found = holidays.country_holidays(country, subdiv=part or None, years=year, expand=False)
    return frozenset(day for day in found if day.year == year)


@dataclass(frozen=True, slots=True)
class Calendars:
    """Whose holidays count: ``listed`` as ``timing.holidays``, ``home`` as ``company.country``.

    ``zone`` is the company's.
    """

    zone: ZoneInfo
    home: str | None = None
    listed: tuple[str | date, ...] | None = None

    def company(self) -> Calendar:
        """The days on which the company works: how long its people may take counts in these."""
        return self.of(None, None)

    def of(self, country: str | None, zone: str | None) -> Calendar:
        """The days of a job in that country, in the zone of its candidate; None is the company's.

        The weekend is the country's; on which days letters go is a matter of the hours.
        """
        at = _place(country or self.home)
        days, names = self._days(at)
        return Calendar(
            ZoneInfo(zone) if zone else self.zone,
            lambda day: (
                day in days or any(day in public_holidays(each, day.year) for each in names)
            ),
            at.weekend,
        )

    def _days(self, at: Place) -> tuple[frozenset[date], frozenset[str]]:
        """The single days, and the places whose holidays count."""
        if self.listed is None:
            return frozenset(), frozenset(filter(None, [at.name]))
        days = frozenset(each for each in self.listed if isinstance(each, date))
        return days, frozenset(filter(None, map(_name, self._countries())))

    def _countries(self) -> tuple[str, ...]:
        return tuple(each for each in self.listed or () if isinstance(each, str))

    def unknown(self, country: str | None) -> str | None:
        """What to tell about the country of a decision; None when nothing is to be told."""
        if country is None or self.listed is not None:
            return None
        name = _name(country)
        if name == country:
            return None
        counts = f": those of {name} count" if name else ""
        return f"no public holidays are known for {country}{counts}"

    def mistakes(self) -> list[str]:
        """What is wrong with the countries in the settings, each with its name and a mend."""
        if self.listed is None:
            named = [("company.country", self.home)] if self.home else []
        else:
            named = [("timing.holidays", each) for each in self._countries()]
        return [
            f"{setting}: no public holidays are known for {country}; {_mend(_place(country))}"
            for setting, country in named
            if _name(country) != country
        ]


def _place(country: str | None) -> Place:
    return place(country) if country else NOWHERE


def _name(country: str) -> str | None:
    return place(country).name


def _mend(at: Place) -> str:
    if at.name is None:
        return "list the days themselves in timing.holidays, as 2026-12-24; [] is none"
    parts = f", or one of {', '.join(at.parts)}" if at.parts else ""
    return f"write {at.name}{parts}; or list the days themselves in timing.holidays"
