from django.apps import AppConfig


class ChecklistsConfig(AppConfig):
    name = "checklists"
    verbose_name = "四张清单"

    def ready(self):
        from checklists import codes, deeds  # noqa: F401 - register what the lists tell of a unit, and their codes
