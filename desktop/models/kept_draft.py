"""A message as it stands on the page, right or wrong: what can be put aside and brought back."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields


@dataclass(frozen=True, slots=True)
class KeptDraft:
    """The fields of Compose as they were typed; nothing of them is checked."""

    recipients: str = ""
    account: str = ""
    sender: str = ""
    by_template: bool = False
    text: str = ""
    template_id: str = ""
    variables: str = ""
    request_id: str = ""
    """The number of the order that was begun with it. While it is unchanged it keeps it, so it is never sent twice."""

    @property
    def is_empty(self) -> bool:
        """Whether nobody would miss it: an account or a sender alone is no message."""
        return not any(part.strip() for part in (self.recipients, self.text, self.template_id, self.variables))

    def to_json(self) -> str:
        return json.dumps(asdict(self))  # in ASCII: a field may hold half a character

    @classmethod
    def from_json(cls, text: str) -> KeptDraft:
        """Raises ValueError if this is no draft; what this version does not know is left out."""
        found = json.loads(text)
        if not isinstance(found, dict):
            raise ValueError("a draft is an object")
        known = {field.name: found[field.name] for field in fields(cls) if field.name in found}
        wrong = [name for name, value in known.items() if type(value) is not (bool if name == "by_template" else str)]
        if wrong:
            raise ValueError(f"not of the right kind: {', '.join(wrong)}")
        return cls(**known)
