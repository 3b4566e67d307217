"""Settings of every surrounding, safe for production as they stand; dev and test loosen them, prod adds the key."""

from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _

from marketplace.settings import environment
from marketplace.settings.database import database_from_url

BASE_DIR = Path(__file__).resolve().parent.parent.parent
VAR_DIR = Path(environment.text("LOOPYARD_VAR_DIR", str(BASE_DIR / "var")))

# --- Loopyard's own settings ------------------------------------------------------------------------------------------

LOOPYARD_BASE_CURRENCY = environment.text("LOOPYARD_BASE_CURRENCY", "CNY")
# Yuan for one unit of each currency: indicative, for ranking and comparison only, never for payment.
LOOPYARD_EXCHANGE_RATES = {"CNY": 1, "EUR": 7.8, "GBP": 9.1, "USD": 7.2, "JPY": 0.048, "KRW": 0.0052}
# Address template of a map tile server, e.g. https://tiles.example.org/{z}/{x}/{y}.png. Empty: maps draw own outlines.
LOOPYARD_TILE_URL = environment.text("LOOPYARD_TILE_URL")
# Who answers searches. The database always can, and does where Elasticsearch does not.
LOOPYARD_SEARCH = environment.choice("LOOPYARD_SEARCH", ("database", "elastic"))
LOOPYARD_ELASTICSEARCH_URL = environment.text("LOOPYARD_ELASTICSEARCH_URL", "http://127.0.0.1:9200")
# Where matching and other long jobs run: inside the request, or in `manage.py db_worker`.
LOOPYARD_JOBS = environment.choice("LOOPYARD_JOBS", ("immediate", "db"))
LOOPYARD_TRUSTED_PROXIES = environment.whole_number("LOOPYARD_TRUSTED_PROXIES", 0)
# Where letters send their readers, e.g. https://exchange.example.org.
LOOPYARD_SITE_URL = environment.text(
    "LOOPYARD_SITE_URL", environment.words("LOOPYARD_TRUSTED_ORIGINS", "http://localhost:8000")[0]
).rstrip("/")

# --- Applications -----------------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "marketplace",
    "marketplace.firms",
    "listings",
    "matching",
    "cms.registers",
    "cms",
    "wagtail_localize",
    "wagtail_localize.locales",
    "wagtail.contrib.redirects",
    "wagtail.contrib.table_block",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "csp",
    "django_filters",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "cms.back_office.loosen_policy",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "cms.other_language.lead_to_translation",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
    "axes.middleware.AxesMiddleware",  # last: it turns a locked-out sign-in into the 429 page
]

ROOT_URLCONF = "marketplace.urls"
WSGI_APPLICATION = "marketplace.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "marketplace" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# --- Database and jobs ------------------------------------------------------------------------------------------------

DATABASES = {
    "default": database_from_url(environment.text("LOOPYARD_DATABASE_URL"), default_path=VAR_DIR / "loopyard.sqlite3"),
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

IMMEDIATE_JOBS = {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}
DATABASE_JOBS = {"BACKEND": "django_tasks_db.DatabaseBackend"}
# Libraries put their jobs on `default`, which must work without a worker; ours go to `jobs`.
TASKS: dict[str, Any] = {
    "default": IMMEDIATE_JOBS,
    "jobs": DATABASE_JOBS if LOOPYARD_JOBS == "db" else IMMEDIATE_JOBS,
}

# --- People and signing in --------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "firms.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",  # first: refuses before a password is looked at
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "firms:start"
LOGOUT_REDIRECT_URL = "/"

ACCOUNT_ADAPTER = "marketplace.firms.accounts.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https"
ACCOUNT_UNIQUE_EMAIL = True
ALLAUTH_TRUSTED_PROXY_COUNT = LOOPYARD_TRUSTED_PROXIES
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Loopyard"

# Five wrong passwords for one name from one address close that door for a quarter of an hour.
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_TEMPLATE = "429.html"
AXES_SENSITIVE_PARAMETERS = ["username", "login", "email", "ip_address"]
AXES_USERNAME_CALLABLE = "marketplace.settings.sign_in.login_name"
AXES_CLIENT_IP_CALLABLE = "marketplace.settings.sign_in.client_address"
AXES_DISABLE_ACCESS_LOG = True  # failures are kept to count them, successful sign-ins are nobody's business

# --- Language and time ------------------------------------------------------------------------------------------------

LANGUAGE_CODE = environment.choice("LOOPYARD_LANGUAGE", ("zh-hans", "en"))
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "marketplace" / "locale"]
TIME_ZONE = environment.text("LOOPYARD_TIME_ZONE", "Asia/Shanghai")
USE_I18N = True
USE_TZ = True

# --- Back office and editorial pages (Wagtail) ------------------------------------------------------------------------

WAGTAIL_SITE_NAME = "Loopyard 循易"
WAGTAILADMIN_BASE_URL = LOOPYARD_SITE_URL
WAGTAIL_I18N_ENABLED = True
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES
WAGTAILADMIN_PERMITTED_LANGUAGES = LANGUAGES
# Addresses and passwords are kept, confirmed and reset by the site's own account pages.
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_PASSWORD_RESET_ENABLED = False
# Nothing is asked of other servers: no portraits, no look for new releases.
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAILDOCS_EXTENSIONS = ["csv", "docx", "ods", "odt", "pdf", "pptx", "txt", "xlsx"]
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAILIMAGES_EXTENSIONS = ["jpg", "jpeg", "png", "webp"]

# --- Files ------------------------------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT: Path | None = Path(environment.text("LOOPYARD_STATIC_DIR", str(VAR_DIR / "static")))
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_URL = "/media/"
MEDIA_ROOT = VAR_DIR / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
# Bytes of a form without its files; the 20 MB limit per file belongs to the forms, which can say it in words.
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
DATA_UPLOAD_MAX_NUMBER_FILES = 20
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_PERMISSIONS = 0o640

# --- Security ---------------------------------------------------------------------------------------------------------

DEBUG = False
ALLOWED_HOSTS = environment.words("LOOPYARD_ALLOWED_HOSTS")
CSRF_TRUSTED_ORIGINS = environment.words("LOOPYARD_TRUSTED_ORIGINS")
SECURE_SSL_REDIRECT = True
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if LOOPYARD_TRUSTED_PROXIES else None
SECURE_HSTS_SECONDS = environment.whole_number("LOOPYARD_HSTS_SECONDS", 365 * 24 * 3600)
# Subdomains and browser preload lists bind hosts that may not be ours, so the operator says yes to them.
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = environment.flag("LOOPYARD_HSTS_WHOLE_DOMAIN")
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = True
SESSION_COOKIE_AGE = 14 * 24 * 3600
CSRF_COOKIE_SECURE = True
CSRF_COOKIE_HTTPONLY = True  # scripts take the token from the page, not from the cookie
LANGUAGE_COOKIE_SECURE = True
X_FRAME_OPTIONS = "DENY"


def origin(url: str) -> list[str]:
    """`https://tiles.example.org/{z}/{x}/{y}.png` → `["https://tiles.example.org"]`; nothing for no address."""
    parts = urlsplit(url)
    return [f"{parts.scheme}://{parts.netloc}"] if parts.netloc else []


CONTENT_SECURITY_POLICY: dict[str, Any] = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:", *origin(LOOPYARD_TILE_URL)],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "manifest-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "object-src": ["'none'"],
        "frame-ancestors": ["'none'"],
    },
}

# --- Mail and log -----------------------------------------------------------------------------------------------------

DEFAULT_FROM_EMAIL = environment.text("LOOPYARD_FROM_EMAIL", "Loopyard <noreply@localhost>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
EMAIL_HOST = environment.text("LOOPYARD_SMTP_HOST", "localhost")
EMAIL_PORT = environment.whole_number("LOOPYARD_SMTP_PORT", 25)
EMAIL_HOST_USER = environment.text("LOOPYARD_SMTP_USER")
EMAIL_HOST_PASSWORD = environment.text("LOOPYARD_SMTP_PASSWORD")
EMAIL_USE_TLS = environment.flag("LOOPYARD_SMTP_TLS")
EMAIL_TIMEOUT = 10

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": environment.text("LOOPYARD_LOG_LEVEL", "INFO")},
    # Django's own handlers would print in DEBUG only and mail nobody; everything goes up to the console.
    "loggers": {
        "django": {"handlers": [], "propagate": True},
        "django.server": {"handlers": [], "propagate": True},
        "axes": {"level": "WARNING"},  # its INFO lines only tell that it exists
    },
}
