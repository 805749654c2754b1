"""Django's settings, derived from the configuration; nothing here is edited by hand.

There is no debug mode: what a firm runs is what is tested.
"""

from __future__ import annotations

import os
from datetime import timedelta

from csp.constants import NONE, SELF

from counterfoil.web import configuration, database, home, logs, mail

os.environ |= configuration.gathered(os.environ)

COUNTERFOIL = configuration.read(os.environ)

if not COUNTERFOIL.database_url:
    # The database is a file in there; the keys, which may be elsewhere, do not make the folder.
    home.ensure(COUNTERFOIL.home)

DEBUG = False
SECRET_KEY = COUNTERFOIL.secret_key or home.secret_key(COUNTERFOIL.home)
ALLOWED_HOSTS = sorted({COUNTERFOIL.host, "localhost", "127.0.0.1", "[::1]"})
ROOT_URLCONF = "counterfoil.web.urls"
WSGI_APPLICATION = "counterfoil.web.wsgi.application"
ASGI_APPLICATION = "counterfoil.web.asgi.application"

INSTALLED_APPS = [
    "counterfoil.web",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_htmx",
    "ninja",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
]

if COUNTERFOIL.database_url:
    # On PostgreSQL any number of workers share the work, woken by jobs (counterfoil.web.jobs).
    INSTALLED_APPS.append("procrastinate.contrib.django")
if COUNTERFOIL.oidc_url:
    INSTALLED_APPS += [
        "allauth.socialaccount",
        "allauth.socialaccount.providers.openid_connect",
    ]
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = ""
PROCRASTINATE_ON_APP_READY = "counterfoil.web.jobs.register"

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    # Before the style sheets and scripts: every answer carries the policy.
    "csp.middleware.CSPMiddleware",
    "counterfoil.web.static_files.StaticFiles",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "counterfoil.web.sessions.Sessions",
    "django.contrib.messages.middleware.MessageMiddleware",
    "counterfoil.web.sign_in.Demanded",
    "counterfoil.web.keyless.Keyless",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    # The last, as its documentation asks: it answers in place of a login that it has locked out.
    "axes.middleware.AxesMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "counterfoil.web.desk.context",
            ],
            # Every form has a CSRF token, and with it says for whom it was shown.
            "builtins": ["counterfoil.web.templatetags.form_token"],
        },
    }
]

DATABASES = {"default": database.settings(COUNTERFOIL.home, COUNTERFOIL.database_url)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

# People: they sign in by e-mail address; accounts are made by the firm's owner, never by visitors.
AUTH_USER_MODEL = "web.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "counterfoil.web.passwords.Guessable"},
    {"NAME": "counterfoil.web.passwords.Breached"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "overview"
ACCOUNT_ADAPTER = "counterfoil.web.sign_in.Adapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_SESSION_REMEMBER = False
# Failed log-ins are counted by axes, which keeps them in the database and so also over a restart.
ACCOUNT_RATE_LIMITS = {"login_failed": None}
MFA_ADAPTER = "counterfoil.web.sign_in.SecondFactor"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Counterfoil"
# Codes are counted by axes as passwords are; and those of recovery are kept as hashes.
MFA_FORMS = {
    "authenticate": "counterfoil.web.codes.SignIn",
    "reauthenticate": "counterfoil.web.codes.SignInOnceMore",
}
MFA_RECOVERY_CODES_SHOW_ONCE = True
# Single sign-on lets in whom the firm invited, by an address that the provider has verified.
SOCIALACCOUNT_ADAPTER = "counterfoil.web.single_sign_on.SingleSignOn"
SOCIALACCOUNT_EMAIL_AUTHENTICATION = SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "sso",
                "name": COUNTERFOIL.oidc_name,
                "client_id": COUNTERFOIL.oidc_client_id,
                "secret": COUNTERFOIL.oidc_client_secret,
                "settings": {"server_url": COUNTERFOIL.oidc_url},
            }
        ],
    }
}
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_USERNAME_CALLABLE = "counterfoil.web.sign_in.attempted_email"
AXES_LOCKOUT_TEMPLATE = "account/locked_out.html"
AXES_SENSITIVE_PARAMETERS = ["password"]
AXES_VERBOSE = False
# Every try is kept, with its time, address and browser, also those before one that succeeded.
AXES_ENABLE_ACCESS_FAILURE_LOG = True

# What browsers are told.
# No other host of the domain can set a cookie with this prefix, and no page over plain http.
SESSION_ENGINE = "counterfoil.web.session_store"
SESSION_COOKIE_NAME = "__Host-session" if COUNTERFOIL.secure else "sessionid"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = COUNTERFOIL.secure
SESSION_COOKIE_HTTPONLY = True
# Lax, not Strict: the way back from Xero's consent page is a navigation from another site.
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 60 * 60  # counterfoil.web.sessions ends them sooner
CSRF_USE_SESSIONS = True
# In the session too: there is one cookie, and its name binds it to this host.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
CSRF_TRUSTED_ORIGINS = [COUNTERFOIL.url]
SECURE_SSL_REDIRECT = COUNTERFOIL.secure
# Whoever watches asks the process itself, behind the proxy that speaks https.
# The API refuses what came without TLS: a redirect would hide that a key went in the clear.
SECURE_REDIRECT_EXEMPT = [r"^health/", r"^metrics$", r"^api/v1/"]
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if COUNTERFOIL.secure else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = COUNTERFOIL.secure
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# Browsers hold a form's redirects to form-action too: Connect is a form that leads to Xero, and
# single sign-on one that leads to the identity provider.
_PROVIDER = COUNTERFOIL.oidc_origin
_CONSENT = COUNTERFOIL.xero_base_url or "https://login.xero.com"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        # The QR code of two-factor sign-in is an image within the page.
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "form-action": [SELF, _CONSENT, *([_PROVIDER] if _PROVIDER else [])],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
        "base-uri": [NONE],
    }
}

LANGUAGE_CODE = "en-au"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 300
globals().update(mail.django_settings(COUNTERFOIL.mail_url, COUNTERFOIL.mail_from))
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000
LOGGING = logs.settings(COUNTERFOIL.log)
