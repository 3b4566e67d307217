from django.apps import AppConfig, apps
from django.utils.translation import gettext_lazy as _

EDITORIAL = ("cms.models", "wagtail")


class CmsConfig(AppConfig):
    name = "cms"
    label = "cms"
    verbose_name = _("editorial pages")

    def ready(self) -> None:
        """Wagtail would note after every save of any model which pages it points to; ours never point to a page."""
        for model in apps.get_models():
            if not model.__module__.startswith(EDITORIAL):
                model.wagtail_reference_index_ignore = True
