"""Excel into the four lists: looked at first, taken whole or not at all, once.

Between preview and confirmation the file lies encrypted in VAR_DIR, under a name that holds its owner, its list and an
unguessable token; it is gone with the confirmation, and after an hour in any case.
"""

import re
import secrets
import time
from dataclasses import dataclass

from auditlog.context import set_actor
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from accounts.services import notify
from checklists.columns import LISTS
from checklists.imports import FILLINGS
from checklists.imports.fillings import BAD, CHANGED, NEW, SAME, WHOLE_ROW
from checklists.imports.workbooks import lines_of
from govern.fields import seal, unseal
from organizations.parameters import parameter

KEPT_SECONDS = 3600
IN_REQUEST = 200  # lines that are written while the browser waits: some four seconds
MOST_REASONS = 20
TOKEN = re.compile("[0-9a-f]{48}")


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


def preview(checklist, content, *, actor):
    """What the .xlsx bytes `content` would do to the list of that key. Refusal where the file itself is wrong."""
    filling = FILLINGS[checklist](actor)
    lines, unknown = lines_of(content, filling, most=int(parameter("import_max_rows")))
    return _looked_at(filling, lines, unknown)


def _looked_at(filling, lines, unknown):
    return Preview(filling.rows(lines), unknown)


def run(checklist, content, *, actor):
    """Take every line, or none: the Preview, whose bad rows are why nothing was written."""
    filling = FILLINGS[checklist](actor)
    lines, unknown = lines_of(content, filling, most=int(parameter("import_max_rows")))
    try:
        with transaction.atomic():
            found = _looked_at(filling, lines, unknown)
            if not found.bad:
                for row in found.good:
                    _save(filling, row)
            if found.bad:
                transaction.set_rollback(True)
    except IntegrityError:
        # Somebody wrote the same meanwhile, past the services' own questions.
        found.rows[0].refuse(WHOLE_ROW, "有别人刚刚写入了相同的内容，请重新上传看看。")
    return found


def _save(filling, row):
    try:
        with transaction.atomic():
            filling.save(row)
    except ValidationError as error:
        filling.tell(row, error)
    except PermissionDenied as error:
        row.refuse(WHOLE_ROW, str(error) or "您没有这个权限。")


# --- The file between preview and confirmation ------------------------------------------------------------------------
def _folder():
    folder = settings.VAR_DIR / "imports"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _path(checklist, token, actor):
    return _folder() / f"{actor.pk}-{checklist}-{token}"


def keep(checklist, content, *, actor):
    """Lay the file aside and return its token."""
    clear()
    token = secrets.token_hex(24)
    path = _path(checklist, token, actor)
    path.touch(mode=0o600)
    path.write_bytes(seal(content))
    return token


def kept(checklist, token, *, actor):
    """The bytes laid aside under `token`, or None: taken, too old, or somebody else's."""
    path = _path(checklist, token, actor)
    try:
        return unseal(path.read_bytes()) if time.time() - path.stat().st_mtime < KEPT_SECONDS else None
    except FileNotFoundError:
        return None


def take(checklist, token, *, actor):
    """The bytes under `token`, for one caller only: of two clicks at once the second finds nothing."""
    path = _path(checklist, token, actor)
    mine = path.with_suffix(f".{secrets.token_hex(4)}")
    content = kept(checklist, token, actor=actor)
    if content is None:
        return None
    try:
        path.rename(mine)
    except FileNotFoundError:
        return None
    mine.unlink()
    return content


def is_token(text):
    """Whether `text` could be one of ours: what an address carries becomes part of a file's name."""
    return TOKEN.fullmatch(text) is not None


def drop(checklist, token, *, actor):
    _path(checklist, token, actor).unlink(missing_ok=True)


def clear():
    """Remove what nobody confirmed."""
    for path in _folder().iterdir():
        if time.time() - path.stat().st_mtime > KEPT_SECONDS:
            path.unlink(missing_ok=True)


# --- What becomes of it, for whoever clicks twice or waits ----------------------------------------------------------
QUEUED, DONE, REFUSED = "queued", "done", "refused"
NOT_A_LINE = "一行也没有导入，请重新上传。"


def _key(checklist, token, actor):
    return f"import:{actor.pk}:{checklist}:{token}"


def outcome(checklist, token, *, actor):
    """{"state", "words", "lines"} of what was confirmed; None for what was not."""
    return cache.get(_key(checklist, token, actor))


def settle(checklist, token, found, *, actor):
    """Write down, and return, what `run` did: the Preview `found`."""
    title, unit = LISTS[checklist].title, LISTS[checklist].unit
    lines = [f"第 {row.number} 行，{head}：{reason}" for row in found.bad[:MOST_REASONS] for head, reason in row.errors]
    words = f"{title}已导入：新增 {found.new_count} {unit}"
    words += f"，修改 {found.changed_count} {unit}。" if found.changed_count else "。"
    if found.bad:
        words = f"{title}有 {len(found.bad)} 行要改，{NOT_A_LINE}"
    state = {"state": REFUSED if found.bad else DONE, "words": words, "lines": lines}
    cache.set(_key(checklist, token, actor), state, KEPT_SECONDS)
    return state


def queue(checklist, token, *, actor):
    """Have a worker take a long file; of two clicks the second changes nothing."""
    from checklists.tasks import import_list

    if cache.add(_key(checklist, token, actor), {"state": QUEUED, "words": "", "lines": []}, KEPT_SECONDS):
        import_list.delay(checklist, token, actor.pk)


def run_kept(checklist, token, *, actor):
    """For the worker: take the file, say in the inbox what became of it."""
    content = take(checklist, token, actor=actor)
    if content is None:
        return
    state = {"state": REFUSED, "words": f"{LISTS[checklist].title}导入时出错，{NOT_A_LINE}", "lines": []}
    try:
        with set_actor(actor):
            state = settle(checklist, token, run(checklist, content, actor=actor), actor=actor)
    finally:
        cache.set(_key(checklist, token, actor), state, KEPT_SECONDS)
        link = f"/admin/checklists/{LISTS[checklist].model.lower()}/import/{token}/"
        notify([actor], text=state["words"], link=link)
