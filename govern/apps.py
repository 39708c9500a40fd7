from axes.apps import AppConfig as AxesConfig
from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps


class GovernConfig(AppConfig):
    name = "govern"
    verbose_name = "平台"
    default = True


class WorkplaceConfig(admin_apps.AdminConfig):
    default = False
    default_site = "govern.admin.Workplace"


class LockOutConfig(AxesConfig):
    default = False
    verbose_name = "登录安全"
