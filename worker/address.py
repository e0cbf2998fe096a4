"""One bare mail address, or an error that says why not. Pure; the only user of email-validator.

The rule is strict on purpose: smtplib would silently mail the first of two addresses in one
cell, and ``v@w.example <x@y.example>`` would reach v, not x.
"""

from email_validator import EmailNotValidError, ValidatedEmail, validate_email


def read_address(text: str) -> str:
    """The address in the form for the wire: ASCII, domain in lower case and as A-labels.

    Raises ``ValueError`` for two addresses, a display name, or a local part beyond ASCII.
    """
    bare = text.strip()
    if any(mark in bare for mark in ",;<>") or bare.count("@") > 1:
        raise ValueError(f"{bare!r} is not one bare address; write exactly one, name@domain")
    return _ascii(bare, _checked(bare))


def _checked(bare: str) -> ValidatedEmail:
    try:
        return validate_email(bare, check_deliverability=False)
    except EmailNotValidError as why:
        raise ValueError(f"{bare!r} is not a mail address ({why}); write name@domain") from None


def _ascii(bare: str, checked: ValidatedEmail) -> str:
    if checked.ascii_email is None:
        raise ValueError(f"{bare!r} has letters beyond a-z before the @; such mail can't be sent")
    return checked.ascii_email


def domain_of(address: str) -> str:
    """What stands behind the last @, in lower case; the only part of an address that is logged."""
    return address.rpartition("@")[2].lower()
