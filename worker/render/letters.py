"""From a decision to a finished letter: choose the template, fill it, and proofread it.

A ``Renderer`` may be shared by threads. Everything that makes a letter unfit to be sent is a
``RenderError`` naming the template (and line where there is one) or the column to mend.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import css_inline
import jinja2
from babel import Locale
from jinja2 import meta

from worker.decision import Decision, Outcome
from worker.errors import RenderError
from worker.policy.proofread import addresses, proofread, strangers, visible
from worker.policy.reasons import Told
from worker.render.company import Company
from worker.render.environment import Strict, environments, told_where
from worker.render.languages import LAST_RESORT, locale_of, reading_order, same_language
from worker.render.said import Words, words_of
from worker.render.samples import sample_decision, sample_told
from worker.render.values import SENTENCES, letter_values

FILES = ("subject.txt", "body.txt", "body.html")

#: One of these stands in every letter; a template may greet by first name where others do not.
_GREETED = ("greeting_name", "first_name")

#: Outcomes that are told by a letter.
MAILED = tuple(outcome for outcome in Outcome if outcome is not Outcome.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class Rendered:
    """A letter as its reader will see it; ``language`` is the tag of the template used."""

    subject: str
    text: str
    html: str
    language: str
    warnings: tuple[str, ...] = ()


class Renderer:
    """The templates of some folders (the operator's first, the shipped one last)."""

    def __init__(self, folders: Sequence[Path], company: Company) -> None:
        self.folders = tuple(folders)
        self.company = company
        self._text, self._html = environments(self.folders)
        self._inliner = css_inline.CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)

    def render(self, decision: Decision, told: Told, told_before: str | None = None) -> Rendered:
        """The letter that tells this decision, or ``RenderError``.

        ``told_before`` is the channel by which the candidate knows it already (phone, in_person).
        """
        language = self._language(decision)
        asked = decision.language or self.company.language
        warnings: tuple[str, ...] = ()
        if not same_language(asked, language):
            warnings = (f"no {decision.outcome} letter in {asked}; it is written in {language}",)
        values = self._values(decision, told, language, told_before)
        return self._letter(values, f"letters/{decision.outcome}/{language}", language, warnings)

    def languages(self, decision: Decision) -> tuple[str, ...]:
        """The tags in which sentences for this letter may be looked up, best first.

        Only forms of the letter's own language: a reason in another one would not be read.
        """
        language = self._language(decision)
        asked = reading_order(decision.language, self.company.language, language)
        return tuple(tag for tag in asked if same_language(tag, language))

    def templates(self) -> list[tuple[Outcome, str, Path]]:
        """Every letter there is: outcome, language, and the folder that wins for it."""
        found: dict[tuple[Outcome, str], Path] = {}
        for folder in self.folders:
            for outcome in MAILED:
                for place in sorted((folder / "letters" / outcome).glob("*/")):
                    found.setdefault((outcome, place.name), place)
        return [(outcome, tag, place) for (outcome, tag), place in sorted(found.items())]

    def sample(self, outcome: Outcome, language: str) -> Rendered:
        """The letter with invented data, in exactly that language."""
        place = f"letters/{outcome}/{language}"
        return self._letter(self._sample_values(outcome, language), place, language, ())

    def notice(self, name: str, values: Mapping[str, object], language: str | None = None) -> str:
        """A file of ``templates/notices``, filled in; ``language`` is its reader's, if known.

        In it are ``language`` (the tag of the template used) and the locale of ``moment``.
        """
        wanted = reading_order(language, self.company.language)
        tag = next(tag for tag in wanted if self._has_notice(tag, name))
        locale = self._locale(tag, language)
        path = f"notices/{tag}/{name}"
        with told_where(path):
            told = {**values, "language": tag, "locale": str(locale)}
            return _tidy(self._text.get_template(path).render(told))

    def words(self, language: str) -> Words:
        """The tables of ``words.txt`` in that language."""
        return words_of(self._text, language)

    def _has_notice(self, tag: str, name: str) -> bool:
        path = Path("notices") / tag / name
        return tag == LAST_RESORT or any((root / path).is_file() for root in self.folders)

    def blocks(self, outcome: Outcome, language: str, file: str) -> dict[str, str]:
        """Each named block of one file as it reads with invented data; for the linter."""
        name = f"letters/{outcome}/{language}/{file}"
        values = self._sample_values(outcome, language)
        with told_where(name):
            template = self._environment(file).get_template(name)
            context = template.new_context(values)
            for _ in template.root_render_func(context):
                pass  # fills context.blocks with the inherited ones too
            return {name: "".join(chain[0](context)) for name, chain in context.blocks.items()}

    def sources(self, name: str) -> dict[Path, str]:
        """The template of that name and all that it extends or includes, as written."""
        found: dict[Path, str] = {}
        waiting = [name]
        while waiting:
            with told_where(waiting[-1]):
                text, path, _ = self._loader.get_source(self._text, waiting.pop())
                if path is not None and Path(path) not in found:
                    found[Path(path)] = text
                    tree = self._text.parse(text, filename=path)
                    waiting += [each for each in meta.find_referenced_templates(tree) if each]
        return found

    def names_used(self, text: str) -> frozenset[str]:
        """The variables that the source of a template reads from outside."""
        outside = meta.find_undeclared_variables(self._text.parse(text))
        return frozenset(outside - self._text.globals.keys())

    @property
    def _loader(self) -> jinja2.BaseLoader:
        assert self._text.loader is not None  # noqa: S101 - ``environments`` always sets one
        return self._text.loader

    def _language(self, decision: Decision) -> str:
        if decision.outcome not in MAILED:
            raise RenderError(f"{decision.outcome} is recorded only; there is no letter for it")
        wanted = reading_order(decision.language, self.company.language)
        for tag in wanted:
            if self._is_whole(decision.outcome, tag):
                return tag
        raise RenderError(
            f"letters/{decision.outcome}: no folder in {', '.join(wanted)} with all of "
            f"{', '.join(FILES)}; looked in {', '.join(map(str, self.folders))}"
        )

    def _is_whole(self, outcome: Outcome, tag: str) -> bool:
        place = Path("letters") / outcome / tag
        return all(any((root / place / file).is_file() for root in self.folders) for file in FILES)

    def _environment(self, file: str) -> Strict:
        return self._html if file.endswith(".html") else self._text

    def _sample_values(self, outcome: Outcome, language: str) -> dict[str, object]:
        decision, told = sample_decision(outcome, language), sample_told(outcome, language)
        return self._values(decision, told, language)

    def _values(
        self, decision: Decision, told: Told, language: str, told_before: str | None = None
    ) -> dict[str, object]:
        locale = self._locale(language, decision.language)
        try:
            return letter_values(decision, told, self.company, language=language, locale=locale,
                                 told_before=told_before)  # fmt: skip
        except ValueError as why:
            raise RenderError(str(why)) from None

    def _locale(self, tag: str, asked: str | None) -> Locale:
        """Of a template in ``tag``: with the region that was asked for, or the company's."""
        regional = (each for each in (asked, self.company.language) if each)
        own = next((each for each in regional if same_language(each, tag)), tag)
        return locale_of(own, self.company.country)

    def _letter(
        self, values: Mapping[str, object], place: str, language: str, warnings: tuple[str, ...]
    ) -> Rendered:
        subject, text, html = (self._filled(f"{place}/{file}", values) for file in FILES)
        html = self._inliner.inline(html)
        letter = Rendered(subject.strip(), _tidy(text), html, language, warnings)
        self._proofread(letter, values, place)
        return letter

    def _filled(self, name: str, values: Mapping[str, object]) -> str:
        with told_where(name):
            return self._environment(name).get_template(name).render(values)

    def _proofread(self, letter: Rendered, values: Mapping[str, object], place: str) -> None:
        parts = {"subject": letter.subject, "text": letter.text, "html": visible(letter.html)}
        problems = list(proofread(parts, [str(values[name]) for name in _GREETED if values[name]]))
        foreign = strangers(parts.values(), self._expected(values))
        if foreign:
            foreign -= self._written(place)
        problems += [f"{each} is not the candidate's address, nor ours" for each in sorted(foreign)]
        if problems:
            raise RenderError(f"{place}: {'; '.join(problems)}")

    def _expected(self, values: Mapping[str, object]) -> frozenset[str]:
        """Addresses that belong in this letter: the candidate's, ours, and what HR wrote."""
        ours = (self.company.hr_address, self.company.careers_url, *self.company.links.values())
        known = ("email", "reply_address", "recruiter_email", *SENTENCES)
        told = [str(values[name]) for name in known if values[name]]
        return addresses(" ".join([*told, *filter(None, ours)]))

    def _written(self, place: str) -> frozenset[str]:
        """Addresses that stand in the templates themselves, so somebody put them there."""
        sources: Iterable[str] = (
            text for file in FILES for text in self.sources(f"{place}/{file}").values()
        )
        return addresses("\n".join(sources))


def _tidy(text: str) -> str:
    """No blanks at the ends of lines, never two empty lines in a row, one line end at the end."""
    lines = [line.rstrip() for line in text.strip().splitlines()]
    kept = [line for at, line in enumerate(lines) if line or lines[at - 1]]
    return "\n".join(kept) + "\n"
