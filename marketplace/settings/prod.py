"""Production: everything comes from LOOPYARD_* variables; without a secret key nothing starts."""

from marketplace.settings import environment
from marketplace.settings.base import *  # noqa: F403

SECRET_KEY = environment.required("LOOPYARD_SECRET_KEY")
SECRET_KEY_FALLBACKS = environment.words("LOOPYARD_OLD_SECRET_KEYS")
