"""Ask a database of vulnerabilities (OSV, https://osv.dev) about all that the image is made of, in one request.

``python container/audit.py [LOCK]``: 0 nothing known, 1 vulnerabilities, 2 no data, which is no good news.
"""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import httpx

# A region without a way out names its own mirror; the form is that of api.osv.dev.
ADDRESS = os.environ.get("OSV_ADDRESS", "https://api.osv.dev")
_PINNED = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", re.MULTILINE)
_SECONDS = 30


def main(lock: Path) -> int:
    """Print what is known of each package of a lock."""
    pinned = _PINNED.findall(lock.read_text("utf-8"))
    asked = [{"package": {"ecosystem": "PyPI", "name": name}, "version": version} for name, version in pinned]
    try:
        answer = httpx.post(f"{ADDRESS}/v1/querybatch", json={"queries": asked}, timeout=_SECONDS)
        answer.raise_for_status()
        results = answer.json()["results"]
    except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
        return _say(2, f"no data: {ADDRESS} can't be asked ({type(error).__name__}). Nothing is known about {lock}.")
    if len(results) != len(pinned):
        return _say(2, f"no data: {len(results)} answers to {len(pinned)} questions.")
    found = [
        f"{name} {version}: {', '.join(one['id'] for one in result['vulns'])}"
        for (name, version), result in zip(pinned, results, strict=True)
        if result and result.get("vulns")
    ]
    for line in found:
        _say(1, line)
    return _say(1 if found else 0, f"{len(found)} of {len(pinned)} packages have known vulnerabilities.")


def _say(code: int, text: str) -> int:
    (sys.stdout if code == 0 else sys.stderr).write(f"{text}\n")
    return code


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parent / "requirements.lock")))
