"""Texts of Django and allauth that our pages and letters show and whose own Chinese is missing, wrong or half English.

Nothing imports this: a text named here enters our catalogue, and what our catalogue says comes before theirs.
"""

from __future__ import annotations

from django.utils.translation import gettext_noop as _
from django.utils.translation import ngettext_lazy

DJANGO = (
    _("Enter a valid email address."),
    ngettext_lazy(
        "This password is too short. It must contain at least %d character.",
        "This password is too short. It must contain at least %d characters.",
    ),
)
SIGNING_IN = (
    _("Email"),
    _("Email address"),
    _("Code"),
    _("Authenticator code"),
    _("Incorrect code."),
    _("Incorrect password."),
    _("Invalid or expired key."),
    _("The password reset token was invalid."),
    _("This account is currently inactive."),
    _("Use authenticator app or code"),
    _("You have signed out."),
)
ADDRESSES = (
    _("You cannot remove your primary email address."),
    _("You cannot remove your primary email address (%(email)s)."),
    _("You have confirmed %(email)s."),
    _("Removed email address %(email)s."),
    _("Primary email address set."),
)
ONE_TIME_CODES = (
    _("You cannot activate two-factor authentication until you have verified your email address."),
    _("A new set of recovery codes has been generated."),
    _("A new set of Two-Factor Authentication recovery codes has been generated."),
    _("New Recovery Codes Generated"),
)
LETTERS = (
    _("Hello from %(site_name)s!"),
    _("Please Confirm Your Email Address"),
    _("Email Changed"),
    _("Email Confirmation"),
    _("Email Removed"),
    _("Your email has been confirmed."),
    _("Email address %(deleted_email)s has been removed from your account."),
    _("Save them  in a secure location now — they won't be shown again."),
)
