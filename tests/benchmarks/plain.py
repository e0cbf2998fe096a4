"""The script that one would write instead: csv, jinja2, email.message, smtplib, one connection.

A peer of the benchmark, run as a program: ``plain.py SHEET PORT``. It takes the same rows and
the same templates, and does what it can't do without: nothing is kept or checked, so a crash in
the middle leaves nobody knowing who has a letter.
"""

import csv
import smtplib
import sys
from email.headerregistry import Address
from email.message import EmailMessage
from pathlib import Path

import jinja2

TEMPLATES = Path(__file__).parents[2] / "templates"
COMPANY = {
    "name": "Acme GmbH",
    "careers_url": "https://acme.example/careers",
    "hr_address": "hr@acme.example",
}


def main(sheet: Path, port: int) -> None:
    """Send every row its letter."""
    templates = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=jinja2.select_autoescape(["html"]),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    with (
        sheet.open(encoding="utf-8", newline="") as rows,
        smtplib.SMTP("127.0.0.1", port) as server,
    ):
        for row in csv.DictReader(rows):
            server.send_message(_letter(row, templates))


def _letter(row: dict[str, str], templates: jinja2.Environment) -> EmailMessage:
    place = f"letters/{row['outcome']}/{row['language']}"
    values = {
        **row,
        "company": COMPANY,
        "greeting_name": row["first_name"],
        "reply_address": COMPANY["hr_address"],
    }
    subject, text, html = (
        templates.get_template(f"{place}/{file}").render(values)
        for file in ("subject.txt", "body.txt", "body.html")
    )
    letter = EmailMessage()
    letter["From"] = Address("Acme Talent", addr_spec="talent@acme.example")
    letter["To"] = Address(f"{row['first_name']} {row['last_name']}", addr_spec=row["email"])
    letter["Subject"] = subject.strip()
    letter.set_content(text)
    letter.add_alternative(html, subtype="html")
    return letter


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
