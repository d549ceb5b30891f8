"""A person at the site without a browser: the same forms, sent by `requests`, for races and killed servers."""

from __future__ import annotations

import json
import re
import time
from typing import Any, Self

import requests
from bs4 import BeautifulSoup

from tests.browser.keyboard import PASSWORD
from tests.servers import Site

FACTS = """
import json
from quizzes.models import Attempt
attempt = Attempt.objects.get(uuid="{uuid}")
print("FACTS" + json.dumps({{
    "state": attempt.state,
    "answered": attempt.responses.exclude(form={{}}).count(),
    "passed": attempt.passed,
    "marks": sum(response.mark_events.count() for response in attempt.responses.all()),
    "completions": attempt.person.completions.count(),
    "awards": attempt.person.awards.count(),
}}))
"""
RIGHT = """
import json
from home.demo.answers import answer_form
from quizzes.models import Response
found = Response.objects.filter(attempt__uuid="{uuid}").select_related("version")
print("FACTS" + json.dumps({{response.slot: answer_form(response, right=True) for response in found}}))
"""
READ_ALL = """
from accounts.models import User
from courses.progress.course_progress import complete_step
from courses.models import LessonPage
from django.utils import timezone
person = User.objects.get(email="{email}")
for lesson in LessonPage.objects.live().order_by("path"):
    complete_step(person, lesson, at=timezone.now())
print("FACTS1")
"""


def told(site: Site, code: str) -> Any:
    """What a piece of code, run by `manage.py shell` on the site's database, prints after FACTS."""
    printed = site.manage("shell", "--no-imports", "-c", code).stdout
    return json.loads(printed.rpartition("FACTS")[2])


# Longer than fifty pages take on a busy machine: who waits so long was forgotten.
PATIENCE_SECONDS = 120


class Visitor:
    def __init__(self, site: Site, email: str) -> None:
        self.site, self.email = site, email
        self.session = requests.Session()
        self.post("/accounts/login/", login=email, password=PASSWORD)
        assert "sessionid" in self.session.cookies

    def get(self, path: str) -> requests.Response:
        return self.session.get(self.site.url + path, timeout=PATIENCE_SECONDS)

    def post(self, path: str, *, follow: bool = True, **fields: Any) -> requests.Response:
        if "csrftoken" not in self.session.cookies:
            self.get(path)
        fields["csrfmiddlewaretoken"] = self.session.cookies["csrftoken"]
        headers = {"Referer": self.site.url + path}
        return self.session.post(
            self.site.url + path,
            data=fields,
            headers=headers,
            timeout=PATIENCE_SECONDS,
            allow_redirects=follow,
        )

    def send(self, path: str) -> requests.Response:
        """Post as people do: whoever is asked to wait waits, and sends it again. The reply is not followed."""
        while (reply := self.post(path, follow=False)).status_code == 503:
            time.sleep(int(reply.headers["Retry-After"]))
        return reply

    def twin(self) -> Self:
        """The same person on another page, with connections of its own."""
        other = object.__new__(type(self))
        other.site, other.email, other.session = self.site, self.email, requests.Session()
        other.session.cookies.update(self.session.cookies)
        return other

    def read_all(self) -> None:
        told(self.site, READ_ALL.format(email=self.email))

    def start(self, path: str) -> str:
        """Start the quiz; returns the attempt's id."""
        form = BeautifulSoup(self.get(path).text, "html.parser").select_one(
            "form[action*='/quiz/']"
        )
        opened = self.post(str(form["action"]))
        return re.search(r"/quiz/([0-9a-f-]{36})/", opened.url).group(1)

    def save_all(self, attempt: str) -> int:
        """Save the right answer to every question; returns how many the server said it kept."""
        answers = told(self.site, RIGHT.format(uuid=attempt))
        replies = [
            self.post(f"/quiz/{attempt}/{slot}/save/", seq=1, **form)
            for slot, form in answers.items()
        ]
        return sum(reply.json()["saved"] for reply in replies)

    def facts(self, attempt: str) -> dict[str, Any]:
        return told(self.site, FACTS.format(uuid=attempt))
