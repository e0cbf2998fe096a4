"""The company as letters name it. What the configuration says of it is checked here once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Company:
    """Who writes. ``ValueError`` for an address on the web that is not http or https.

    ``language`` and ``country`` choose the letters and the way dates are written in them;
    ``links`` maps what a reader sees (LinkedIn) to its address, in the order given.
    """

    name: str
    language: str = "en"
    country: str | None = None
    careers_url: str | None = None
    links: Mapping[str, str] = field(default_factory=dict)
    hr_address: str | None = None

    def __post_init__(self) -> None:
        if not self.name.strip():
            raise ValueError("company.name is empty; letters are signed with it")
        if self.careers_url is not None:
            _check_web("company.careers_url", self.careers_url)
        for name, url in self.links.items():
            _check_web(f"company.links.{name}", url)


def _check_web(key: str, url: str) -> None:
    split = urlsplit(url)
    if split.scheme not in {"http", "https"} or not split.netloc or any(map(str.isspace, url)):
        raise ValueError(f"{key}: {url!r} is no web address; write it whole: https://example.org")
