"""Who may open what: one row per address of the product and what each persona gets there.

A row is `row(route, path, statuses…)`. `route` is the address as the URLconf writes it (the test prints
the routes that have no row). `path` is a real address of that route; `{name}` is a placeholder for an entry
of `World.names` in tests/worlds.py. `everyone` is the status for all who have signed in, `anonymous` the one
for those who have not, and any persona may be named with a status of their own. An address that takes only a
POST has `method="post"` and, if needed, `data`. `tool(route, path)` is a row of the API, asked with a token
of each persona.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

PERSONAS = [
    *("anonymous", "ada", "ben", "carol", "dana", "hugo", "olga", "ravi", "vera", "root"),
    # roles in one region and double roles (tests/worlds.py): ada, ben and the channels are not in BR, carol is
    *("hana", "uwe", "bia"),
]


@dataclass(frozen=True)
class Row:
    route: str
    path: str
    method: str
    statuses: Mapping[str, int]
    data: Mapping[str, Any] = field(default_factory=dict)
    token: bool = False

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def row(
    route: str,
    path: str,
    everyone: int,
    *,
    anonymous: int = 302,
    method: str = "get",
    data: Mapping[str, Any] | None = None,
    **named: int,
) -> Row:
    """A row of the matrix; `anonymous` is redirected to the sign-in page (302) by default."""
    if unknown := set(named) - set(PERSONAS):
        raise ValueError(f"{route}: nobody is called {', '.join(sorted(unknown))}")
    statuses = dict.fromkeys(PERSONAS, everyone) | {"anonymous": anonymous} | named
    return Row(route, path, method, statuses, data or {})


def tool(
    route: str,
    path: str,
    *,
    method: str = "get",
    data: Mapping[str, Any] | None = None,
    bia: int = 200,
) -> Row:
    """A row of the API: 200 for tokens of HR, auditors and superusers, 401 without a token, 403 for others.

    `bia` audits one region: 404 where the address names somebody of another.
    """
    readers = READERS | {"bia": bia}
    plain = row(route, path, 403, anonymous=401, method=method, data=data, **readers)
    return replace(plain, token=True)


# Routes of Wagtail and allauth, which are tested as groups instead of row by row.
GROUPS = ("cms/", "accounts/")

PAGES = "^(?!(?:[a-z-]+/)?_util/)((?:[\\w\\-]+/)*)$"  # every page of the tree
FALLBACK = "^((?:[\\w\\-]+/)*)$"  # Wagtail's own route to the pages
ASK = {
    "items": [{"person": "X", "channel": "BLOG", "action": "publish", "at": "2026-06-15T09:00Z"}]
}

ACT = "certification/<uuid:uuid>/<slug:act>/"
DUTIES = "people/<uuid:uuid>/responsibilities/"
DUTY_END = "people/<uuid:uuid>/responsibilities/<int:pk>/end/"
BULK = "people/bulk/<slug:act>/"
STOP_JOB = "people/bulk/runs/<uuid:uuid>/stop/"
HR = {"hugo": 200, "root": 200, "hana": 200}
JOB_OF_HUGO = {"hugo": 200, "root": 404, "hana": 404}
# A page that they have not seen: somebody else may have been first.
HR_WAS_LATE = {"hugo": 409, "root": 409, "hana": 409}
# By act of the console: the status for who may do it to Ada, who holds a certificate and nothing else.
ACTS = {
    **dict.fromkeys(["hold", "issue", "revoke", "waive", "leave", "correct"], 200),
    **dict.fromkeys(["end-hold", "reinstate", "extend", "end-waiver", "end-leave"], 409),
    **dict.fromkeys(["confirm-correction", "decline-correction"], 409),
}
READERS = {"hugo": 200, "vera": 200, "root": 200, "hana": 200}
LISTERS = READERS | {"uwe": 200, "bia": 200}
COMPANION = "people/export/<slug:companion>/<slug:profile>/"
PROFILE = "people/profiles/<slug:name>/"
VIEW = "people/views/<uuid:uuid>/"
ONLY_OWNER = dict.fromkeys(LISTERS, 404)
STEWARDS = {"olga": 302, "root": 302}
OPEN_TO_STEWARDS = {"olga": 200, "root": 200}
STEWARDS_CHANGE = (
    *("confirm", "grant", "grant-many", "rules", "require", "offer", "state", "custody"),
)
GOVERNANCE_CHANGES = ("settings", "details", "address", "stop-requiring", "owner")
# They know of it, and may not do it.
READERS_REFUSED = dict.fromkeys(["hugo", "vera", "hana"], 403)

ROWS = [
    # pages of the tree
    row(PAGES, "/", 200, anonymous=200),
    row(PAGES, "/privacy/", 200, anonymous=200),
    row(PAGES, "/draft/", 404, anonymous=404),
    row(PAGES, "/no-such-page/", 404, anonymous=404),
    row(PAGES, "/courses/", 200, anonymous=200),
    row(PAGES, "{course_path}", 200, anonymous=200),
    row(PAGES, "{lesson_path}", 200),
    row(PAGES, "{quiz_path}", 200, anonymous=200),
    row(FALLBACK, "/no/such/page/", 404, anonymous=404),
    # search engines and browsers
    row("robots.txt", "/robots.txt", 200, anonymous=200),
    row("sitemap.xml", "/sitemap.xml", 200, anonymous=200),
    row("favicon.ico", "/favicon.ico", 302, anonymous=302),
    # my status
    row("me/", "/me/", 200),
    row("me/status.json", "/me/status.json", 200),
    row("me/contacts/", "/me/contacts/", 200),
    row("me/profile/", "/me/profile/", 200),
    row("me/data.json", "/me/data.json", 200),
    # learning
    row("learning/start/<uuid:key>/", "/learning/start/{course}/", 302, method="post"),
    row("learning/start/<uuid:key>/", "/learning/start/{course}/", 302),
    row("learning/read/<uuid:key>/", "/learning/read/{lesson}/", 302, method="post"),
    row("learning/read/<uuid:key>/", "/learning/read/{lesson}/", 302),
    # quizzes: an attempt opens for its own person, everybody else gets 404
    row("quiz/start/<int:page_id>/", "/quiz/start/{quiz}/", 302, method="post"),
    row("quiz/start/<int:page_id>/", "/quiz/start/{quiz}/", 302),
    row("quiz/<uuid:attempt>/", "/quiz/{attempt}/", 404, ada=302),
    row("quiz/<uuid:attempt>/<slot:slot>/", "/quiz/{attempt}/1/", 404, ada=200),
    row("quiz/<uuid:attempt>/<slot:slot>/", "/quiz/{attempt}/99/", 404),
    row("quiz/<uuid:attempt>/<slot:slot>/", "/quiz/{attempt}/1/", 404, method="post", ada=200),
    row(
        "quiz/<uuid:attempt>/<slot:slot>/save/",
        "/quiz/{attempt}/1/save/",
        404,
        method="post",
        data={"seq": "1"},
        ada=200,
    ),
    row("quiz/<uuid:attempt>/<slot:slot>/report/", "/quiz/{attempt}/1/report/", 404, ada=200),
    row(
        "quiz/<uuid:attempt>/<slot:slot>/report/",
        "/quiz/{attempt}/1/report/",
        404,
        method="post",
        data={"category": "key"},
        ada=302,
    ),
    # opens only if the quiz shows all questions on one page; else it redirects to the attempt
    row("quiz/<uuid:attempt>/all/", "/quiz/{attempt}/all/", 404, ada=302),
    row("quiz/<uuid:attempt>/all/", "/quiz/{attempt}/all/", 404, method="post", ada=302),
    row("quiz/<uuid:attempt>/all/", "/quiz/{practice}/all/", 404, ada=200),
    row(
        "quiz/<uuid:attempt>/all/save/",
        "/quiz/{practice}/all/save/",
        404,
        method="post",
        data={"seq": "1", "question": "1"},
        ada=200,
    ),
    row(
        "quiz/<uuid:attempt>/all/save/",
        "/quiz/{attempt}/all/save/",
        404,
        method="post",
        data={"seq": "1", "question": "1"},
        ada=409,
    ),
    row("quiz/<uuid:attempt>/left/", "/quiz/{attempt}/left/", 404, ada=200),
    row("quiz/<uuid:attempt>/check/", "/quiz/{attempt}/check/", 404, ada=200),
    row("quiz/<uuid:attempt>/result/", "/quiz/{attempt}/result/", 404, ada=302),
    row("quiz/<uuid:attempt>/submit/", "/quiz/{attempt}/submit/", 404, method="post", ada=302),
    row("quiz/<uuid:attempt>/time/", "/quiz/{attempt}/time/", 404, method="post", ada=302),
    row("quiz/tries/", "/quiz/tries/", 200),
    # what somebody missed, again as practice; an open attempt redirects to itself
    row("quiz/<uuid:attempt>/missed/", "/quiz/{attempt}/missed/", 404, ada=302),
    row("quiz/<uuid:attempt>/missed/", "/quiz/{attempt}/missed/", 404, method="post", ada=302),
    # free-text answers: reviewers mark them, except their own
    row("quiz/marking/", "/quiz/marking/", 403, ravi=200, root=200, bia=200),
    row(
        "quiz/marking/<int:response>/", "/quiz/marking/{waiting}/", 403, ravi=200, root=200, bia=404
    ),
    row("quiz/marking/<int:response>/", "/quiz/marking/999999/", 403, ravi=404, root=404, bia=404),
    row(
        "quiz/marking/<int:response>/",
        "/quiz/marking/{waiting}/",
        403,
        method="post",
        ravi=200,
        root=200,
        bia=404,
    ),
    # recaps open for the person who failed; the manager or an author unlocks another attempt
    row("quiz/<uuid:attempt>/recap/", "/quiz/{failed}/recap/", 404, ada=200),
    row("quiz/<uuid:attempt>/recap/", "/quiz/{attempt}/recap/", 404),
    row("quiz/<uuid:attempt>/recap/<str:code>/", "/quiz/{failed}/recap/P1/", 404, ada=200),
    row("quiz/<uuid:attempt>/recap/<str:code>/", "/quiz/{failed}/recap/NO-SUCH/", 404),
    row(
        "quiz/<uuid:attempt>/recap/<str:code>/",
        "/quiz/{failed}/recap/P1/",
        404,
        method="post",
        ada=302,
    ),
    row(
        "quiz/unlock/<uuid:person>/<str:code>/",
        "/quiz/unlock/{ada}/{hard_quiz}/",
        404,
        ben=200,
        dana=200,
        root=200,
    ),
    row(
        "quiz/unlock/<uuid:person>/<str:code>/",
        "/quiz/unlock/{ada}/{hard_quiz}/",
        404,
        method="post",
        data={"reason": "She was ill that day."},
        ben=302,
        dana=302,
        root=302,
    ),
    row("quiz/unlock/<uuid:person>/<str:code>/", "/quiz/unlock/{nobody}/{hard_quiz}/", 404),
    row(
        "quiz/unlock/<uuid:person>/<str:code>/",
        "/quiz/unlock/{carol}/{hard_quiz}/",
        404,
        dana=200,
        root=200,
        uwe=200,
    ),
    # certificates open for the holder, HR and auditors; managers see the status only
    row("certificates/", "/certificates/", 200),
    row("certificates/mine/", "/certificates/mine/", 200),
    row("certificates/update/<str:code>/", "/certificates/update/{certification}/", 200),
    row("certificates/update/<str:code>/", "/certificates/update/ZZZZ/", 404),
    row(
        "certificates/update/<str:code>/start/",
        "/certificates/update/{certification}/start/",
        404,
        method="post",
    ),
    row(
        "certificates/<str:code>/",
        "/certificates/{award}/",
        404,
        ada=200,
        **READERS,
    ),
    row("certificates/<str:code>/", "/certificates/ZZZZ/", 404),
    row(
        "certificates/<str:code>/name/", "/certificates/{award}/name/", 404, method="post", ada=302
    ),
    row("verify/", "/verify/", 200, anonymous=200),
    row("verify/<path:text>/", "/verify/{award}/", 200, anonymous=200),
    row("verify/<path:text>/", "/verify/ZZZZ/", 404, anonymous=404),
    row("verify/<path:text>.json", "/verify/{award}.json", 200, anonymous=200),
    # channels: everybody sees the listed ones; the owner decides and freezes
    row("channels/", "/channels/", 200),
    row("channels/<str:code>/", "/channels/{channel}/", 200),
    row("channels/<str:code>/", "/channels/{unlisted}/", 404, olga=200, **READERS),
    row("channels/<str:code>/", "/channels/NO-SUCH/", 404),
    row("channels/<str:code>/ask/", "/channels/{channel}/ask/", 200),
    row("channels/<str:code>/ask/", "/channels/{unlisted}/ask/", 404, olga=200, **READERS),
    row("channels/<str:code>/rules/", "/channels/{channel}/rules/", 302, method="post"),
    row(
        "channels/<str:code>/withdraw/",
        "/channels/{channel}/withdraw/",
        404,
        method="post",
        carol=302,
    ),
    row(
        "channels/<str:code>/requests/<uuid:uuid>/",
        "/channels/{channel}/requests/{request}/",
        403,
        method="post",
        data={"decision": "decline", "note": "Not now."},
        **STEWARDS,
    ),
    row(
        "channels/<str:code>/permissions/<uuid:uuid>/end/",
        "/channels/{channel}/permissions/{permission}/end/",
        403,
        method="post",
        data={"reason": "Moved on."},
        **STEWARDS,
    ),
    row(
        "channels/<str:code>/answer/", "/channels/{channel}/answer/", 404, method="post", carol=302
    ),
    row(
        "channels/<str:code>/permissions/<uuid:uuid>/",
        "/channels/{channel}/permissions/{permission}/",
        403,
        **OPEN_TO_STEWARDS,
    ),
    *(
        row(
            "channels/<str:code>/permissions/<uuid:uuid>/until/",
            "/channels/{channel}/permissions/{permission}/until/",
            403,
            method=method,
            # Without the version of the page that was seen nothing is done.
            **(OPEN_TO_STEWARDS if method == "get" else dict.fromkeys(OPEN_TO_STEWARDS, 409)),
        )
        for method in ("get", "post")
    ),
    *(
        row(f"channels/<str:code>/{path}", f"/channels/{{channel}}/{path}", 403, **OPEN_TO_STEWARDS)
        for path in ("people/", "people.csv")
    ),
    row(
        "channels/<str:code>/people/review/",
        "/channels/{channel}/people/review/",
        403,
        **OPEN_TO_STEWARDS,
    ),
    row(
        "channels/<str:code>/people/review/",
        "/channels/{channel}/people/review/",
        403,
        method="post",
        **STEWARDS,
    ),
    # a channel is changed by those who answer for it, and in what decides by governance alone
    *(
        row(
            "channels/<str:code>/change/<slug:deed>/",
            f"/channels/{{channel}}/change/{deed}/",
            403,
            method=method,
            # Without the version of the page that was seen nothing is done.
            **(who if method == "get" else dict.fromkeys(who, 409)),
        )
        for deeds, who in ((STEWARDS_CHANGE, OPEN_TO_STEWARDS), (GOVERNANCE_CHANGES, {"root": 200}))
        for deed in deeds
        for method in ("get", "post")
    ),
    row("channels/<str:code>/change/<slug:deed>/", "/channels/{channel}/change/no-such/", 404),
    row("channels/attention/", "/channels/attention/", 200),
    # of the channels for which one answers: none for most
    row("channels/cover/", "/channels/cover/", 200),
    # everybody registers what they run or found; only the sponsor answers, whoever asked and stewards read
    row("channels/propose/", "/channels/propose/", 200),
    row("channels/propose/", "/channels/propose/", 200, method="post"),
    *(
        row(
            "channels/<str:code>/sponsor/<uuid:uuid>/",
            "/channels/{channel}/sponsor/{sponsorship}/",
            404,
            method=method,
            data={"decision": "confirm"} if method == "post" else None,
            ada=302 if method == "post" else 200,
            **dict.fromkeys(["carol", "olga", "root"], 403 if method == "post" else 200),
        )
        for method in ("get", "post")
    ),
    # only whoever holds a role says whether they need it
    row(
        "channels/<str:code>/permissions/<uuid:uuid>/need/",
        "/channels/{channel}/permissions/{permission}/need/",
        404,
        ada=200,
    ),
    row(
        "channels/<str:code>/permissions/<uuid:uuid>/need/",
        "/channels/{channel}/permissions/{permission}/need/",
        404,
        method="post",
        data={"answer": "keep"},
        ada=302,
    ),
    row("channels/platforms/", "/channels/platforms/", 403, root=200),
    row("channels/platforms/add/", "/channels/platforms/add/", 403, root=200),
    row("channels/platforms/add/", "/channels/platforms/add/", 403, method="post", root=200),
    row("channels/register/", "/channels/register/", 403, root=200),
    row("channels/register/", "/channels/register/", 403, method="post", root=200),
    row("channels/register/file/", "/channels/register/file/", 403, root=200),
    row("channels/register/file/", "/channels/register/file/", 403, method="post", root=200),
    row(
        "channels/register.csv",
        "/channels/register.csv",
        403,
        root=200,
        vera=200,
        hana=200,
        bia=200,
    ),
    # a channel is handed over: only the successor answers
    row(
        "channels/<str:code>/offers/<uuid:uuid>/",
        "/channels/{channel}/offers/{offer}/",
        404,
        ada=200,
    ),
    row(
        "channels/<str:code>/offers/<uuid:uuid>/decide/",
        "/channels/{channel}/offers/{offer}/decide/",
        404,
        method="post",
        data={"decision": "decline", "note": "No time."},
        ada=302,
    ),
    row(
        "channels/<str:code>/offers/<uuid:uuid>/withdraw/",
        "/channels/{channel}/offers/{offer}/withdraw/",
        403,
        method="post",
        **STEWARDS,
    ),
    # anybody may see which accounts are official, and check an address
    row("channels/official/", "/channels/official/", 200, anonymous=200),
    row("channels/official.json", "/channels/official.json", 200, anonymous=200),
    row("verify/channel", "/verify/channel", 200, anonymous=200),
    row("verify/channel.json", "/verify/channel.json?url=x.example/a", 422, anonymous=422),
    # emergency stops: who answers for the scope starts and ends them, HR and auditors read the record
    row("channels/freezes/", "/channels/freezes/", 200),
    row("channels/freezes/start/<str:where>/", "/channels/freezes/start/global/", 403, root=200),
    row(
        "channels/freezes/start/<str:where>/",
        "/channels/freezes/start/channel:{channel}/",
        403,
        olga=200,
        root=200,
    ),
    row("channels/freezes/start/<str:where>/", "/channels/freezes/start/region:XX/", 404),
    row(
        "channels/freezes/start/<str:where>/",
        "/channels/freezes/start/channel:{channel}/",
        403,
        method="post",
        data={"reason": "A crisis.", "typed": "BLOG"},
        **STEWARDS,
    ),
    row("channels/freezes/<uuid:uuid>/", "/channels/freezes/{freeze}/", 404, olga=200, **READERS),
    row(
        "channels/freezes/<uuid:uuid>/end/",
        "/channels/freezes/{freeze}/end/",
        404,
        method="post",
        data={"reason": "It is over."},
        **READERS_REFUSED | STEWARDS,
    ),
    row(
        "channels/freezes/<uuid:uuid>/review/",
        "/channels/freezes/{freeze}/review/",
        404,
        method="post",
        data={"note": "It goes on."},
        **READERS_REFUSED | STEWARDS,
    ),
    row("channels/training/<str:certification>/", "/channels/training/{certification}/", 302),
    # people: HR and auditors see everybody; only HR imports files
    row("people/", "/people/", 403, **LISTERS),
    row("people/columns/", "/people/columns/", 403, **LISTERS),
    row(COMPANION, "/people/export/exceptions/machine/", 403, **LISTERS),
    row(COMPANION, "/people/export/exceptions/payroll/", 403, **dict.fromkeys(LISTERS, 404)),
    # everybody exports with a profile; HR that sees all regions says what stands in it
    row("people/profiles/", "/people/profiles/", 403, hugo=200, root=200),
    row("people/profiles/", "/people/profiles/", 403, method="post", hugo=200, root=200),
    row(PROFILE, "/people/profiles/{profile}/", 403, hugo=200, root=200),
    row(PROFILE, "/people/profiles/{profile}/", 403, method="post", hugo=409, root=409),
    row(PROFILE, "/people/profiles/no-such/", 403, hugo=404, root=404),
    row(f"{PROFILE}delete/", "/people/profiles/{profile}/delete/", 302),
    row(
        f"{PROFILE}delete/",
        "/people/profiles/{profile}/delete/",
        403,
        method="post",
        hugo=302,
        root=302,
    ),
    row("people/export/<slug:profile>/", "/people/export/{profile}/", 403, **LISTERS),
    # a view that is shared may be opened by whoever has the role; only its owner changes it
    row("people/views/", "/people/views/", 403, **LISTERS),
    row("people/views/", "/people/views/", 403, method="post", **LISTERS),
    row(VIEW, "/people/views/{view}/", 403, **ONLY_OWNER | {"hugo": 200}),
    row(VIEW, "/people/views/{view}/", 403, method="post", **ONLY_OWNER | {"hugo": 409}),
    row(f"{VIEW}delete/", "/people/views/{view}/delete/", 302),
    row(
        f"{VIEW}delete/",
        "/people/views/{view}/delete/",
        403,
        method="post",
        **ONLY_OWNER | {"hugo": 302},
    ),
    row("people/export.csv", "/people/export.csv", 403, **LISTERS),
    row("people/export/", "/people/export/", 403, **LISTERS),
    row("people/export/<slug:profile>/", "/people/export/jsonl/", 403, **LISTERS),
    row("people/export/<slug:profile>/", "/people/export/shown/", 403, **LISTERS),
    row(
        "people/<uuid:uuid>/time-and-tries/",
        "/people/{ada}/time-and-tries/",
        403,
        hugo=200,
        root=200,
        hana=404,
    ),
    row(
        "people/<uuid:uuid>/time-and-tries/",
        "/people/{carol}/time-and-tries/",
        403,
        hugo=200,
        root=200,
        hana=200,
    ),
    row(
        "people/<uuid:uuid>/time-and-tries/",
        "/people/{ada}/time-and-tries/",
        403,
        method="post",
        data={"base": "made", "time_factor": "1.5", "extra_attempts": "1"},
        hugo=302,
        root=302,
        hana=404,
    ),
    # acts on many: HR; a job is for whoever asked for it
    *(row(BULK, f"/people/bulk/{act}/", 403, **HR) for act in ("remind", "extend", "assign")),
    row(BULK, "/people/bulk/remind/", 403, method="post", **HR),
    row(BULK, "/people/bulk/no-such-act/", 403, **dict.fromkeys(HR, 404)),
    row("people/bulk/runs/<uuid:uuid>/", "/people/bulk/runs/{job}/", 403, **JOB_OF_HUGO),
    row(STOP_JOB, "/people/bulk/runs/{job}/stop/", 302),
    row(
        STOP_JOB, "/people/bulk/runs/{job}/stop/", 403, method="post", **JOB_OF_HUGO | {"hugo": 302}
    ),
    # responsibilities: HR gives and ends those of its region, never its own
    row(DUTIES, "/people/{ada}/responsibilities/", 403, hugo=200, root=200, hana=404),
    row(DUTIES, "/people/{carol}/responsibilities/", 403, hugo=200, root=200, hana=200),
    row(DUTIES, "/people/{carol}/responsibilities/", 403, method="post", **HR_WAS_LATE),
    row(DUTIES, "/people/{hugo}/responsibilities/", 403, method="post", root=409, hana=404),
    row(DUTY_END, "/people/{vera}/responsibilities/{duty}/end/", 403, hugo=200, root=200, hana=404),
    row(DUTY_END, "/people/{ada}/responsibilities/{duty}/end/", 403, hugo=404, root=404, hana=404),
    row("people/<uuid:uuid>/", "/people/{ada}/", 403, **LISTERS | {"bia": 404}),
    row("people/<uuid:uuid>/", "/people/{carol}/", 403, **LISTERS | {"uwe": 404}),
    row("people/<uuid:uuid>/", "/people/{nobody}/", 403, **dict.fromkeys(LISTERS, 404)),
    row("people/import/", "/people/import/", 403, hugo=200, root=200),
    row("people/import/", "/people/import/", 403, method="post", hugo=200, root=200),
    row("people/import/<uuid:uuid>/", "/people/import/{import}/", 403, hugo=200, root=200),
    row("people/import/<uuid:uuid>/apply/", "/people/import/{import}/apply/", 302),
    row(
        "people/import/<uuid:uuid>/apply/",
        "/people/import/{import}/apply/",
        403,
        method="post",
        hugo=302,
        root=302,
    ),
    # certification: HR, auditors, leads and governance look; HR acts, in its region and never on itself
    row("certification/", "/certification/", 403, **LISTERS),
    row("certification/<uuid:uuid>/", "/certification/{ada}/", 403, **LISTERS | {"bia": 404}),
    row("certification/<uuid:uuid>/", "/certification/{carol}/", 403, **LISTERS | {"uwe": 404}),
    row(
        "certification/<uuid:uuid>/", "/certification/{nobody}/", 403, **dict.fromkeys(LISTERS, 404)
    ),
    *(
        row(ACT, f"/certification/{{ada}}/{act}/", 403, hugo=status, root=status, hana=404)
        for act, status in ACTS.items()
    ),
    row(
        "certification/evidence/<uuid:uuid>/",
        "/certification/evidence/{evidence}/",
        404,
        ada=200,
        **READERS,
    ),
    row("certification/import/", "/certification/import/", 403, hugo=200, root=200, hana=200),
    row(
        "certification/import/",
        "/certification/import/",
        403,
        method="post",
        hugo=200,
        root=200,
        hana=200,
    ),
    row("certification/post/", "/certification/post/", 403, **READERS, bia=200),
    row("certification/pack/", "/certification/pack/", 403, **READERS, bia=200),
    row("certification/pack/", "/certification/pack/", 403, method="post", **READERS, bia=200),
    row(ACT, "/certification/{carol}/hold/", 403, hugo=200, root=200, hana=200),
    row(ACT, "/certification/{carol}/hold/", 403, method="post", hugo=409, root=409, hana=409),
    row(ACT, "/certification/{hugo}/hold/", 403, root=200, hana=404),
    row(ACT, "/certification/{ada}/no-such-act/", 403, **dict.fromkeys(LISTERS, 404)),
    row("people/import/mappings/", "/people/import/mappings/", 403, hugo=200, root=200),
    row(
        "people/import/mappings/",
        "/people/import/mappings/",
        403,
        method="post",
        hugo=200,
        root=200,
    ),
    row(
        "people/import/mappings/<slug:name>/",
        "/people/import/mappings/{mapping}/",
        403,
        hugo=200,
        root=200,
    ),
    row(
        "people/import/mappings/<slug:name>/",
        "/people/import/mappings/{mapping}/",
        403,
        method="post",
        data={"base": "made"},
        hugo=200,
        root=200,
    ),
    row(
        "people/import/mappings/<slug:name>/delete/",
        "/people/import/mappings/{mapping}/delete/",
        403,
        method="post",
        hugo=302,
        root=302,
    ),
    row(
        "people/import/<uuid:uuid>/undo/",
        "/people/import/{import}/undo/",
        403,
        method="post",
        hugo=302,
        root=302,
    ),
    row(
        "people/import/<uuid:uuid>/leave-out/",
        "/people/import/{import}/leave-out/",
        403,
        method="post",
        hugo=302,
        root=302,
    ),
    row(
        "people/import/<uuid:uuid>/rejects.csv",
        "/people/import/{import}/rejects.csv",
        403,
        hugo=404,
        root=404,
    ),
    row("team/", "/team/", 200),
    # the API
    row("api/v1/", "/api/v1/", 404, anonymous=404),
    row("api/v1/<path:rest>", "/api/v1/no-such-thing", 404, anonymous=404),
    tool("api/v1/channels", "/api/v1/channels"),
    tool("api/v1/channels/<code>/posters", "/api/v1/channels/{channel}/posters"),
    tool("api/v1/people/<hr_id>/permissions", "/api/v1/people/{hr_id}/permissions", bia=404),
    tool("api/v1/decisions", "/api/v1/decisions", method="post", data=ASK),
    row("api/v1/decisions", "/api/v1/decisions", 401, anonymous=401, method="post", data=ASK),
    row("api/v1/openapi.json", "/api/v1/openapi.json", 200, anonymous=200),
    # Wagtail's login, password and document routes
    row("_util/login/", "/_util/login/", 302),
    row("_util/login/", "/_util/login/", 302, method="post"),
    row(
        "_util/authenticate_with_password/<int:page_view_restriction_id>/<int:page_id>/",
        "/_util/authenticate_with_password/1/1/",
        404,
        anonymous=404,
    ),
    # authors' pictures; tests/config/test_files.py says who sees which
    row("media/images/<str:name>", "/media/images/none.png", 404, anonymous=404),
    row(
        "media/avatar_images/<str:name>",
        "/media/avatar_images/none.png",
        403,
        dana=404,
        ravi=404,
        root=404,
    ),
    row("documents/^(\\d+)/(.*)$", "/documents/1/none.pdf", 404, anonymous=404),
    row(
        "documents/authenticate_with_password/<int:restriction_id>/",
        "/documents/authenticate_with_password/1/",
        404,
        anonymous=404,
    ),
]
