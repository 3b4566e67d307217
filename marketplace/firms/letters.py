"""Letters to people: plain text in the reader's language, from the templates in `mail/`."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from smtplib import SMTPException
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import translation

from .models import Firm, User

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Post:
    """How many letters the mail server took, and how many it did not."""

    sent: int = 0
    unsent: int = 0

    def __add__(self, other: Post) -> Post:
        return Post(self.sent + other.sent, self.unsent + other.unsent)

    @property
    def is_done(self) -> bool:
        """A notice is done when anyone could be reached, or when there is nobody to write to."""
        return self.sent > 0 or self.unsent == 0


def people_of(firm: Firm, *roles: str) -> Iterable[User]:
    """Those of the firm to whom letters go: accounts that were closed get none."""
    return User.objects.filter(is_active=True, memberships__firm=firm, memberships__role__in=roles).order_by("pk")


def write_to_each(people: Iterable[User], write: Callable[[User], bool]) -> Post:
    """One letter a person; `write` says whether the mail server took it."""
    taken = [write(person) for person in people]
    return Post(sum(taken), len(taken) - sum(taken))


def site_url(path: str) -> str:
    """An address of this site as a letter needs it."""
    return f"{settings.LOOPYARD_SITE_URL}{path}"


def language_of(person: User) -> AbstractContextManager[None]:
    """In it all words are those of the person's language: whatever is put into a letter as words is made in it."""
    return translation.override(person.language or settings.LANGUAGE_CODE)


def write_letter(*, to: User, name: str, facts: Mapping[str, Any], stop_path: str = "") -> bool:
    """Send `mail/<name>.txt` under `mail/<name>_subject.txt`; says whether the mail server took it.

    `stop_path` ends letters of this kind with one click, from the mail program's own button (RFC 8058).
    """
    with language_of(to):
        context = {**facts, "person": to, "site": site_url("")}
        subject = " ".join(render_to_string(f"mail/{name}_subject.txt", context).split())
        message = EmailMessage(subject, render_to_string(f"mail/{name}.txt", context), None, [to.email])
    if stop_path:
        message.extra_headers = {
            "List-Unsubscribe": f"<{site_url(stop_path)}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }
    try:
        message.send()
    except (SMTPException, OSError):
        logger.exception("The mail server did not take a letter (%s); it is tried again at the next run.", name)
        return False
    return True
