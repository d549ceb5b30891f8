"""From whatever somebody pastes to one platform, one handle and one address. Pure.

`https://m.facebook.com/Northlight/?ref=share`, `@northlight` and `HTTPS://WWW.X.com/Northlight/status/1` are read
alike by everybody: when a channel is registered, when its address changes, and when a stranger asks whether an
account is official. What is not certain is refused with a code; an account of somebody else never becomes ours.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import SplitResult, parse_qs, urlsplit

LONGEST = 500
# Names in front of a host under which a platform shows the same accounts.
MOBILE = frozenset({"www", "m", "mobile", "mbasic", "touch", "web", "en"})
# Addresses that only lead on: what they lead to is not in them.
SHORT_LINKS = frozenset(
    {"t.co", "bit.ly", "lnkd.in", "fb.me", "youtu.be", "vm.tiktok.com", "tinyurl.com", "goo.gl"}
)
HOST = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+")
HANDLE = re.compile(r"[\w.%~+-]+(?:/[\w.%~+-]+){0,3}", re.ASCII)
# Letters that a quick eye takes for others.
CONFUSED = str.maketrans({"0": "o", "1": "l", "i": "l", "5": "s", "3": "e", "4": "a", "7": "t"})


@dataclass(frozen=True, slots=True)
class PlatformPattern:
    """A platform as the registry keeps it. `template` is an address with {handle}."""

    code: str
    hosts: tuple[str, ...]
    template: str = ""


@dataclass(frozen=True, slots=True)
class ProfileAddress:
    """One account: its platform's code, its handle without @, and its one address."""

    platform: str
    handle: str
    url: str


class AddressRefusedError(ValueError):
    """No account of a platform that we know. `code` says why, `host` of which host."""

    def __init__(self, code: str, host: str = "") -> None:
        super().__init__(code)
        self.code, self.host = code, host


@dataclass(frozen=True, slots=True)
class PathGrammar:
    """How a platform writes accounts. `pairs`: first words of handles of two parts. `others`: no accounts."""

    pairs: frozenset[str] = frozenset()
    others: frozenset[str] = frozenset()
    single: bool = True
    folds: bool = True


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_X = PathGrammar(
    others=_words(
        "home i intent share search hashtag explore settings login messages notifications"
    )
)
_FACEBOOK = PathGrammar(
    others=_words(
        "watch events groups marketplace login sharer sharer.php photo.php "
        "story.php permalink.php reel share hashtag photo profile.php people pages gaming l.php dialog"
    )
)
_THREADS = PathGrammar(others=_words("search login t"))
GRAMMARS: dict[str, PathGrammar] = {
    "linkedin.com": PathGrammar(pairs=_words("company showcase school in"), single=False),
    "youtube.com": PathGrammar(
        pairs=_words("channel c user"),
        others=_words("watch shorts playlist feed results embed live redirect hashtag post"),
    ),
    "x.com": _X,
    "twitter.com": _X,
    "facebook.com": _FACEBOOK,
    "fb.com": _FACEBOOK,
    "instagram.com": PathGrammar(others=_words("p reel reels explore stories accounts tv direct")),
    "tiktok.com": PathGrammar(others=_words("t tag music discover foryou search login")),
    "threads.net": _THREADS,
    "threads.com": _THREADS,
}
# A website of one's own: every path may be an account, and the case of its letters counts.
OWN_SITE = PathGrammar(folds=False)


def read_profile_address(
    text: str, platforms: Sequence[PlatformPattern], platform: str = ""
) -> ProfileAddress:
    """The account that `text` names: an address, or a handle on the platform with the code `platform`.

    Raises AddressRefusedError.
    """
    written = text.strip()
    if not written:
        raise AddressRefusedError("empty")
    if len(written) > LONGEST or re.search(r"[\s\x00-\x1f<>\"\\^`{|}]", written):
        raise AddressRefusedError("not_an_address")
    if _is_handle(written):
        return _from_handle(written, platforms, platform)
    parts = _split(written)
    host = _read_host(parts)
    found = _find_platform(host, platforms)
    grammar = _grammar(found)
    return _address(found, _read_handle(parts, grammar), grammar)


def check_new_host(text: str, platforms: Sequence[PlatformPattern]) -> str:
    """The host of a platform that is to be added, as addresses are compared with it.

    Raises AddressRefusedError with "taken" when a platform has it, and for hosts that no platform may have.
    """
    host = _read_host(_split(text.strip()))
    try:
        _find_platform(host, platforms)
    except AddressRefusedError as refused:
        if refused.code == "unsupported":
            return host.removeprefix("www.")
        raise
    raise AddressRefusedError("taken", host)


def _is_handle(written: str) -> bool:
    return written.startswith("@") or not re.search(r"[./:]", written)


def _from_handle(
    written: str, platforms: Sequence[PlatformPattern], platform: str
) -> ProfileAddress:
    found = next((one for one in platforms if one.code == platform), None)
    if found is None:
        raise AddressRefusedError("handle_without_platform")
    handle, grammar = written.lstrip("@"), _grammar(found)
    if not HANDLE.fullmatch(handle) or not grammar.single:
        raise AddressRefusedError("no_handle" if grammar.single else "kind_of_page_missing")
    if handle.casefold() in grammar.others:
        raise AddressRefusedError("no_handle")
    return _address(found, handle, grammar)


def _split(written: str) -> SplitResult:
    """The parts of an address with or without a scheme; others than of the web are refused."""
    scheme = re.match(r"([A-Za-z][A-Za-z0-9+.-]*):(?![0-9]+(?:/|$))", written)
    if scheme and scheme[1].lower() not in {"http", "https"}:
        raise AddressRefusedError("not_web")
    try:
        parts = urlsplit(written if scheme else f"https://{written}")
        port = parts.port
    except ValueError:
        raise AddressRefusedError("not_an_address") from None
    if "@" in parts.netloc:
        raise AddressRefusedError("hidden_host", parts.hostname or "")
    if port not in {None, 80, 443}:
        raise AddressRefusedError("not_an_address")
    return parts


def _read_host(parts: SplitResult) -> str:
    host = (parts.hostname or "").rstrip(".").lower()
    if not host.isascii() or any(label.startswith("xn--") for label in host.split(".")):
        raise AddressRefusedError("foreign_letters", host)
    if not HOST.fullmatch(host):
        raise AddressRefusedError("not_an_address")
    return host


def _find_platform(host: str, platforms: Sequence[PlatformPattern]) -> PlatformPattern:
    if host in SHORT_LINKS:
        raise AddressRefusedError("short_link", host)
    for platform in platforms:
        if any(_same_site(host, known.lower()) for known in platform.hosts):
            return platform
    if any(_looks_like(host, known.lower()) for one in platforms for known in one.hosts):
        raise AddressRefusedError("look_alike", host)
    raise AddressRefusedError("unsupported", host)


def _same_site(host: str, known: str) -> bool:
    """Whether the host is the platform's, also on a phone or (LinkedIn) for one country."""
    front, dot, _rest = host.partition(f".{known}")
    if host == known:
        return True
    usual = front in MOBILE or bool(re.fullmatch(r"[a-z]{2}", front))
    return host == f"{front}.{known}" and bool(dot) and usual


def _looks_like(host: str, known: str) -> bool:
    """Whether a quick eye takes the host for the platform's: its name inside another, or nearly spelt so."""
    name = known.removeprefix("www.").split(".")[0]
    if known in host or host.split(".")[-2] == name:
        return True
    words = [word for label in host.split(".")[:-1] for word in label.split("-")]
    if len(name) < 5:
        return False
    return any(_skeleton(word) == _skeleton(name) or _one_slip(word, name) for word in words)


def _skeleton(word: str) -> str:
    return word.replace("rn", "m").replace("vv", "w").translate(CONFUSED)


def _one_slip(word: str, name: str) -> bool:
    """Whether one letter was added, left out, replaced, or swapped with its neighbour."""
    if abs(len(word) - len(name)) > 1:
        return False
    at = next((i for i, (a, b) in enumerate(zip(word, name, strict=False)) if a != b), None)
    if at is None:
        return True
    rests = [
        (word[at + 1 :], name[at + 1 :]),
        (word[at + 1 :], name[at:]),
        (word[at:], name[at + 1 :]),
    ]
    swapped = word[at : at + 2] == name[at : at + 2][::-1] and word[at + 2 :] == name[at + 2 :]
    return swapped or any(one == other for one, other in rests)


def _grammar(platform: PlatformPattern) -> PathGrammar:
    return next(
        (GRAMMARS[host] for host in platform.hosts if host in GRAMMARS),
        OWN_SITE,
    )


def _read_handle(parts: SplitResult, grammar: PathGrammar) -> str:
    """The handle in a path: what follows it (a post, a tab) and what the query says are left out."""
    words = [word for word in parts.path.split("/") if word]
    if grammar is OWN_SITE:
        return _checked("/".join(words))
    if not words:
        raise AddressRefusedError("no_handle")
    first = words[0].casefold()
    if first in grammar.pairs:
        return _checked("/".join([first, *words[1:2]]), parts=2)
    if first in grammar.others:
        return _read_old_page(parts, first, words)
    if not grammar.single:
        raise AddressRefusedError("kind_of_page_missing")
    return _checked(words[0].removeprefix("@"))


def _read_old_page(parts: SplitResult, first: str, words: list[str]) -> str:
    """The number of an account as Facebook once wrote it; anything else that is no account is refused."""
    if first == "profile.php":
        return _numbered(parts)
    if first in {"pages", "people"} and len(words) > 2:
        return _checked(words[2])
    raise AddressRefusedError("a_post")


def _numbered(parts: SplitResult) -> str:
    number = parse_qs(parts.query).get("id", [""])[0]
    if not (number.isascii() and number.isdecimal()):
        raise AddressRefusedError("no_handle")
    return number


def _checked(handle: str, parts: int = 1) -> str:
    short = len(handle.split("/")) < parts
    if short or not HANDLE.fullmatch(handle) or ".." in handle:
        raise AddressRefusedError("no_handle")
    return handle


def _address(platform: PlatformPattern, handle: str, grammar: PathGrammar) -> ProfileAddress:
    # A channel's number on YouTube is the only one in which the case of letters counts.
    folded = handle if not grammar.folds or handle.startswith("channel/") else handle.casefold()
    template = platform.template or f"https://{platform.hosts[0]}/{{handle}}"
    if "/" in folded:
        template = template.replace("@{handle}", "{handle}")
    return ProfileAddress(platform.code, folded, template.replace("{handle}", folded))
