"""Entry point for gunicorn and other WSGI servers; production settings unless told otherwise."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "marketplace.settings.prod")

application = get_wsgi_application()
