"""敏感词 out of Excel: a line is a word and what happens to a message with it."""

from deliberations.models import WatchedWord
from deliberations.resources.messages import WordSheet
from deliberations.watching import bare
from govern.imports import cells
from govern.imports.fillings import CHANGED, SAME, Field, Filling, Sheet

WORD, EFFECT = "词", "遇到时"


class WordFilling(Filling):
    model = WatchedWord
    sheet = Sheet("敏感词", "个词", tuple(each.column_name for each in WordSheet.fields.values()))
    label_heads = (WORD,)

    def make_fields(self):
        effects = {label: value for value, label in WatchedWord.Effect.choices}
        return (
            Field(
                "word", WORD, is_required=True, example="加微信", hint="最多 20 个字，空格、标点和全角半角不用分别写。"
            ),
            Field(
                "effect",
                EFFECT,
                cells.choice(effects),
                example="先审后发",
                hint="不填就是先审后发。",
                options=tuple(effects),
            ),
        )

    def rows(self, lines):
        self.known = {bare(row.word): row for row in WatchedWord.objects.all()}
        return super().rows(lines)

    def check(self, row, line):
        word = WatchedWord(**row.values)
        if not bare(word.word):
            return row.refuse(WORD, "词里要有字或数字。")
        if self.is_twin(row, bare(word.word)):
            return None
        standing = self.known.get(bare(word.word))
        if standing is None:
            return self.judge(row, word, [])
        row.subject = standing
        if standing.effect == word.effect:
            row.action = SAME
            return None
        row.action, row.details = CHANGED, [f"{standing.get_effect_display()} → {word.get_effect_display()}"]
        standing.effect = word.effect
        return None

    def save(self, row):
        row.subject.save()
