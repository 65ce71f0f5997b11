"""Is this reading a name in disguise, and how was it hidden?"""

from __future__ import annotations

# Kinds that nobody writes by chance, for names of at least MIN_SURE characters.
DELIBERATE = frozenset(("separated", "pinyin", "repeated", "split"))
MIN_SURE = 3


def disguise_of(word: str, read: str, seen: str) -> str | None:
    """How ``word`` was hidden as ``seen`` (``read`` without separators); None when it is not hidden at all
    or the likeness is too thin to be more than chance."""
    if seen == word or any(char in "。!?;\n\x1e" for char in seen):
        return None
    if read == word:
        return _pulled_apart(word, read, seen)
    if any(char in ",、: " for char in seen) and not read.isascii():
        return None
    letters = sum("a" <= char <= "z" for char in read)
    if letters:
        same = sum(char in word for char in read if not "a" <= char <= "z")
        return "pinyin" if same or letters == len(read) else None
    if len(read) != len(word):
        return None  # repetition and homophones at once: chance
    same = sum(a == b for a, b in zip(word, read, strict=True))
    return "homophone" if 2 * same >= len(word) else None


def _pulled_apart(word: str, read: str, seen: str) -> str | None:
    if all("一" <= char <= "鿿" for char in seen):
        return "repeated"
    gaps = len(seen) - len(read)
    ordinary = sum(seen.count(char) for char in " ,、:")
    if ordinary == gaps and gaps < len(word) - 1:
        return None  # 双眼 皮肤: an ordinary space or comma between two words
    return "separated"
