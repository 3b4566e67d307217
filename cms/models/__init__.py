"""Pages of the editorial site."""

from .pages import CasePage, EventPage, GuidePage, HelpPage, HomePage, NewsPage, SectionPage, TechnologyPage

__all__ = [
    "CasePage",
    "EventPage",
    "GuidePage",
    "HelpPage",
    "HomePage",
    "NewsPage",
    "SectionPage",
    "TechnologyPage",
]
