from django.apps import AppConfig


class PatrolsConfig(AppConfig):
    name = "patrols"
    verbose_name = "网格巡查"

    def ready(self):
        from patrols import codes  # noqa: F401 - registers what the matters are called
