"""Texts of Wagtail that its own Chinese catalogue leaves in English. Ours is asked first, so they are named here."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

PAGES = (
    _("Search all pages…"),
    _(
        "The root level is where you can add new sites to your Wagtail installation. Pages created here will not be "
        "accessible at any URL until they are associated with a site."
    ),
    _("If you just want to add pages to an existing site, create them as children of the homepage instead."),
    _("Wagtail %(current_version)s editor guide"),
    _("Your pages and snippets in a workflow"),
    _("Page type"),
    _("Date updated"),
    _("Edited by"),
    _("Has child pages"),
    _("Placeholder title"),
    _("Any"),
    _("No %(model_name)s match your query."),
    _("The page could not be created due to validation errors."),
    _("The page could not be saved due to validation errors."),
    _("The page could not be saved as it is locked."),
    _("Go to the first error"),
    _("Actions (footer)"),
)
PUBLISHING = (
    _("Schedule to publish"),
    _("Scheduling…"),
    _("Invalid schedule"),
    _("Go-live:"),
    _("Once scheduled:"),
    _("Choose when this page should go live and/or expire"),
    _("Choose when this %(model_name)s should go live and/or expire"),
    _("Anyone with editing permissions can create schedules"),
    _("But only those with publishing permissions can make them effective."),
    _("Choose who can view the live version of this page"),
    _("This page is currently at <strong>%(task)s</strong> in <strong>%(workflow)s</strong>."),
    _("Save your changes before leaving"),
    _("Saved"),
    _("Refresh"),
    _("Checks"),
    _("Toggle checks"),
    _("Toggle minimap"),
    _("Content metrics"),
    _("Reading time"),
    _("Readability"),
)
TABLES_AND_PICTURES = (
    _("Table headers"),
    _("Display the first row as a header"),
    _("Display the first column as a header"),
    _("Display the first row AND first column as headers"),
    _("No headers"),
    _("Which cells should be displayed as headers?"),
    _("A heading that identifies the overall topic of the table, and is useful for screen reader users."),
    _("Select a header option"),
    _("You haven't uploaded any images."),
    _("Please provide an image description to comply with best practices for accessibility."),
)
TRANSLATING = (
    _("Use machine translation"),
    _(
        "Apply the updates and publish immediately. The changes will use the original language until translated."
    ),
)  # fmt: skip
