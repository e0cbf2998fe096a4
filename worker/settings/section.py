"""What every section of the settings is made of: the base class and the types of its keys.

``Mismatch`` carries what is wrong between keys that are right one by one. No key ends in
``_file``: ``FOLLOWUP_..._FILE`` names a file that holds the value.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    PlainSerializer,
    PlainValidator,
    SecretStr,
    model_validator,
)

from worker.address import read_address
from worker.policy.calendar import Wait
from worker.settings import texts

Duration = Annotated[timedelta, PlainValidator(texts.read_duration)]
Positive = Annotated[timedelta, PlainValidator(texts.read_positive)]
#: A duration, or a number of business days.
Waiting = Annotated[Wait, PlainValidator(texts.read_wait), PlainSerializer(str)]
Line = Annotated[str, AfterValidator(texts.read_line)]
Address = Annotated[str, AfterValidator(read_address)]
Host = Annotated[str, AfterValidator(texts.read_host)]
Endpoint = Annotated[str, AfterValidator(texts.read_endpoint)]
WebAddress = Annotated[str, AfterValidator(texts.read_web_address)]
Port = Annotated[int, Field(ge=1, le=65535)]
Secret = Annotated[SecretStr, Field(min_length=1)]
Security = Literal["starttls", "tls", "none"]


class Mismatch(ValueError):
    """Keys that do not go together: ``problems`` is key to what would be right."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        self.problems = dict(problems)
        super().__init__("; ".join(self.problems.values()))


class Section(BaseModel):
    """What all sections share: frozen, no unknown key, no value in the text of an error."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", validate_default=True, hide_input_in_errors=True
    )

    def mismatches(self) -> Mapping[str, str]:
        """Key to problem, for keys that are right alone and wrong together."""
        return {}

    @model_validator(mode="after")
    def _check_together(self) -> Self:
        if problems := self.mismatches():
            raise Mismatch(problems)
        return self
