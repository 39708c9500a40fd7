"""Kinds of input of residents' forms: see accounts.fields."""

from accounts.fields import TOO_LONG, NamedChoiceField, PhoneField, WordsField, plain, show_refusal

__all__ = ["TOO_LONG", "NamedChoiceField", "PhoneField", "WordsField", "plain", "show_refusal"]
