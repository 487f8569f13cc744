"""Django settings; everything that differs between installations comes from `env`."""

from __future__ import annotations

from hashlib import sha256
from urllib.parse import unquote, urlsplit

from csp.constants import NONE, SELF

from hengke.config.env import REPOSITORY, env

BASE_DIR = REPOSITORY
DATA_DIR = env.data
SECRET_KEY = env.key()
DEBUG = env.debug
ALLOWED_HOSTS = env.allowed_hosts
CSRF_TRUSTED_ORIGINS = env.trusted_origins
TRUSTED_PROXY = env.trusted_proxy

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "csp",
    "hengke.engines.access",
    "hengke.engines.account",
    "hengke.engines.jobs",
    "hengke.engines.notices",
    "hengke.engines.records",
    "hengke.engines.collaboration",
    "hengke.modules.customers",
    "hengke.modules.activities",
    "hengke.modules.catalog",
    "hengke.modules.orders",
    "hengke.modules.insight",
    "hengke.faces",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "hengke.engines.access.middleware.ActorMiddleware",
    "hengke.faces.gate.GateMiddleware",
    "hengke.engines.access.leaks.middleware.ProtectionMiddleware",
    "hengke.faces.errors.ErrorMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "hengke.config.urls"
CSRF_FAILURE_VIEW = "hengke.faces.errors.forbidden"
WSGI_APPLICATION = "hengke.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "hengke.faces.context.shell",
            ],
        },
    },
]


def _database() -> dict[str, object]:
    if not env.database_url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": DATA_DIR / "hengke.sqlite3",
            "OPTIONS": {
                # IMMEDIATE: a reader that later writes never fails half-way on a stale snapshot.
                "transaction_mode": "IMMEDIATE",
                "timeout": 30,
                "init_command": (
                    "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA foreign_keys=ON;"
                    "PRAGMA secure_delete=ON;PRAGMA cache_size=-65536;PRAGMA temp_store=MEMORY;"
                    "PRAGMA mmap_size=268435456;PRAGMA wal_autocheckpoint=4000;"
                ),
            },
            # A file: the warehouse build opens the database a second time.
            # A thread keeps its connection: opening one and setting it up costs more than a list page's queries.
            "CONN_MAX_AGE": None,
            "TEST": {"NAME": DATA_DIR / "test.sqlite3"},
        }
    url = urlsplit(env.database_url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": url.path.lstrip("/"),
        "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or ""),
        "HOST": unquote(url.hostname or "").replace("%2f", "/"),
        "PORT": str(url.port or ""),
        "CONN_MAX_AGE": 60,
    }


DATABASES = {"default": _database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "access.User"
AUTHENTICATION_BACKENDS = ["hengke.engines.access.backend.UnitBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "hengke.engines.account.passwords.LongEnough", "OPTIONS": {"min_length": 10}},
    {"NAME": "hengke.engines.account.passwords.NotCommon"},
    {
        "NAME": "hengke.engines.account.passwords.NotTheName",
        "OPTIONS": {"user_attributes": ("username", "name")},
    },
    {"NAME": "hengke.engines.account.passwords.NotReused", "OPTIONS": {"keep": 5}},
]
PASSWORD_RESET_TIMEOUT = 3600  # one-time links of ./hengke users
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [REPOSITORY / "src" / "hengke" / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_THOUSAND_SEPARATOR = False


def _static_version() -> str:
    """Changes with any static file, so that browsers may keep each version for a year."""
    files = sorted((REPOSITORY / "src" / "hengke" / "faces" / "static").rglob("*.*"))
    marks = "".join(f"{path.name}{path.stat().st_size}{path.stat().st_mtime_ns}" for path in files)
    return sha256(marks.encode()).hexdigest()[:10]


STATIC_URL = f"static/{_static_version()}/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_ALLOW_ALL_ORIGINS = False
WHITENOISE_MAX_AGE = 31_536_000
FILE_UPLOAD_TEMP_DIR = None
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
MAX_UPLOAD_BYTES = 500 * 1024 * 1024
API_REQUESTS_PER_MINUTE, SERVER_PROCESSES = env.api_requests_per_minute, env.processes
API_ROWS_PER_HOUR = env.api_rows_per_hour
PRIVATE_NETWORKS = env.private_networks
MAX_REQUEST_BYTES = 4 * MAX_UPLOAD_BYTES
ATTACHMENT_BYTES = env.file_mb << 20
ATTACHMENTS_BYTES = int(env.files_gb * (1 << 30))
SCAN_COMMAND = env.scan_command
FILES_S3 = {
    "bucket": env.s3_bucket, "endpoint": env.s3_endpoint, "region": env.s3_region, "key": env.s3_key,
    "secret": env.s3_secret,
}  # fmt: skip

SESSION_ENGINE = "hengke.engines.account.sessions"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = (
    7 * 24 * 3600
)  # the row ends a session (account/policy.py); the cookie only must not be shorter
CSRF_COOKIE_SAMESITE = "Lax"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = env.https
SECURE_HSTS_SECONDS = 31_536_000 if env.https else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = env.https
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.https else None
SECURE_REDIRECT_EXEMPT = [r"^livez$", r"^readyz$"]

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    },
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"hengke": {"level": "INFO"}},
}
