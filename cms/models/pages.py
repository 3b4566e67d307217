"""Home → sections → pages. Every page exists once a language; the translations of one share a key."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.fields import StreamField
from wagtail.models import Page, PageViewRestriction
from wagtail.search import index

from ..blocks import BodyBlock

A_PAGE = 20


class Editorial(Page):
    """What every page of ours has: a summary for lists and search engines, and a body of blocks."""

    summary = models.CharField(_("summary"), max_length=300, blank=True)
    body = StreamField(BodyBlock(), verbose_name=_("body"), blank=True)

    content_panels = [*Page.content_panels, FieldPanel("summary"), FieldPanel("body")]
    search_fields = [*Page.search_fields, index.SearchField("summary"), index.SearchField("body")]
    show_in_menus_default = False

    class Meta:
        abstract = True

    def trail(self) -> list[tuple[str, str]]:
        """Where the page stands, from the home of its language, as the breadcrumb wants it."""
        above = self.get_ancestors().filter(depth__gt=1).live()
        return [(page.title, page.url) for page in above] + [(self.title, "")]

    def text(self) -> str:
        """All that is said on the page, in lower case, to be searched."""
        body = self.body.stream_block.get_searchable_content(self.body)
        return "\n".join([self.title, self.summary, *body]).casefold()

    def others(self) -> list[Page]:
        """The same page in the other languages, as far as it is published."""
        return list(self.get_translations().live().select_related("locale"))


def readable(pages: Any, request: HttpRequest) -> Any:
    """Pages that an editor has closed to this reader are neither named nor searched."""
    for restriction in PageViewRestriction.objects.select_related("page"):
        if not restriction.accept_request(request):
            pages = pages.not_descendant_of(restriction.page, inclusive=True)
    return pages


class HomePage(Editorial):
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = ["cms.SectionPage"]
    template = "cms/home_page.html"

    class Meta:
        verbose_name = _("home of the editorial pages")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        sections = readable(SectionPage.objects.child_of(self).live(), request).specific()
        newest = [(section, section.newest(request)[:3]) for section in sections]
        return super().get_context(request, *args, **kwargs) | {"sections": newest}


class SectionPage(Editorial):
    parent_page_types = ["cms.HomePage"]
    template = "cms/section_page.html"

    class Meta:
        verbose_name = _("section")

    def newest(self, request: HttpRequest) -> models.QuerySet[Any]:
        return readable(self.get_children().live().order_by("-first_published_at"), request).specific()

    def found(self, request: HttpRequest, words: str) -> list[Page]:
        """A section has few pages, and word lists of databases do not cut Chinese into words: so they are read."""
        wanted = words.casefold().split()
        return [page for page in self.newest(request) if all(word in page.text() for word in wanted)]

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        words = request.GET.get("q", "").strip()[:100]
        page = Paginator(self.found(request, words) if words else self.newest(request), A_PAGE).get_page(
            request.GET.get("page")
        )
        return super().get_context(request, *args, **kwargs) | {"children": page, "words": words}


class Article(Editorial):
    parent_page_types = ["cms.SectionPage"]
    subpage_types: list[str] = []

    class Meta:
        abstract = True

    def get_template(self, request: HttpRequest, *args: Any, **kwargs: Any) -> str:
        """One template for all: Wagtail would look for one after the name of each type."""
        return "cms/article_page.html"


class NewsPage(Article):
    news_on = models.DateField(_("day of the news"), help_text=_("When it was announced, not when it was written."))

    content_panels = [*Page.content_panels, FieldPanel("news_on"), *Article.content_panels[1:]]

    class Meta:
        verbose_name = _("news or policy")
        verbose_name_plural = _("news and policy")


class TechnologyPage(Article):
    class Meta:
        verbose_name = _("technology")
        verbose_name_plural = _("technologies")


class CasePage(Article):
    place = models.CharField(_("place"), max_length=160, blank=True)

    content_panels = [*Page.content_panels, FieldPanel("place"), *Article.content_panels[1:]]

    class Meta:
        verbose_name = _("case study")
        verbose_name_plural = _("case studies")


class GuidePage(Article):
    class Meta:
        verbose_name = _("guide")
        verbose_name_plural = _("guides")


class EventPage(Article):
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"), null=True, blank=True)
    place = models.CharField(_("place"), max_length=160, blank=True)
    event_url = models.URLField(_("address of the event"), max_length=400, blank=True)

    content_panels = [
        *Page.content_panels,
        FieldRowPanel([FieldPanel("starts_on"), FieldPanel("ends_on")]),
        FieldPanel("place"),
        FieldPanel("event_url"),
        *Article.content_panels[1:],
    ]

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")

    def clean(self) -> None:
        super().clean()
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            raise ValidationError({"ends_on": _("The last day lies before the first day.")})


class HelpPage(Article):
    class Meta:
        verbose_name = _("help page")
        verbose_name_plural = _("help pages")
