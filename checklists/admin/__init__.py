from checklists.admin import activities, answers, categories, dispatches, needs, projects, resources, rotas, runs

__all__ = ["activities", "answers", "categories", "dispatches", "needs", "projects", "resources", "rotas", "runs"]
