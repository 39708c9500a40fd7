"""A file looked at first, taken whole or not at all, once; and what became of it, for whoever clicks twice or waits."""

from dataclasses import dataclass

from auditlog.context import set_actor
from celery import current_app
from django.core.cache import cache
from django.db import IntegrityError, transaction

from govern.imports import shelf
from govern.imports.fillings import BAD, CHANGED, NEW, SAME, WHOLE_ROW
from govern.imports.workbooks import lines_of

MOST_REASONS = 20


@dataclass
class Preview:
    rows: list
    unknown: list  # heads of columns that nobody reads

    def count(self, action):
        return sum(row.action == action for row in self.rows)

    @property
    def new_count(self):
        return self.count(NEW)

    @property
    def changed_count(self):
        return self.count(CHANGED)

    @property
    def same_count(self):
        return self.count(SAME)

    @property
    def bad(self):
        return [row for row in self.rows if row.action == BAD]

    @property
    def good(self):
        return [row for row in self.rows if row.action in (NEW, CHANGED)]


def preview(filling, content):
    """What the .xlsx bytes `content` would do, as a Preview. Refusal where the file itself is wrong."""
    lines, unknown = lines_of(content, filling, most=filling.most)
    return Preview(filling.rows(lines), unknown)


def run(filling, content):
    """Take every line, or none: the Preview, whose bad rows are why nothing was written."""
    lines, unknown = lines_of(content, filling, most=filling.most)
    try:
        with transaction.atomic():
            found = Preview(filling.rows(lines), unknown)
            if not found.bad:
                filling.write(found.good)
            if found.bad:
                transaction.set_rollback(True)
    except IntegrityError:
        # Somebody wrote the same meanwhile, past the services' own questions.
        found.rows[0].refuse(WHOLE_ROW, "有别人刚刚写入了相同的内容，请重新上传看看。")
    return found


# --- What becomes of it -----------------------------------------------------------------------------------------------
QUEUED, DONE, REFUSED = "queued", "done", "refused"
NOT_A_LINE = "一行也没有导入，请重新上传。"


def _name(filling, token):
    return f"import:{filling.user.pk}:{filling.key}:{token}"


def outcome(filling, token):
    """{"state", "words", "lines"} of what was confirmed, and its "percent" while it runs; None for what was not."""
    return cache.get(_name(filling, token))


def settle(filling, token, found):
    """Write down, and return, what `run` did: the Preview `found`."""
    title, unit = filling.sheet.title, filling.sheet.unit
    lines = [f"第 {row.number} 行，{head}：{reason}" for row in found.bad[:MOST_REASONS] for head, reason in row.errors]
    words = f"{title}已导入：新增 {found.new_count} {unit}"
    words += f"，修改 {found.changed_count} {unit}。" if found.changed_count else "。"
    if found.bad:
        words = f"{title}有 {len(found.bad)} 行要改，{NOT_A_LINE}"
    state = {"state": REFUSED if found.bad else DONE, "words": words, "lines": lines}
    cache.set(_name(filling, token), state, shelf.KEPT_SECONDS)
    return state


def _queued(percent):
    return {"state": QUEUED, "words": "", "lines": [], "percent": percent}


def queue(filling, token):
    """Have a worker take a long file; of two clicks the second changes nothing."""
    state = _queued(0)
    if cache.add(_name(filling, token), state, shelf.KEPT_SECONDS):
        kind = type(filling)
        path = f"{kind.__module__}.{kind.__qualname__}"
        current_app.signature("accounts.tasks.import_file", args=[path, token, filling.user.pk]).delay()


def run_kept(filling, token, *, tell):
    """For the worker: take the file, `tell` in words what became of it."""
    content = shelf.take(filling.key, token, actor=filling.user)
    if content is None:
        return
    state = {"state": REFUSED, "words": f"{filling.sheet.title}导入时出错，{NOT_A_LINE}", "lines": []}
    name = _name(filling, token)
    filling.progress = lambda share: cache.set(name, _queued(round(100 * share)), shelf.KEPT_SECONDS)
    try:
        with set_actor(filling.user):
            state = settle(filling, token, run(filling, content))
    finally:
        cache.set(name, state, shelf.KEPT_SECONDS)
        tell(state["words"])
