"""What an earlier build made, where nothing that it is made of has changed since."""

import hashlib
import json
from pathlib import Path


def kept(app, name, ingredients, make):
    """The text that make() gives, or gave for the same ingredients (texts, the code that makes it among them)."""
    state = hashlib.sha256("\0".join(ingredients).encode()).hexdigest()
    file = Path(app.doctreedir) / f"kept-{name}.json"
    if file.is_file():
        before = json.loads(file.read_text(encoding="utf-8"))
        if before["state"] == state:
            return before["text"]
    text = make()
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps({"state": state, "text": text}), encoding="utf-8")
    return text
