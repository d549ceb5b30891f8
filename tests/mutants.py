"""Ten faults that somebody could make, each put into a copy of the tree, and the tests that notice: `make mutants`.

Two each in grading, standing, permission to post, autosave and awards that are issued exactly once. A fault is a
piece of text that stands once in a file and what takes its place; when the code moves on, mend the table. Ends with
1 if a fault survives, if its text is not found, or if the tests do not pass without it.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Fault:
    what: str
    path: str
    text: str
    instead: str
    tests: str


FAULTS = [
    Fault(
        "grading: exactly the pass mark does not pass",
        "quizzes/rules/percentages.py",
        "(percent - ARITHMETIC)",
        "(percent + ARITHMETIC)",
        "tests/quizzes/test_scoring.py",
    ),
    Fault(
        "grading: a withdrawn question counts against people",
        "quizzes/rules/grading.py",
        "return self.withdrawn or (self.grade is not None",
        "return (self.grade is not None",
        "tests/quizzes/test_scoring.py",
    ),
    Fault(
        "standing: a certificate outlives its last moment",
        "certificates/rules/standings.py",
        "at >= award.grace_ends_at",
        "at > award.grace_ends_at",
        "tests/certificates/test_standing.py",
    ),
    Fault(
        "standing: whose training is outdated may post",
        "certificates/rules/standings.py",
        "SUPPORTS_POSTING = HOLDING | {Status.GRACE}",
        "SUPPORTS_POSTING = HOLDING | {Status.GRACE, Status.LAPSED}",
        "tests/certificates/test_standing.py",
    ),
    Fault(
        "posting: any certificate will do",
        "channels/rules/posting.py",
        "if one.supports_posting:",
        "if one.award_number:",
        "tests/channels/test_may_post.py",
    ),
    Fault(
        "posting: a role from before somebody left counts again",
        "channels/rules/posting.py",
        "and (began is None or grant.starts_at >= began)",
        "and bool(grant)",
        "tests/channels/test_may_post.py",
    ),
    Fault(
        "autosave: an old message overwrites a newer answer",
        "quizzes/attempts/messages.py",
        "newer = Q() if self.pressed else Q(seq__lt=self.seq)",
        "newer = Q()",
        "tests/quizzes/test_attempts.py",
    ),
    Fault(
        "autosave: an answer may change after it was told",
        "quizzes/attempts/autosave.py",
        "        revealed_at__isnull=True,\n",
        "",
        "tests/quizzes/test_practice.py",
    ),
    Fault(
        "exactly once: a second review issues a second award",
        "certificates/acts/awards.py",
        "completion.completed_at <= last.issued_at",
        "completion.completed_at < last.issued_at",
        "tests/certificates/test_issuing.py",
    ),
    Fault(
        "exactly once: handing in again judges again",
        "quizzes/attempts/submitting.py",
        "if attempt.state != Attempt.State.OPEN:\n            return attempt\n        _judge(",
        "if attempt is None:\n            return attempt\n        _judge(",
        "tests/quizzes/test_attempts.py",
    ),
]


def copy_of(tree: Path, place: Path) -> Path:
    """The files of the tree without what is made from them, and the databases that tests start from."""
    copy = place / "tree"
    leave = shutil.ignore_patterns(".git", ".venv", "var", "__pycache__", ".*_cache")
    shutil.copytree(tree, copy, ignore=leave)
    made = copy / "var" / "test-databases"
    made.mkdir(parents=True)
    for template in (tree / "var" / "test-databases").glob("template-*.sqlite3"):
        shutil.copy(template, made)
    return copy


def run(tree: Path, files: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    words = ["-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "-p", "no:xdist", *files.split()]
    return subprocess.run(
        [sys.executable, *words],
        cwd=tree,
        env={**environment, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


def outcome(tree: Path, fault: Fault) -> str:
    path = tree / fault.path
    whole = path.read_text(encoding="utf-8") if path.exists() else ""
    if whole.count(fault.text) != 1:
        return "NOT FOUND"
    path.write_text(whole.replace(fault.text, fault.instead), encoding="utf-8")
    try:
        done = run(tree, fault.tests)
    finally:
        path.write_text(whole, encoding="utf-8")
    return {0: "SURVIVED", 1: "killed"}.get(done.returncode, f"BROKEN\n{done.stdout}{done.stderr}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tree", type=Path, default=HERE, help="another checkout to try")
    parser.add_argument("words", nargs="*", help="only faults with one of these words")
    asked = parser.parse_args()
    tree, words = asked.tree.resolve(), asked.words or [""]
    faults = [fault for fault in FAULTS if any(word in fault.what for word in words)]
    with tempfile.TemporaryDirectory() as place:
        copy = copy_of(tree, Path(place))
        files = " ".join(sorted({name for fault in faults for name in fault.tests.split()}))
        sound = run(copy, files)
        if sound.returncode:
            print(f"The tests do not pass without a fault:\n{sound.stdout}{sound.stderr}")
            return 1
        outcomes = []
        for fault in faults:
            outcomes.append(outcome(copy, fault))
            print(f"{outcomes[-1]:<9}  {fault.what}", flush=True)
    print(f"{outcomes.count('killed')} of {len(faults)} killed")
    return int(set(outcomes) != {"killed"})


if __name__ == "__main__":
    sys.exit(main())
