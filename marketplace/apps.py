"""The project package as an app: it carries the shared template tags, the catalogues and the demo command."""

from django.apps import AppConfig


class MarketplaceConfig(AppConfig):
    name = "marketplace"
    verbose_name = "Loopyard"
