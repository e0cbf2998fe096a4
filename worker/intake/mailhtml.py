"""The lines that a person sees at the top of an HTML body, by the standard library's parser.

For ``mailtext``. It draws what decides where a line and a paragraph end, and no more: blocks,
``<br>``, and tables whose rows are a key and a value. It stops at the first element in which
mail programs keep quoted history or a signature, and passes over what is not shown. Nothing can
go wrong: broken HTML gives other lines, and those are judged like any text.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser

#: Stands between two paragraphs that look apart, though no empty line was written.
PARAGRAPH = "\u2029"

_VOID = frozenset({"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "wbr"})
_UNSEEN = frozenset({"style", "script", "title", "template", "textarea", "select", "svg", "object"})
_LINES = frozenset(
    {"div", "li", "tr", "dt", "dd", "section", "article", "header", "footer", "body"}
)
_APART = frozenset(
    {"p", "table", "ul", "ol", "dl", "pre", "hr", "h1", "h2", "h3", "h4", "h5", "h6"}
)
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all", re.IGNORECASE
)
#: Outlook writes each line as a paragraph without a margin.
_TIGHT = re.compile(r"mso|elementtoproof|margin(-top|-bottom)?\s*:\s*0", re.IGNORECASE)
_LOOSE = re.compile(r"margin[^:;]*:[^;]*(?:[1-9]|auto)", re.IGNORECASE)
_HISTORY = re.compile(
    r"gmail_quote|gmail_signature|moz-cite-prefix|moz-forward|moz-signature|yahoo_quoted"
    r"|divrplyfwdmsg|appendonsend|outlookmessageheader|protonmail_quote|zmail_extra",
    re.IGNORECASE,
)
#: Comments and declarations, of Outlook for example; one that is never closed hides the rest.
_NO_TAG = re.compile(r"<!--.*?(?:-->|\Z)|<[!?][^>]*(?:>|\Z)", re.DOTALL)
_OPEN_TAG = re.compile(r"<(?=[^<>]*(?:<|\Z))")
#: Tables in tables; each level makes every line dearer.
_MAX_TABLES = 30
_LABEL = 40

Attributes = list[tuple[str, str | None]]


def read_html(text: str) -> list[str]:
    """The visible lines above any quoted history; ``PARAGRAPH`` between paragraphs."""
    page = _Page()
    # Whatever the parser would look for again and again to the end of the text (CVE-2025-6069).
    page.feed(_OPEN_TAG.sub("&lt;", _NO_TAG.sub("", text)))
    page.close()
    return page.lines()


class _Flow:
    """Lines that are being written: the page, or one cell of a table."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.line = ""

    def write(self, text: str) -> None:
        shown = re.sub(r"[ \t\r\n\f]+", " ", text)
        self.line += shown if self.line else shown.lstrip(" ")

    def end_line(self) -> None:
        if self.line:
            self.lines.append(self.line)
            self.line = ""

    def break_line(self) -> None:
        self.lines.append(self.line)
        self.line = ""

    def part(self) -> None:
        self.end_line()
        if self.lines and self.lines[-1] != PARAGRAPH:
            self.lines.append(PARAGRAPH)


class _Row:
    """A row of a table: the cells that are finished, and the one that is open."""

    def __init__(self) -> None:
        self.cells: list[list[str]] = []
        self.open: _Flow | None = None

    def end_cell(self) -> None:
        if self.open is not None:
            self.open.end_line()
            self.cells.append(_trimmed(self.open.lines))
            self.open = None

    def lines(self) -> list[str]:
        """``Key: value`` for a row of a key and a value; else the cells one below the other."""
        told = [cell for cell in self.cells if cell]
        if len(told) != 2 or len(told[0]) != 1 or not _is_label(told[0][0]):  # noqa: PLR2004 - a key and a value
            return [line for cell in told for line in cell] or [""]
        key, value = told[0][0].rstrip(":： \xa0"), told[1]
        return [f"{key}: {value[0]}", *value[1:]]


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._page = _Flow()
        self._rows: list[_Row] = []
        self._hidden = ""  # the tag of the element that is passed over
        self._depth = 0  # and how many of that tag are open in it
        self._tight = False
        self._over = False

    def lines(self) -> list[str]:
        """All lines; what was left open at the end of the text is closed."""
        while self._rows:
            self._end_row()
        self._page.end_line()
        return self._page.lines

    @property
    def _flow(self) -> _Flow:
        return next((row.open for row in reversed(self._rows) if row.open), self._page)

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        self._over = self._over or _starts_history(tag, attrs)
        if self._over or self._is_hidden(tag, attrs):
            return
        if tag == "p":
            self._tight = _is_tight(_look(attrs))
        if tag == "br":
            self._flow.break_line()
        elif tag == "tr" and len(self._rows) < _MAX_TABLES:
            self._flow.end_line()
            self._rows.append(_Row())
        elif tag in {"td", "th"} and self._rows:
            self._rows[-1].end_cell()
            self._rows[-1].open = _Flow()
        else:
            self._end_block(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._hidden:
            self._depth -= tag == self._hidden
            self._hidden = self._hidden if self._depth else ""
        elif self._over:
            return
        elif tag in {"td", "th"} and self._rows:
            self._rows[-1].end_cell()
        elif tag == "tr" and self._rows:
            self._end_row()
        else:
            self._end_block(tag)

    def handle_data(self, data: str) -> None:
        if not self._over and not self._hidden:
            self._flow.write(data)

    def _is_hidden(self, tag: str, attrs: Attributes) -> bool:
        if self._hidden:
            self._depth += tag == self._hidden
        elif tag not in _VOID and (tag in _UNSEEN or _is_unseen(attrs)):
            self._hidden, self._depth = tag, 1
        return bool(self._hidden)

    def _end_block(self, tag: str) -> None:
        if tag in _APART and not (tag == "p" and self._tight):
            self._flow.part()
        elif tag in _LINES | _APART:
            self._flow.end_line()

    def _end_row(self) -> None:
        row = self._rows.pop()
        row.end_cell()
        self._flow.lines += row.lines()


def _look(attrs: Attributes) -> str:
    return " ".join(value or "" for name, value in attrs if name in {"class", "style"})


def _is_tight(look: str) -> bool:
    return bool(_TIGHT.search(look)) and not _LOOSE.search(look)


def _is_unseen(attrs: Attributes) -> bool:
    return any(name == "hidden" for name, _ in attrs) or bool(_HIDDEN.search(_look(attrs)))


def _starts_history(tag: str, attrs: Attributes) -> bool:
    names = " ".join(value or "" for name, value in attrs if name in {"class", "id"})
    return tag == "blockquote" or bool(_HISTORY.search(names))


def _is_label(text: str) -> bool:
    return len(text) <= _LABEL and ":" not in text.rstrip(": \xa0")


def _trimmed(lines: list[str]) -> list[str]:
    shown = [at for at, line in enumerate(lines) if line.strip()]
    return lines[shown[0] : shown[-1] + 1] if shown else []
