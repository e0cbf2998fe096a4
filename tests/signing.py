"""Decision mails signed with DKIM by a key of the tests, and the DNS that knows that key.

``signed`` writes the tags itself, so that a test may write any; dkimpy does the arithmetic.
"""

import base64
import re
import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from email.utils import format_datetime
from functools import cache

import dkim
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from dkim.canonicalization import CanonicalizationPolicy
from dkim.crypto import HASH_ALGORITHMS, parse_pem_private_key

DOMAIN = "acme.example"
#: What is signed unless a test says otherwise; From once more, so that none can be added.
COVERED = ("from", "from", "to", "subject", "date", "message-id", "content-type",
           "content-transfer-encoding", "in-reply-to", "references")  # fmt: skip

#: Libraries no longer make keys as weak as this one.
WEAK = """\
-----BEGIN RSA PRIVATE KEY-----
MIIBOwIBAAJBAK+r7sIZuJf2UBS3rbmQk7q9MkK9xOGkeFfz9KFA5PM8mhAXUXGI
8JBTruwLkwkAeHqLY5f0O/9eqZ2esBy5zvMCAwEAAQJAVR3PP4jK4gZcYs1khUbB
7XcCRUhBfrr7/FGdtAwHYrqqqF7HijNV2FAfrxcobzsDphijZiYaej+4OnCc8agT
cQIhANrSX3Tjr1VmBA4wYqUFqD35A8rPQ/NbY7csdXTEDYcFAiEAzYS/rrCOzoXc
9E9Q9haJXgShl7rC80LpmASC1mykb5cCIQDPu7dzOFNTNy3Saoy7LMuzSZsYBfv0
I2Zelo5K83QEIQIhAKuym/F1z9j6PP5exWTSrzC87cO1Y+mXnVBDdItveHFBAiBU
jdiMJLZm0vVRqKIEPD8jaf6R+vvw0Fr5hiPM+cutXQ==
-----END RSA PRIVATE KEY-----
"""


@cache
def private_key() -> str:
    """A good key, made anew for each run."""
    made = rsa.generate_private_key(public_exponent=65_537, key_size=2_048)
    return made.private_bytes(
        Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()
    ).decode()


def dated(raw: bytes, moment: datetime) -> bytes:
    """The mail as if written then."""
    return re.sub(rb"\r\nDate: .*\r\n", f"\r\nDate: {format_datetime(moment)}\r\n".encode(), raw)


def record(key: str | None = None, more: str = "") -> str:
    """The TXT record of a key (RFC 6376 3.6.1)."""
    loaded = load_pem_private_key((key or private_key()).encode(), None)
    public = loaded.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return f"v=DKIM1; k=rsa; {more}p={base64.b64encode(public).decode()}"


def dns(records: Mapping[str, str]) -> Mapping[str, str]:
    """The names at which keys lie."""
    return {f"s1._domainkey.{domain}": text for domain, text in records.items()}


def signed(
    raw: bytes,
    *,
    domain: str = DOMAIN,
    covered: Sequence[str] = COVERED,
    key: str | None = None,
    **tags: str,
) -> bytes:
    """The mail with a signature on top; ``tags`` are added, or take the place of the usual ones."""
    signer = dkim.DKIM(raw)  # type: ignore[no-untyped-call] # dkimpy has no annotations
    policy = CanonicalizationPolicy.from_c_value(b"relaxed/relaxed")  # type: ignore[no-untyped-call] # same
    algorithm = tags.get("a", "rsa-sha256").encode()
    signer.hasher = HASH_ALGORITHMS[algorithm]
    signer.signature_algorithm = algorithm
    body = policy.canonicalize_body(signer.body)
    digest = signer.hasher(body[: int(tags["l"])] if "l" in tags else body).digest()
    usual = {
        "v": "1", "a": "rsa-sha256", "c": "relaxed/relaxed", "d": domain, "s": "s1",
        "t": str(int(time.time())), "h": " : ".join(covered),
        "bh": base64.b64encode(digest).decode(),
    }  # fmt: skip
    told = {name: value for name, value in (usual | tags).items() if value}
    fields = [(name.encode(), value.encode()) for name, value in told.items()]
    names = [each.encode() for each in covered]
    secret = parse_pem_private_key((key or private_key()).encode())  # type: ignore[no-untyped-call] # same
    header = signer.gen_header(  # type: ignore[no-untyped-call] # same
        [*fields, (b"b", b"0" * 60)], names, policy, b"DKIM-Signature", secret
    )
    return b"DKIM-Signature: " + bytes(header) + raw
