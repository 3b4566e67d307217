"""Texts of Wagtail that its own Chinese catalogue leaves in English. Ours is asked first, so they are named here."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _
from django.utils.translation import ngettext_lazy

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
LISTS_AND_FORMS = (
    _(
        "JavaScript is required to use Wagtail, but it is currently disabled.<br /> Here are the "
        '<a href="https://www.enable-javascript.com/" target="_blank" rel="noreferrer">instructions how to enable '
        "JavaScript in your web browser</a>."
    ),
    _("Actions"),
    _("New: %(model_name)s"),
    _("Create a new %(model_name)s"),
    _('There are no %(model_name)s to display. Why not <a href="%(add_url)s">add one</a>?'),
    _("%(start_index)s-%(end_index)s of %(items_count)s %(model_name)s"),
    _("Sort by '%(label)s' in ascending order."),
    _("Sort by '%(label)s' in descending order."),
    _("Disable custom ordering"),
    _("Item %(index)s of %(total)s"),
    _("Focus on the drag button and press up or down arrows to move the item, then press enter to submit the change."),
    _("Anyone can edit this %(model_name)s"),
    _("Anyone can edit this %(model_name)s – lock it to prevent others from editing"),
    _("Locking: "),
    _("To be created by %(user)s"),
    _("%(time)s by %(user_display_name)s"),
    _("%(action)s at <b>%(at)s</b>"),
    _("%(action)s by <b>%(who)s</b>"),
    _("Is commenting action"),
    _("Autosave is paused"),
    _("Autosave is <span>paused</span>"),
    _("Correct the validation errors to resume preview (saving will highlight errors)"),
    _("This data explained"),
    _("Edit account avatar"),
    _("Shortcuts"),
    _("By task"),
    _("By workflow"),
    _("Show disabled"),
)
MORE_PAGES = (
    _("Exploring"),
    _(
        "Pages created here will not be accessible at any URL. To add pages to an existing site, create them as "
        "children of the homepage."
    ),
    _("Page types usage"),
    _("Choose parent"),
    _("The new page will be a child of this given parent page."),
    _("Available in %(translations_total)s locales"),
    _("Private, accessible to any logged-in users"),
    _("Private, accessible with a shared password"),
    _(
        "Shared passwords should not be used to protect sensitive content. Anyone who has this password will be able "
        "to view the content."
    ),
    _("Pages/snippets at this step in a workflow will be moderated or approved by these groups of users"),
    _("Oldest"),
    _("Usage count: (low to high)"),
    _("Usage count: (high to low)"),
    _("Grid layout"),
    _("List layout"),
)
ACCOUNT = (
    _("Theme preferences"),
    _("Admin theme"),
    _("Contrast"),
    _("More contrast"),
    _("Density"),
    _("Snug"),
    _("Use server language: %(language_name)s"),
    _("Enable custom keyboard shortcuts specific to Wagtail."),
)
COUNTED = (
    ngettext_lazy("Referenced %(count)s time", "Referenced %(count)s times", "count"),
    ngettext_lazy(
        "This %(model_name)s is referenced %(usage_count)s time.",
        "This %(model_name)s is referenced %(usage_count)s times.",
        "usage_count",
    ),
    ngettext_lazy("There is one matching page", "There are %(counter)s matching pages", "counter"),
    ngettext_lazy(
        "This page has one subpage. Unpublish this too",
        "This page has %(live_descendant_count)s subpages. Unpublish these too",
        "live_descendant_count",
    ),
    ngettext_lazy("%(num_parent_objects)d page", "%(num_parent_objects)d pages", "num_parent_objects"),
    ngettext_lazy("%(num_pages)d page", "%(num_pages)d pages", "num_pages"),
)
