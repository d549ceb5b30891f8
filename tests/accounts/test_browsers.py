"""Browsers and devices in words, from what browsers say about themselves."""

from __future__ import annotations

import pytest

from accounts.readers.browsers import describe_browser

WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"
APPLE = "AppleWebKit/605.1.15 (KHTML, like Gecko)"
WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64)"
PHONE = "Mozilla/5.0 (Linux; Android 10; K)"
MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X)"
LINUX = "Mozilla/5.0 (X11; Linux x86_64)"


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        (f"{WINDOWS} {WEBKIT} Chrome/143.0.0.0 Safari/537.36", "Chrome on Windows"),
        (f"{WINDOWS} {WEBKIT} Chrome/143.0.0.0 Safari/537.36 Edg/143.0.0.0", "Edge on Windows"),
        (f"{MAC} {WEBKIT} Chrome/143.0.0.0 Safari/537.36 OPR/124.0.0.0", "Opera on Mac"),
        (f"{MAC} {APPLE} Version/18.5 Safari/605.1.15", "Safari on Mac"),
        (f"{IPHONE} {APPLE} Version/18.5 Mobile/15E148 Safari/604.1", "Safari on iPhone"),
        (f"{IPHONE} {APPLE} CriOS/143.0.0.0 Mobile/15E148 Safari/604.1", "Chrome on iPhone"),
        (f"{IPHONE} {APPLE} FxiOS/145.0 Mobile/15E148 Safari/605.1.15", "Firefox on iPhone"),
        (f"{PHONE} {WEBKIT} Chrome/143.0.0.0 Mobile Safari/537.36", "Chrome on Android"),
        (
            f"{PHONE} {WEBKIT} SamsungBrowser/29.0 Chrome/136.0.0.0 Mobile Safari/537.36",
            "Samsung Internet on Android",
        ),
        (
            f"{PHONE} {WEBKIT} Chrome/143.0.0.0 Mobile Safari/537.36 EdgA/143.0.0.0",
            "Edge on Android",
        ),
        (f"{LINUX} {WEBKIT} HeadlessChrome/143.0.0.0 Safari/537.36", "Chrome on Linux"),
        (
            "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) Chrome/143.0.0.0 Safari/537.36",
            "Chrome on Chromebook",
        ),
        (
            "Mozilla/5.0 (Android 15; Mobile; rv:145.0) Gecko/145.0 Firefox/145.0",
            "Firefox on Android",
        ),
        (
            "Mozilla/5.0 (Windows NT 6.1; Trident/7.0; rv:11.0) like Gecko",
            "Internet Explorer on Windows",
        ),
        ("Mozilla/5.0 (Windows NT 10.0)", "An unknown browser on Windows"),
        ("Firefox/145.0", "Firefox on an unknown device"),
        ("curl/8.5.0 <script>", "An unknown browser"),
        ("", "An unknown browser"),
    ],
)
def test_browser_is_named_with_its_device(user_agent: str, words: str) -> None:
    assert describe_browser(user_agent) == words
