"""The acts of the lists: see govern.acts."""

from govern.acts import Act, note_field

__all__ = ["Act", "note_field"]
