"""Settings shared by every way of running; what differs between machines comes from the environment.

`docs/settings.md` describes each variable. A value in `NAME_FILE` (a path) wins over `NAME`.
"""

from __future__ import annotations

from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

import dj_database_url

from config.environment import (
    env,
    env_bool,
    env_choices,
    env_int,
    env_list,
    env_secret,
    name_sender,
)

BASE_DIR = Path(__file__).resolve().parent.parent.parent
VAR_DIR = Path(env("POSTWORTHY_VAR", str(BASE_DIR / "var")))

DEBUG = False
SECRET_KEY = env_secret("SECRET_KEY")
SECRET_KEY_FALLBACKS = env_list("SECRET_KEY_FALLBACKS")
ALLOWED_HOSTS = env_list("ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]")
CSRF_FAILURE_VIEW = "config.failures.answers.answer_untrusted"
CSRF_TRUSTED_ORIGINS = env_list("CSRF_TRUSTED_ORIGINS")
SITE_NAME = env("SITE_NAME", "Postworthy")
ORGANISATION_NAME = env("ORGANISATION_NAME", "Northlight")
WAGTAIL_SITE_NAME = SITE_NAME
BASE_URL = env("BASE_URL", "http://127.0.0.1:8000").rstrip("/")
WAGTAILADMIN_BASE_URL = BASE_URL
HELP_EMAIL = env("HELP_EMAIL", "social@northlight.example")

INSTALLED_APPS = [
    "config.apps.ConfigConfig",
    "home",
    "reports",
    "channels",
    "certificates",
    "quizzes",
    "items",
    "courses",
    "notifications",
    "accounts",
    "ledger",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "accounts.sign_in.apps.OwnSessionsConfig",
    "wagtail.contrib.forms",
    "wagtail.contrib.redirects",
    "wagtail.contrib.settings",
    "wagtail.contrib.simple_translation",
    "wagtail.locales",
    "wagtail.api.v3",
    "wagtail.embeds",
    "wagtail.sites",
    "config.editor.apps.EditorAccountsConfig",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "ninja",
    "django_filters",
    "django_tasks",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "config.failures.request_ids.RequestIdMiddleware",
    "config.middleware.HealthMiddleware",
    "config.failures.middleware.FailureMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "config.public_pages.PublicPageMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # Long lists weigh 70 KB uncompressed. Django adds random padding, so lengths reveal nothing (BREACH).
    "django.middleware.gzip.GZipMiddleware",
    "config.middleware.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "config.middleware.PersonLanguageMiddleware",
    "config.failures.middleware.MethodWordsMiddleware",
    "config.middleware.PersonTimeZoneMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "config.middleware.PrivatePagesMiddleware",
    "config.middleware.SecondStepMiddleware",
    "config.editor.editor_guard.EditorGuardMiddleware",
    "config.middleware.MovedPagesMiddleware",
    "config.editor.deleted.DeletedMeanwhileMiddleware",
    "config.editor.first_saves.FirstSaveMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "libraries": {"i18n": "home.templatetags.kept_words"},
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "home.context_processors.site",
            ],
        },
    },
]

_SQLITE = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": (
        "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA foreign_keys=ON;"
        "PRAGMA journal_size_limit=27103364;PRAGMA cache_size=-20000;"
    ),
}
DATABASES = {
    "default": dj_database_url.parse(
        env("DATABASE_URL", f"sqlite:///{VAR_DIR / 'postworthy.sqlite3'}"),
        conn_max_age=env_int("CONN_MAX_AGE", 600),
        conn_health_checks=True,
    )
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"] |= {"ENGINE": "config.sqlite_in_turn", "OPTIONS": _SQLITE}
elif not DATABASES["default"]["ENGINE"].endswith("postgresql"):
    raise ImproperlyConfigured("DATABASE_URL must name a sqlite or a postgres database.")
else:
    DATABASES["default"]["ENGINE"] = "config.postgresql_at_hand"
    _options = DATABASES["default"].setdefault("OPTIONS", {})
    _options.setdefault("connect_timeout", 5)
    # A statement that comes again is prepared: the server plans it once for each connection.
    _options.setdefault("server_side_binding", True)
    _options.setdefault("prepare_threshold", 2)
    # Compiling a plan takes longer than any of our questions takes to answer (docs/performance.md).
    _options["options"] = f"-c jit=off {_options.get('options', '')}".strip()
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Lock-outs (allauth's, in "default") and rate limits (accounts.rate_limits, in "counters") are shared and must not
# be evicted. "calls" counts the API's calls, in each process for itself: a decision waits for no counter.
CACHES = {
    "default": {
        "BACKEND": "config.counters.DatabaseLimits",
        "LOCATION": "cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    },
    "counters": {"BACKEND": "config.counters.DatabaseCounters", "LOCATION": "counters"},
    "calls": {
        "BACKEND": "config.counters.MemoryCounters",
        "LOCATION": "calls",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    },
    "pages": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "pages",
        "OPTIONS": {"MAX_ENTRIES": 2_000},
        "TIMEOUT": 60,
    },
}

TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["home.backends.PersonBackend"]
PASSWORD_HASHERS = [
    "accounts.sign_in.hashers.SparingArgon2Hasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "accounts.sign_in.passwords.LongEnoughValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "accounts.sign_in.passwords.UncommonValidator"},
    {"NAME": "accounts.sign_in.passwords.UnlikePersonValidator"},
]
LOGIN_URL = "/accounts/login/"
LOGIN_REDIRECT_URL = "/me/"
LOGOUT_REDIRECT_URL = "/"

ACCOUNT_ADAPTER = "accounts.sign_in.adapters.ClosedAccountAdapter"
ACCOUNT_FORMS = {
    "login": "accounts.sign_in.forms.LoginForm",
    "reauthenticate": "accounts.sign_in.forms.ReauthenticateForm",
    "change_password": "accounts.sign_in.forms.ChangePasswordForm",
    "set_password": "accounts.sign_in.forms.SetPasswordForm",
    "reset_password": "accounts.sign_in.forms.ResetPasswordForm",
    "reset_password_from_key": "accounts.sign_in.forms.ResetPasswordKeyForm",
}
# What a request leaves for afterwards is done by a thread; True does it at once (for tests).
RUN_LATER_AT_ONCE = False
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # HR vouches for every address; nobody can sign up.
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_CHANGE_EMAIL = False
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if BASE_URL.startswith("https") else "http"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ALLAUTH_TRUSTED_PROXY_COUNT = env_int("TRUSTED_PROXY_COUNT", 0)
MFA_FORMS = {
    "authenticate": "accounts.sign_in.forms.AuthenticateForm",
    "reauthenticate": "accounts.sign_in.forms.ConfirmCodeForm",
    "activate_totp": "accounts.sign_in.forms.ActivateTOTPForm",
}
MFA_ADAPTER = "accounts.sign_in.adapters.TwoFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_TOLERANCE = 1
# Who has to have a second step to sign in; production says whether that is asked for.
REQUIRE_TWO_STEP = False
TWO_STEP_ROLES = env_choices(
    "TWO_STEP_ROLES",
    "superuser,hr,governance",
    ("superuser", "author", "reviewer", "hr", "auditor", "regional_lead", "governance"),
)
MFA_ALLOW_UNVERIFIED_EMAIL = True  # HR vouches for every address, so nobody holds somebody else's.

EMAIL_BACKEND = env("EMAIL_BACKEND", "django.core.mail.backends.filebased.EmailBackend")
EMAIL_FILE_PATH = VAR_DIR / "mail"
EMAIL_HOST = env("EMAIL_HOST", "localhost")
EMAIL_PORT = env_int("EMAIL_PORT", 25)
EMAIL_TIMEOUT = 10  # seconds: a mail server that hangs holds up no request for longer
# People read the organisation's name as the sender; an address alone gets it, too.
DEFAULT_FROM_EMAIL = name_sender(env("DEFAULT_FROM_EMAIL") or HELP_EMAIL, ORGANISATION_NAME)

LANGUAGE_CODE = "en"
LANGUAGES = WAGTAIL_CONTENT_LANGUAGES = [
    ("en", _("English")),
    ("fi", _("Finnish")),
    ("pt-br", _("Brazilian Portuguese")),
]
LOCALE_PATHS = [BASE_DIR / "locale"]
WAGTAIL_I18N_ENABLED = True
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_URL = "/media/"
MEDIA_ROOT = VAR_DIR / "media"
# Pictures and static files, too, are the site's own, unless a proxy of another account serves them.
_SHARED = env_bool("GROUP_READS_FILES", default=False)
FILE_UPLOAD_PERMISSIONS = 0o640 if _SHARED else 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o750 if _SHARED else 0o700
# Where the proxy has `var/media` for answers with X-Accel-Redirect; empty: the site sends the files itself.
MEDIA_BY_PROXY = env("MEDIA_BY_PROXY")
if MEDIA_BY_PROXY:
    MEDIA_BY_PROXY = f"/{MEDIA_BY_PROXY.strip('/')}/"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "config.storage.HashedStaticFilesStorage"},
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
# Brotli and gzip copies beside each file, made by collectstatic; not needed where the proxy compresses.
COMPRESS_STATIC_FILES = env_bool("COMPRESS_STATIC_FILES", default=True)

SESSION_ENGINE = "accounts.sign_in.sessions"
SESSION_COOKIE_AGE = 20 * 60 * 60
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_HTTPONLY = True
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000  # a long StreamField page in the editor
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"

WAGTAIL_FRONTEND_LOGIN_URL = "/accounts/login/"
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAILUSERS_PASSWORD_ENABLED = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_PRIVATE_PAGE_OPTIONS = {"SHARED_PASSWORD": False}
WAGTAILDOCS_PRIVATE_COLLECTION_OPTIONS = {"SHARED_PASSWORD": False}
WAGTAILDOCS_DOCUMENT_FORM_BASE = "courses.writing.documents.PrintableFileForm"
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAILDOCS_EXTENSIONS = ["pdf", "docx", "pptx", "xlsx", "csv", "txt"]
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 5 * 1024 * 1024
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 24_000_000
WAGTAILIMAGES_IMAGE_FORM_BASE = "quizzes.cms.kept_pictures.PictureForm"
WAGTAILIMAGES_EXTENSIONS = ["gif", "jpg", "jpeg", "png", "webp", "avif"]
WAGTAILEMBEDS_FINDERS: list[dict[str, str]] = []
WAGTAILAPI_DOCS_ENABLED = False
# What a reviewer corrects while approving goes live with the approval; authors are locked out meanwhile.
WAGTAIL_WORKFLOW_REQUIRE_REAPPROVAL_ON_EDIT = False
WAGTAIL_FINISH_WORKFLOW_ACTION = "courses.writing.reviews.publish_approved"

# Everything worth knowing goes to the error stream, with the number of the request; failures with their traceback.
ADMINS = [("", address) for address in env_list("ADMINS")]
SERVER_EMAIL = DEFAULT_FROM_EMAIL
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"request_id": {"()": "config.failures.request_ids.RequestIdFilter"}},
    "formatters": {
        "line": {"format": "%(asctime)s %(levelname)s %(name)s [%(request_id)s] %(message)s"}
    },
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "filters": ["request_id"],
            "formatter": "line",
        }
    },
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": [], "propagate": True},
        # A page that is not there is no news; a server error is.
        "django.request": {"level": "ERROR"},
    },
}

# Our `{% load i18n %}` stands in the place of Django's on purpose.
SILENCED_SYSTEM_CHECKS = ["templates.W003"]

# A tool may cache one decision for at most this many minutes.
DECISION_MAX_AGE_MINUTES = 15
VERIFY_RATE = env("VERIFY_RATE", "30/m/ip")
IMPORT_MAX_BYTES = env_int("IMPORT_MAX_BYTES", 10 * 1024 * 1024)
EXPORT_SCORE_PROFILES = env_list("EXPORT_SCORE_PROFILES")
# Where the head of the ledger goes whenever it is sealed: people, a file, an address. None of them is needed.
LEDGER_HEAD_MAILS = env_list("LEDGER_HEAD_MAILS")
LEDGER_HEAD_FILE = env("LEDGER_HEAD_FILE")
LEDGER_HEAD_URL = env("LEDGER_HEAD_URL")

# As many threads as granian runs in one process (it reads the same variable); 0: do not keep one free.
WEB_THREADS = env_int("GRANIAN_BLOCKING_THREADS", 0)

SECURE_HTTPS = env_bool("POSTWORTHY_HTTPS", default=True)
