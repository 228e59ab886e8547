"""How an item of content is scored (dossier B): present, weak, absent or not applicable, and by which place.

``weak`` is a text shorter than 15 characters or one that only points elsewhere; it counts as nothing and is kept apart
from ``absent``. A text that says why something cannot be said yet counts, with the flag ``reasoned-absence``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final, Literal

from mappings import tables
from mappings.documents import Message
from mappings.documents.datatypes import CS, CV
from mappings.documents.shape import Leaf, Part, leaves
from mappings.narrative import notes

Word = Literal["present", "weak", "absent", "n/a"]
SHORTEST: Final = 15
REASONED: Final = "reasoned-absence"

_ELSEWHERE: Final = re.compile(
    r"(se|jf\.?|ref\.?|vises til)\b.{0,30}\b(epikrise|journal|notat|vedlegg|rapport)\w*\.?", re.I
)
_NOT_KNOWN: Final = re.compile(
    r"\b(ikke|vanskelig|for tidlig|usikker\w*|uavklar\w*)\b.{0,60}"
    r"\b(anslå\w*|angi\w*|fastsette\w*|si|avklar\w*|vite|vurder\w*|bestem\w*)",
    re.I | re.S,
)
_BECAUSE: Final = re.compile(
    r"\b(fordi|siden|ettersom|på grunn av|pga\.?|grunnet|avventer|venter på|avhenger av)\b", re.I
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One point that the message shall have. ``xpath`` is what decided, or where it was looked for in vain."""

    key: str
    word: Word
    xpath: str
    flags: tuple[str, ...] = ()

    @property
    def counts(self) -> bool:
        """Whether it is part of what completeness is measured against."""
        return self.word != "n/a"


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """The content of one message against what was agreed (``items``) and against the standard (``extended``)."""

    message_id: str
    kind: str
    items: tuple[Item, ...]
    extended: tuple[Item, ...] = ()
    notes: tuple[Item, ...] = ()
    """What a person should look at though nothing is missing."""

    @property
    def present(self) -> int:
        """How many items are there."""
        return sum(item.word == "present" for item in self.items)

    @property
    def counted(self) -> int:
        """Of how many."""
        return sum(item.counts for item in self.items)

    @property
    def missing(self) -> tuple[Item, ...]:
        """Agreed items that are weak or absent."""
        return tuple(item for item in self.items if item.word in ("weak", "absent"))


def text(key: str, said: Iterable[Leaf], where: str) -> Item:
    """The best of these texts; ``where`` is told when there is none."""
    found = [Item(key=key, word=word_of(leaf), xpath=leaf.path, flags=_flags(leaf)) for leaf in said if leaf.strip()]
    order = ("present", "weak")
    return min(found, key=lambda item: order.index(item.word), default=absent(key, where))


def word_of(said: str) -> Literal["present", "weak"]:
    """Whether a text says anything."""
    plain = " ".join(said.split())
    if is_reasoned(plain):
        return "present"
    return "weak" if len(plain) < SHORTEST or _ELSEWHERE.fullmatch(plain) else "present"


def is_reasoned(said: str) -> bool:
    """Whether the text says that something cannot be said yet, and why."""
    return bool(_NOT_KNOWN.search(said) and _BECAUSE.search(said))


def _flags(leaf: Leaf) -> tuple[str, ...]:
    return (REASONED,) if is_reasoned(leaf) else ()


def there(key: str, part: Part | Leaf | None, where: str) -> Item:
    """Present when the message has this element with any value in it."""
    path = part.path if isinstance(part, Leaf) else next((leaf.path for _, _, leaf in leaves(part)), "") if part else ""
    return Item(key=key, word="present", xpath=path) if path else absent(key, where)


def absent(key: str, where: str) -> Item:
    """Looked for and not found."""
    return Item(key=key, word="absent", xpath=where)


def not_asked(key: str, where: str = "") -> Item:
    """Not to be expected in this message."""
    return Item(key=key, word="n/a", xpath=where)


def flagged(item: Item, *flags: str) -> Item:
    """The same item with more said about it."""
    return replace(item, flags=(*item.flags, *flags))


def headed(message: Message, *headings: tuple[int, str]) -> Iterator[Leaf]:
    """The notes under these headings (list and code), and the remarks on them."""
    for note in notes(message.payload):
        if note.overskriftskode and heading_of(note.overskriftskode) in headings:
            yield note.notat
            if note.merknad:
                yield note.merknad


def heading_of(coded: CV) -> tuple[int, str]:
    """The list and the code; code 1 means another thing in each list."""
    listed = tables.list_number(coded.s) if coded.s else None
    return int(listed or 0), str(coded.v or "")


def place(list_number: int, code: str) -> str:
    """Where a note under a heading stands."""
    system = f"{tables.CODE_LISTS}{list_number}"
    return f"//Journaltekst[Overskriftskode[@S='{system}' and @V='{code}']]/Notat"


def code_of(coded: CS | CV | None) -> str:
    """The code, or nothing."""
    return str(coded.v or "") if coded else ""
