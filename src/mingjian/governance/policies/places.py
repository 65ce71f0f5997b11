"""Where the fields of a YAML text stand, so that a mistake can be told with its line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import yaml


@dataclass(frozen=True, slots=True)
class Places:
    """Field (``clauses[2].then.measure``) → line from 1."""

    lines: Mapping[str, int]

    def line(self, field: str) -> int | None:
        """The line of a field, or of the nearest thing around it that is there; None for the whole text."""
        while field:
            if field in self.lines:
                return self.lines[field]
            field = field[: max(field.rfind("."), field.rfind("["), 0)]
        return None


def places(text: str) -> Places:
    """The places of a text. Raises yaml.YAMLError when it is none, for a field written twice, and for anchors: a small
    text could unfold without end."""
    for token in yaml.scan(text, Loader=yaml.SafeLoader):
        if isinstance(token, yaml.AnchorToken | yaml.AliasToken):
            raise yaml.scanner.ScannerError(None, None, "不能使用锚点与别名(& 和 *)", token.start_mark)
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    lines: dict[str, int] = {}
    if root is not None:
        _walk(root, "", lines)
    return Places(lines)


def _walk(node: yaml.Node, path: str, lines: dict[str, int]) -> None:
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            name = str(key.value)
            if name in seen:
                raise yaml.constructor.ConstructorError(None, None, f"“{name}”写了两次", key.start_mark)
            seen.add(name)
            here = f"{path}.{name}" if path else name
            lines[here] = key.start_mark.line + 1
            _walk(value, here, lines)
    elif isinstance(node, yaml.SequenceNode):
        for number, value in enumerate(node.value):
            here = f"{path}[{number}]"
            lines[here] = value.start_mark.line + 1
            _walk(value, here, lines)
