from checklists.admin import categories, dispatches, needs, resources

__all__ = ["categories", "dispatches", "needs", "resources"]
