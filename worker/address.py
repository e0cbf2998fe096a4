"""One bare mail address, or an error that says why not. Pure; the only user of email-validator.

The rule is strict on purpose: smtplib would silently mail the first of two addresses in one
cell, ``v@w.example <x@y.example>`` would reach v, not x, and a domain that looks like another
one would reach a stranger.
"""

import re
import unicodedata

from email_validator import EmailNotValidError, ValidatedEmail, validate_email

from worker.homograph import lookalikes

#: RFC 5321 appendix F.2 and RFC 1123 5.2.16: ``a%b@c`` and ``c!b@c`` ask c to pass the letter on
#: to somebody else; a leading ``-`` or ``|`` was a command to mail servers of old.
_ROUTE = re.compile(r"[%!|]|^-")


def read_address(text: str) -> str:
    """The address in the form for the wire: ASCII, domain in lower case and as A-labels.

    Raises ``ValueError`` for two addresses, a display name, a route through another server, a
    local part beyond ASCII, or a domain that could be taken for another one.
    """
    bare = text.strip()
    if any(mark in bare for mark in ",;:<>") or bare.count("@") > 1:
        raise ValueError(f"{bare!r} is not one bare address; write exactly one, name@domain")
    checked = _checked(bare)
    if _ROUTE.search(checked.local_part):
        raise ValueError(f"{bare!r} asks to be passed on by another server; write name@domain")
    return _ascii(bare, checked)


def _checked(bare: str) -> ValidatedEmail:
    try:
        return validate_email(bare, check_deliverability=False)
    except EmailNotValidError as why:
        raise ValueError(f"{bare!r} is not a mail address ({why}); write name@domain") from None


def _ascii(bare: str, checked: ValidatedEmail) -> str:
    if checked.ascii_email is None:
        raise ValueError(f"{bare!r} has letters beyond a-z before the @; such mail can't be sent")
    # Full-width and other letters of compatibility, which IDNA would quietly make plain ones.
    written = bare.rpartition("@")[2]
    if unicodedata.normalize("NFKC", written) != unicodedata.normalize("NFC", written):
        raise ValueError(f"{bare!r} has unusual letters; write it as {checked.ascii_email}")
    if alike := lookalikes(checked.domain):
        raise ValueError(
            f"the domain {checked.ascii_domain} reads {'.'.join(alike)!r}, which mixes scripts or"
            " looks like another name; such mail goes to a stranger: ask for the right address"
        )
    return checked.ascii_email


def domain_of(address: str) -> str:
    """What stands behind the last @, in lower case; the only part of an address that is logged."""
    return address.rpartition("@")[2].lower()
