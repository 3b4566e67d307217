"""Puts a service's refusal where the person can mend it: on the form's field, else above the form."""

from __future__ import annotations

from django.forms import BaseForm

from marketplace.errors import DomainError, Invalid


def add_domain_error(form: BaseForm, error: DomainError) -> None:
    """The form must have been validated; sentences about fields it does not show go above it."""
    if isinstance(error, Invalid):
        for field, sentences in error.errors.items():
            for sentence in sentences:
                form.add_error(field if field in form.fields else None, sentence)
    else:
        form.add_error(error.field if error.field in form.fields else None, str(error.message))
