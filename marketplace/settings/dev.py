"""What script/server uses on one machine: plain HTTP, a key of its own in var/, mail written to files."""

from marketplace.settings import environment
from marketplace.settings.base import *  # noqa: F403
from marketplace.settings.base import STORAGES, VAR_DIR
from marketplace.settings.secret_file import secret_from_file

SECRET_KEY = environment.text("LOOPYARD_SECRET_KEY") or secret_from_file(VAR_DIR / "secret_key")
DEBUG = environment.flag("LOOPYARD_DEBUG")
# People open it by the machine's name or address in the office network, which we cannot know beforehand.
ALLOWED_HOSTS = environment.words("LOOPYARD_ALLOWED_HOSTS", "*")

LOOPYARD_SITE_URL = environment.text("LOOPYARD_SITE_URL", f"http://localhost:{environment.whole_number('PORT', 8000)}")
WAGTAILADMIN_BASE_URL = LOOPYARD_SITE_URL

SECURE_SSL_REDIRECT = False
SECURE_HSTS_SECONDS = 0
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = False

ACCOUNT_DEFAULT_HTTP_PROTOCOL = "http"
ACCOUNT_EMAIL_VERIFICATION = "optional"
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = VAR_DIR / "mail"

# Static files are served from where they are written, so there is nothing to collect.
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
STATIC_ROOT = None
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
