"""What holds everywhere. Each sibling module states only what differs; DEBUG is off unless a person turns it on."""

from datetime import timedelta
from pathlib import Path

import environ
from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.urls import reverse_lazy

env = environ.Env()

BASE_DIR = Path(__file__).resolve().parent.parent.parent
VAR_DIR = Path(env("VAR_DIR", default=str(BASE_DIR / "var")))

DEBUG = False
SECRET_KEY = env("SECRET_KEY", default="")
# Fernet keys for personal data at rest, newest first: the first encrypts, all decrypt.
FIELD_KEYS = env.list("FIELD_KEYS", default=[])
# Key of the blind index by which encrypted phones are found. It cannot rotate without a re-index.
INDEX_KEY = env("INDEX_KEY", default="")

ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
# How many reverse proxies stand before the server; 0 means the peer's own address is the client's.
TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=0)
# The address residents reach the platform at, for QR posters and signed links made outside a request.
PUBLIC_URL = env("PUBLIC_URL", default="http://127.0.0.1:8000").rstrip("/")

INSTALLED_APPS = [
    "govern",
    "unfold.apps.BasicAppConfig",
    "unfold.contrib.filters",
    "unfold.contrib.forms",
    "unfold.contrib.import_export",
    "govern.apps.WorkplaceConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "mptt",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "import_export",
    "django_htmx",
    "csp",
    "govern.apps.LockOutConfig",
    "auditlog",
    "accounts",
    "organizations",
    "cadres",
    "grids",
    "volunteers",
    "checklists",
    "patrols",
    "deliberations",
    "dashboards",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "govern.middleware.keep_private",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "auditlog.middleware.AuditlogMiddleware",
    "axes.middleware.AxesMiddleware",
    "govern.middleware.refuse_null_bytes",
]

ROOT_URLCONF = "govern.urls"
WSGI_APPLICATION = "govern.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "govern.context.reading",
                "govern.context.places",
            ],
        },
    }
]

# --- Database -------------------------------------------------------------------------------------------------------
# Services own their transactions: ATOMIC_REQUESTS would hold a resource's lock while a page renders.
DATABASES = {"default": env.db_url("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'govern.sqlite3'}")}
DATABASES["default"]["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=60)
# A kept connection is asked whether it lives before it is used again: a restarted server costs nobody an error.
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 20,
        # A deferred transaction that turns into a writer fails at once with "database is locked"; this one queues.
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA busy_timeout=20000",
    }
else:
    # Many short queries on a disk without a head: compiling one costs more than it saves, and an index read is cheap.
    DATABASES["default"]["OPTIONS"] = {"options": "-c jit=off -c random_page_cost=1.1"}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Cache and broker -----------------------------------------------------------------------------------------------
REDIS_URL = env("REDIS_URL", default="")
if REDIS_URL:
    # A Redis that is silent holds nobody up: a page goes on without what it would have counted or queued there.
    PATIENCE = {"socket_connect_timeout": 1, "socket_timeout": 2}
    CACHES = {"default": {"BACKEND": "govern.cache.RedisCache", "LOCATION": REDIS_URL, "OPTIONS": PATIENCE}}
    CELERY_BROKER_URL = REDIS_URL
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        **PATIENCE,
        # A killed worker's tasks come back after this; every task is shorter and idempotent.
        "visibility_timeout": 300,
        "unacked_restore_interval": 2,
        "unacked_restore_throttle": 1,
    }
else:
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
            "LOCATION": VAR_DIR / "cache",
            "OPTIONS": {"MAX_ENTRIES": 20_000},  # above it entries go at random, the counters of rate limits too
        }
    }
    CELERY_BROKER_URL = "filesystem://localhost//"
    CELERY_BROKER_TRANSPORT = "govern.broker.Transport"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(VAR_DIR / "broker" / "queue"),
        "data_folder_out": str(VAR_DIR / "broker" / "queue"),
        "control_folder": str(VAR_DIR / "broker" / "control"),
        "polling_interval": 0.1,
    }

CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # a worker outlives any outage of its broker
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0, "interval_step": 0.2, "interval_max": 0.2}
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT = 120
CELERY_TASK_SOFT_TIME_LIMIT = 100
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TIMEZONE = "Asia/Shanghai"
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "celerybeat-schedule")
CELERY_BEAT_SCHEDULE = {
    "a worker is heard": {"task": "govern.tasks.beat_heart", "schedule": timedelta(seconds=15)},
    "stale sessions": {"task": "govern.tasks.clear_sessions", "schedule": timedelta(days=1)},
    "lost matching tasks": {"task": "checklists.tasks.matching.match_open_needs", "schedule": timedelta(minutes=1)},
    "unanswered dispatches": {
        "task": "checklists.tasks.dispatches.expire_dispatches",
        "schedule": timedelta(minutes=1),
    },
    "deadline reminders": {"task": "checklists.tasks.needs.remind_deadlines", "schedule": timedelta(minutes=5)},
    "claims that run out": {"task": "checklists.tasks.claims.expire_claims", "schedule": timedelta(minutes=10)},
    "claims that are due": {"task": "checklists.tasks.claims.remind_claims", "schedule": timedelta(hours=6)},
    "suspensions that end": {"task": "checklists.tasks.needs.resume_needs", "schedule": timedelta(minutes=5)},
    "resources that run out": {"task": "checklists.tasks.resources.remind_expiries", "schedule": timedelta(hours=6)},
    "grabs that nobody took": {"task": "checklists.tasks.resources.close_grabs", "schedule": timedelta(minutes=5)},
    "agreements that end": {"task": "organizations.tasks.remind_expiries", "schedule": timedelta(hours=6)},
    "quarters without a joint meeting": {"task": "organizations.tasks.remind_leagues", "schedule": timedelta(hours=12)},
    "terms that end": {"task": "organizations.tasks.remind_terms", "schedule": timedelta(hours=12)},
    "probations that end": {"task": "organizations.tasks.remind_probations", "schedule": timedelta(hours=12)},
    "the first of January": {"task": "cadres.tasks.prepare_simulations", "schedule": timedelta(hours=6)},
    "turns that begin": {"task": "checklists.tasks.rotas.remind_turns", "schedule": timedelta(hours=1)},
    "turns that ended": {"task": "checklists.tasks.rotas.hand_over_turns", "schedule": timedelta(hours=1)},
    "activities that begin": {"task": "checklists.tasks.activities.remind_activities", "schedule": timedelta(hours=1)},
    "parts that ended": {"task": "checklists.tasks.voices.settle_splits", "schedule": timedelta(minutes=5)},
    "questions unanswered": {"task": "checklists.tasks.voices.report_inquiries", "schedule": timedelta(minutes=10)},
    "matching runs that are due": {"task": "checklists.tasks.runs.start_due_runs", "schedule": timedelta(minutes=10)},
    "matching runs that died": {"task": "checklists.tasks.runs.resume_runs", "schedule": timedelta(minutes=1)},
    "old assignments": {"task": "checklists.tasks.runs.forget_assignments", "schedule": timedelta(days=1)},
    "projects that are due": {"task": "checklists.tasks.projects.remind_projects", "schedule": timedelta(hours=6)},
    "words that come back": {
        "task": "patrols.tasks.channels.tell_all_recurring_words",
        "schedule": crontab(minute="30", hour="7", day_of_week="mon"),
    },
    "errands that are due": {"task": "patrols.tasks.channels.remind_errands", "schedule": timedelta(hours=6)},
    "codes that expired": {"task": "accounts.tasks.forget_phone_codes", "schedule": timedelta(hours=1)},
    "years not appraised": {
        "task": "volunteers.tasks.year_reviews.remind_year_reviews",
        "schedule": timedelta(hours=12),
    },
    "imports left lying": {"task": "govern.tasks.clear_imports", "schedule": timedelta(minutes=15)},
    "incidents that are due": {
        "task": "patrols.tasks.incidents.remind_incidents",
        "schedule": timedelta(minutes=5),
    },
    "incidents that wake": {"task": "patrols.tasks.incidents.wake_incidents", "schedule": timedelta(minutes=10)},
    "incidents left overdue": {"task": "patrols.tasks.incidents.escalate_incidents", "schedule": timedelta(minutes=10)},
    "whistles unanswered": {"task": "patrols.tasks.incidents.report_absences", "schedule": timedelta(minutes=1)},
    "series to be filled": {"task": "volunteers.tasks.sessions.fill_all_series", "schedule": timedelta(hours=6)},
    "sessions that begin": {"task": "volunteers.tasks.sessions.remind_sessions", "schedule": timedelta(minutes=10)},
    "sessions that are over": {"task": "volunteers.tasks.sessions.close_sessions", "schedule": timedelta(minutes=10)},
    "stars that were reached": {"task": "volunteers.tasks.stars.sweep_stars", "schedule": timedelta(hours=12)},
    "reports not called": {"task": "volunteers.tasks.reports.remind_all_reports", "schedule": timedelta(hours=6)},
    "posts that end": {"task": "volunteers.tasks.positions.settle_positions", "schedule": timedelta(hours=1)},
    "rated or silent needs": {"task": "checklists.tasks.needs.close_needs", "schedule": timedelta(minutes=10)},
    "surveys that are over": {"task": "deliberations.tasks.surveys.close_over_surveys", "schedule": timedelta(hours=1)},
    "surveys to begin and to end": {
        "task": "deliberations.tasks.surveys.remind_surveys",
        "schedule": timedelta(hours=12),
    },
    "clocks of mediation": {"task": "deliberations.tasks.mediation.remind_cases", "schedule": timedelta(hours=6)},
    "meetings that begin": {"task": "deliberations.tasks.hearings.remind_hearings", "schedule": timedelta(minutes=10)},
    "what meetings left": {"task": "deliberations.tasks.hearings.remind_aftermath", "schedule": timedelta(hours=6)},
    "invitations that were lost": {
        "task": "deliberations.tasks.calling.tell_untold_attendees",
        "schedule": timedelta(hours=1),
    },
    "mediators' terms that end": {
        "task": "deliberations.tasks.mediators.remind_of_terms",
        "schedule": timedelta(days=1),
    },
    "messages that wait": {"task": "deliberations.tasks.messages.remind_all_messages", "schedule": timedelta(hours=3)},
    "summaries of the week": {"task": "dashboards.tasks.send_summaries", "schedule": timedelta(hours=1)},
}

# --- People ---------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "organizations.backends.PostBackend",
    "volunteers.backends.PhoneCodeBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = reverse_lazy("accounts:login")
LOGIN_REDIRECT_URL = reverse_lazy("accounts:home")
LOGOUT_REDIRECT_URL = reverse_lazy("accounts:login")

# Five failures lock the pair of name and address for a quarter of an hour (GB/T 22239-2019, 8.1.4.1).
AXES_FAILURE_LIMIT = env.int("LOGIN_FAILURE_LIMIT", default=5)
AXES_COOLOFF_TIME = timedelta(minutes=env.int("LOGIN_LOCKOUT_MINUTES", default=15))
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_CALLABLE = "accounts.services.name_to_lock"
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_TEMPLATE = "accounts/user_locked.html"
AXES_IPWARE_PROXY_COUNT = TRUSTED_PROXY_COUNT or None
AXES_IPWARE_META_PRECEDENCE_ORDER = ["HTTP_X_FORWARDED_FOR", "REMOTE_ADDR"] if TRUSTED_PROXY_COUNT else ["REMOTE_ADDR"]
AXES_DISABLE_ACCESS_LOG = False
AXES_VERBOSE = False

SESSION_ENGINE = "govern.sessions"
SESSION_COOKIE_AGE = 60 * env.int("SESSION_IDLE_MINUTES", default=60)
SESSION_SAVE_EVERY_REQUEST = True  # the age counts from the last request: an idle desk signs out
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "govern.views.csrf_failed"

AUDITLOG_INCLUDE_ALL_MODELS = False
AUDITLOG_DISABLE_REMOTE_ADDR = False
AUDITLOG_MASK_CALLABLE = "govern.fields.mask_all"  # its own leaves half of a phone number readable

RATELIMIT_IP_META_KEY = "govern.views.client_address"
# The file cache counts with a read and a write: near enough for the embedded default, and Redis counts exactly.
SILENCED_SYSTEM_CHECKS = ["django_ratelimit.E003", "django_ratelimit.W001"]

# --- Messages to phones ---------------------------------------------------------------------------------------------
# The dotted path of accounts.channels' function that sends; empty: this installation has no way, and nobody signs in by
# phone.
MESSAGE_CHANNEL = env("MESSAGE_CHANNEL", default="")
MESSAGE_GATEWAY_URL = env("MESSAGE_GATEWAY_URL", default="")
MESSAGE_GATEWAY_TOKEN = env("MESSAGE_GATEWAY_TOKEN", default="")

# --- Words and time -------------------------------------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文")]
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True
LOCALE_PATHS = [BASE_DIR / "locale"]

# --- Files ----------------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    # Photos have no public address: a view hands each one out after asking who wants it.
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": VAR_DIR / "media"}},
    # Papers and signatures of mediation cases lie there encrypted.
    "sealed": {"BACKEND": "deliberations.sealing.SealedStorage", "OPTIONS": {"location": VAR_DIR / "media"}},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_PERMISSIONS = 0o640

# --- Headers --------------------------------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "manifest-src": [SELF],
        "worker-src": [SELF],
    }
}
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# --- API ------------------------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["govern.api.ModelPermissions"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_PAGINATION_CLASS": "rest_framework.pagination.PageNumberPagination",
    "PAGE_SIZE": 50,
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_THROTTLE_CLASSES": ["rest_framework.throttling.UserRateThrottle"],
    "DEFAULT_THROTTLE_RATES": {"user": "600/min"},
    "EXCEPTION_HANDLER": "govern.api.domain_errors",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "党建引领社区治理平台接口",
    "VERSION": "1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.IsAuthenticated"],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "ENUM_NAME_OVERRIDES": {
        "GridLevelEnum": "grids.models.Grid.Level",
        "IncidentLevelEnum": "patrols.models.Incident.Level",
    },
}

# --- Excel ----------------------------------------------------------------------------------------------------------
IMPORT_EXPORT_USE_TRANSACTIONS = True  # one bad row and nothing is imported
IMPORT_EXPORT_SKIP_ADMIN_LOG = False

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"govern": {"level": "INFO"}, "axes": {"level": "ERROR"}},
}

# --- The staff's workplace ------------------------------------------------------------------------------------------
UNFOLD = {
    "SITE_TITLE": "党建引领社区治理平台",
    "SITE_HEADER": "社区治理工作台",
    "SITE_SUBHEADER": "党建引领社区治理平台",
    "SITE_URL": "/",
    "SITE_SYMBOL": "flag",
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": "govern.admin.favicon"}],
    "SHOW_HISTORY": True,
    "SHOW_VIEW_ON_SITE": False,
    "SHOW_BACK_BUTTON": True,
    "THEME": "light",
    "BORDER_RADIUS": "8px",
    "STYLES": ["govern.admin.stylesheet"],
    "SCRIPTS": ["govern.admin.base_script", "govern.admin.workplace_script", "govern.admin.queue_script"],
    "DASHBOARD_CALLBACK": "deliberations.admin.queue.work_queue",
    "ACCOUNT": {
        "navigation": [
            {"title": "消息", "link": reverse_lazy("accounts:notification_list")},
            {"title": "修改密码", "link": reverse_lazy("accounts:password_change")},
        ]
    },
    "COLORS": {
        "primary": {
            "50": "#fdf3f3",
            "100": "#fbe4e5",
            "200": "#f7cccd",
            "300": "#f0a6a9",
            "400": "#e4747a",
            "500": "#cf3d45",
            "600": "#b3181e",
            "700": "#8f1117",
            "800": "#7a1318",
            "900": "#67161a",
            "950": "#38070a",
        }
    },
    "SIDEBAR": {"show_search": False, "show_all_applications": False, "navigation": "govern.admin.navigation"},
}
