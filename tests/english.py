"""What is left of English in a text that should be in another language.

Words that only English has; what is quoted, typed (commands, settings, the lines of a decision
mail) or answered (CONFIRM) stays English in every language, so it is taken out first.
"""

import re

_STAYS = re.compile(
    r'"[^"]*"|„[^“]*“|«[^»]*»'
    r"|^  (?:Decision|Candidate|First name|Last name|Email|Job|Job country|Application|Stage"
    r"|Update on|Language|Timezone|Recruiter name|Recruiter email):.*$"
    r"|^\s*(?:\||>).*$|^\s*followup .*$|\S*[._/@]\S*|--[\w-]+|\ba-z\b|\b[A-Z][A-Z ]+\b",
    re.MULTILINE,
)
_WORDS = re.compile(
    r"\b(?:a|about|again|an|and|any|are|as|at|be|been|before|but|by|can|candidate|decision|does"
    r"|for|from|has|have|he|if|is|it|its|letters?|may|nobody|not|on|only|or|our|please|sent"
    r"|should|somebody|that|the|their|them|there|they|this|to|until|was|we|were|what|when|which"
    r"|who|will|with|write|you|your)\b",
    re.IGNORECASE,
)
#: What is a word of that language as well.
_SHARED = {
    "de": {"an", "as", "was", "war", "will", "am", "so", "warm", "he", "has"},
    "fr": {"on", "an", "as", "a", "or", "but", "if", "des"},
    "es": {"a", "as", "has", "he"},
}


def english_in(text: str, language: str) -> list[str]:
    """The English words of a text in ``language`` (de, fr, es)."""
    found = _WORDS.findall(_STAYS.sub(" ", text))
    return [each for each in found if each.lower() not in _SHARED[language]]
