from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FirmsConfig(AppConfig):
    name = "marketplace.firms"
    label = "firms"
    verbose_name = _("Firms")
    default_auto_field = "django.db.models.BigAutoField"
