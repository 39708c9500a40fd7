from django.apps import AppConfig


class DeliberationsConfig(AppConfig):
    name = "deliberations"
    verbose_name = "议事协商"

    def ready(self):
        from deliberations import deeds  # noqa: F401 - register what residents said of a unit
