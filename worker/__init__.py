"""followup: sends the mail HR owes every candidate after an interview.

The flow is the order of the modules: ``intake`` reads what people decided, ``decision``
and ``policy`` judge it, ``render`` and ``letter`` seal it, ``store`` keeps it, ``delivery``
sends it, ``lifecycle`` says what a result means. ``steps`` tells that story, ``loop`` runs it,
``cli`` is the door. ``docs/architecture.md`` draws it; ``tests/test_layers.py`` holds it.
"""

__version__ = "0.3.0"
