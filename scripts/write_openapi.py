"""Write ``docs/reference/openapi.json`` from the REST API.

python scripts/write_openapi.py          writes the file
python scripts/write_openapi.py --check  exits with 1 if it is not up to date
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from ui.api.app import describe_api

TARGET = Path(__file__).resolve().parent.parent / "docs" / "reference" / "openapi.json"


def openapi_text() -> str:
    """The whole description, as the server gives it at ``/api/openapi.json``."""
    return json.dumps(describe_api(), indent=2, ensure_ascii=False) + "\n"


def main() -> int:
    """Write or check; the exit code."""
    text = openapi_text()
    if "--check" in sys.argv[1:]:
        fresh = TARGET.is_file() and TARGET.read_text(encoding="utf-8") == text
        if not fresh:
            print(f"{TARGET} is not up to date: run python scripts/write_openapi.py")
        return int(not fresh)
    TARGET.write_text(text, encoding="utf-8")
    print(f"Wrote {TARGET}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
