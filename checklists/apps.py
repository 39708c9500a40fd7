from django.apps import AppConfig


class ChecklistsConfig(AppConfig):
    name = "checklists"
    verbose_name = "四张清单"

    def ready(self):
        from checklists import deeds  # noqa: F401 - registers what the lists tell of a unit
