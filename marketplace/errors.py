"""What a service says when it refuses: a translated sentence, a stable code, and the field it concerns."""

from __future__ import annotations

from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _


class DomainError(Exception):
    """A refusal the person can act on. Views and the API show `message`; anything else that is raised is a bug."""

    code = "refused"
    message: object = _("This is not possible.")

    def __init__(self, message: object = None, *, field: str = "", code: str = "") -> None:
        self.message = message or type(self).message
        self.field = field
        self.code = code or type(self).code
        super().__init__(str(self.message))


class NotAllowed(DomainError):
    code = "not_allowed"
    message = _("Your role in this firm does not allow this.")


class WrongState(DomainError):
    code = "wrong_state"
    message = _("This can no longer be done in the present state.")


class Incomplete(DomainError):
    """A step needs facts that an earlier step could do without."""

    code = "incomplete"
    message = _("Something is still missing.")


class Invalid(DomainError):
    """Bad values, by field: `errors` maps a field name to its sentences."""

    code = "invalid"
    message = _("Please mend the marked fields.")

    def __init__(self, errors: Mapping[str, list[str]]) -> None:
        self.errors = {field: list(sentences) for field, sentences in errors.items()}
        field, sentences = next(iter(self.errors.items()), ("", []))
        super().__init__(sentences[0] if sentences else None, field="" if field == "__all__" else field)

    @classmethod
    def from_validation(cls, error: ValidationError) -> Invalid:
        if hasattr(error, "error_dict"):
            return cls(error.message_dict)
        return cls({"__all__": error.messages})
