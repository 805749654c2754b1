"""The application for ASGI servers."""

import os
from typing import TYPE_CHECKING, cast

from django.conf import settings
from django.core.asgi import get_asgi_application

from counterfoil.web.bodies import bounded

if TYPE_CHECKING:
    from asgiref.typing import ASGI3Application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "counterfoil.web.settings")

# Django's types say "mappings" where those of ASGI name each kind of message.
_django = cast("ASGI3Application", get_asgi_application())
application = bounded(_django, settings.SESSION_COOKIE_NAME)
