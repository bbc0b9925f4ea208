"""Write docs/reference/profile.schema.json from the models; run it after they changed."""

from __future__ import annotations

import json
from pathlib import Path

from interest.passport import profile_json_schema

_TARGET = Path(__file__).parents[1] / "docs" / "reference" / "profile.schema.json"


def main() -> None:
    _TARGET.parent.mkdir(parents=True, exist_ok=True)
    _TARGET.write_text(json.dumps(profile_json_schema(), indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
