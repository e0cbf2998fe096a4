"""Letters and notices from templates: the only package that uses jinja2, css_inline and babel.

For a template, ``values.VARIABLES`` is the table of what it may print. ``Renderer.render`` makes
a letter or raises ``RenderError``; nothing half-finished ever leaves here.

    company      the company as letters name it
    languages    which language, and how its dates are written
    values       the variables of a letter, checked
    environment  Jinja made strict
    said         our own sentences in the language of whoever reads a notice
    letters      the ``Renderer``
    samples      invented candidates for previews and the linter
"""

from worker.render.company import Company
from worker.render.letters import FILES, MAILED, Rendered, Renderer
from worker.render.values import VARIABLES

__all__ = ["FILES", "MAILED", "VARIABLES", "Company", "Rendered", "Renderer"]
