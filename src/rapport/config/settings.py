"""Django's settings. What differs from host to host is read in `environment.py`."""

from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF

from rapport.config.environment import read_environment

ENVIRONMENT = read_environment()
PACKAGE = Path(__file__).resolve().parent.parent

# --- what this site is --------------------------------------------------------------------------

DEMO = ENVIRONMENT.demo
DEBUG = False
SECRET_KEY = ENVIRONMENT.secret_key
ALLOWED_HOSTS = list(ENVIRONMENT.hosts)
SITE_ADDRESS = ENVIRONMENT.address
LIVE_ADDRESS = ENVIRONMENT.live_address
PUBLISH_FOLDER, PUBLISH_ADDRESS = ENVIRONMENT.publish_folder, ENVIRONMENT.publish_address
ROOT_URLCONF = "rapport.config.urls"
WSGI_APPLICATION = "rapport.config.wsgi.application"

INSTALLED_APPS = [
    "rapport.config",
    "rapport.desk",
    "rapport.mailing",
    "rapport.digest",
    "rapport.literature",
    "rapport.accounts",
    "rapport.audit",
    "rapport.web",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    *(["anymail"] if ENVIRONMENT.mail_provider else []),
    "csp",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",  # allauth's list of sessions asks for it
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
]
AUTH_USER_MODEL = "accounts.Person"

MIDDLEWARE = [
    "rapport.web.middleware.HeadWithoutBodyMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "rapport.web.middleware.LanguageFromAddressMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "rapport.accounts.middleware.PolicyMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "rapport.digest.middleware.SiteIdentityMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.messages.context_processors.messages",
                "rapport.web.context.page",
                "rapport.digest.context.site",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static", "rapport.web.templatetags.web"],
        },
    }
]

# --- data ---------------------------------------------------------------------------------------

DATABASES: dict[str, dict[str, Any]] = {
    "default": {**ENVIRONMENT.database, "CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
    if ENVIRONMENT.database
    else {"ENGINE": "django.db.backends.sqlite3", "NAME": str(ENVIRONMENT.data / "rapport.sqlite3")}
}

if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["CONN_MAX_AGE"] = None
    DATABASES["default"]["OPTIONS"] = {
        # Readers never wait for a writer; two writers queue instead of failing half-way. 64 MB of pages are kept: the
        # positions of words, which phrases are found by, do not fit in SQLite's own 2 MB at 100,000 entries.
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-65536;",
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
    }

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- work in the background -----------------------------------------------------------------------

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

# --- the desk -------------------------------------------------------------------------------------

# What waits at a place of the desk, by the name of its address: counted by its room, of which the desk may not know.
DESK_WAITING = {
    "desk_tasks": "rapport.desk.queries.count_open_tasks",
    "desk_letters": "rapport.mailing.progress.count_to_decide",
}

# What else comes of publishing an issue, or of telling readers of a change to an entry: sentences that stand beside the
# button, by the room that does it.
DESK_COMES_OF = {
    "issue": "rapport.mailing.foretelling.of_issue",
    "change": "rapport.mailing.foretelling.of_change",
}

# --- services that say what an article is ----------------------------------------------------------

LOOKUP_SERVICES = ENVIRONMENT.lookup_services
LOOKUP_KEYS = ENVIRONMENT.lookup_keys

# --- languages and time -------------------------------------------------------------------------

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("fr", "Français")]
LOCALE_PATHS = [PACKAGE / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = ENVIRONMENT.time_zone

# --- static files -------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = ENVIRONMENT.data / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# --- signing in ---------------------------------------------------------------------------------

AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["email", "name"]},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "desk"
LOGOUT_REDIRECT_URL = "account_login"
SESSION_COOKIE_AGE = 14 * 24 * 60 * 60  # for those who ask to stay signed in; others until the browser closes
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"  # a link shown once is in no cookie

ACCOUNT_ADAPTER = "rapport.accounts.adapters.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_REAUTHENTICATION_METHODS = {"password", "mfa"}
ACCOUNT_CHANGE_EMAIL = True  # one address, replaced once the new one is confirmed
ACCOUNT_EMAIL_VERIFICATION = "none"  # at signing in: an invitation's link has confirmed the address
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # strangers get no mail because somebody typed their address
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "http" if DEMO else "https"
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if ENVIRONMENT.behind_proxy else 0
MFA_ADAPTER = "rapport.accounts.adapters.TwoStepsAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_FORMS = {
    "add_webauthn": "rapport.accounts.passkeys.AddPasskeyForm",
    "login_webauthn": "rapport.accounts.passkeys.LoginPasskeyForm",
    "authenticate_webauthn": "rapport.accounts.passkeys.SecondStepPasskeyForm",
    "reauthenticate_webauthn": "rapport.accounts.passkeys.AgainPasskeyForm",
}
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEMO  # http://localhost
USERSESSIONS_TRACK_ACTIVITY = False  # it would look at the session on every page
CSRF_FAILURE_VIEW = "rapport.accounts.views.entering.form_too_old"

# Attempts are counted where every process sees them. Django keeps 300 unless told otherwise and lets others go: then
# whoever tries many addresses would wipe out what is counted of one.
CACHES = {
    "default": {
        "BACKEND": "rapport.web.busy.CountingCache",
        "LOCATION": "django_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

# --- mail -----------------------------------------------------------------------------------------

# Without a server to give it to, mail is written into files, and `rapport doctor` says so.
MAIL_PROVIDER = ENVIRONMENT.mail_provider
EMAIL_BACKEND = (
    f"anymail.backends.{MAIL_PROVIDER}.EmailBackend"
    if MAIL_PROVIDER
    else f"django.core.mail.backends.{'smtp' if ENVIRONMENT.mail else 'filebased'}.EmailBackend"
)
ANYMAIL = ENVIRONMENT.mail_provider_settings
EMAIL_FILE_PATH = str(ENVIRONMENT.data / "mail")
EMAIL_HOST = ENVIRONMENT.mail.get("host", "")
EMAIL_PORT = ENVIRONMENT.mail.get("port", 0)
EMAIL_HOST_USER = ENVIRONMENT.mail.get("user", "")
EMAIL_HOST_PASSWORD = ENVIRONMENT.mail.get("password", "")
EMAIL_USE_TLS = ENVIRONMENT.mail.get("starttls", False)
EMAIL_USE_SSL = ENVIRONMENT.mail.get("tls", False)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = SERVER_EMAIL = ENVIRONMENT.mail_from
BOUNCE_ADDRESS = ENVIRONMENT.bounce_address
BOUNCES_URL = ENVIRONMENT.bounces
LEAVING_FILE = ENVIRONMENT.data / "readers-who-left.jsonl"

# --- security -----------------------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not DEMO
SECURE_SSL_REDIRECT = not DEMO
if ENVIRONMENT.behind_proxy:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
if not DEMO:
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = ENVIRONMENT.hsts_subdomains
    SECURE_HSTS_PRELOAD = ENVIRONMENT.hsts_preload
    # What a host has decided about the whole domain need not be told at each check; preloading is hard to undo.
    SILENCED_SYSTEM_CHECKS = ["security.W021"] if ENVIRONMENT.hsts_subdomains else ["security.W005", "security.W021"]

# --- logging ------------------------------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "filters": {"without_keys": {"()": "rapport.web.logs.WithoutKeys"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["without_keys"]}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
        # An address that leads nowhere is the reader's to see, not the host's.
        "django.request": {"level": "ERROR"},
        "django.security.DisallowedHost": {"handlers": [], "propagate": False},
    },
}
