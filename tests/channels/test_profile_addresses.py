"""Pasted addresses are read as one account, or refused: a look-alike never becomes ours. Pure."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.rules.profile_addresses import (
    AddressRefusedError,
    PlatformPattern,
    ProfileAddress,
    read_profile_address,
)

PLATFORMS = [
    PlatformPattern("linkedin", ("linkedin.com",), "https://www.linkedin.com/{handle}"),
    PlatformPattern("x", ("x.com", "twitter.com"), "https://x.com/{handle}"),
    PlatformPattern("youtube", ("youtube.com",), "https://www.youtube.com/@{handle}"),
    PlatformPattern("facebook", ("facebook.com", "fb.com"), "https://www.facebook.com/{handle}"),
    PlatformPattern("instagram", ("instagram.com",), "https://www.instagram.com/{handle}/"),
    PlatformPattern("tiktok", ("tiktok.com",), "https://www.tiktok.com/@{handle}"),
    PlatformPattern("blog", ("blog.northlight.example",)),
]


def read(text: str, platform: str = "") -> ProfileAddress:
    return read_profile_address(text, PLATFORMS, platform)


SAME = {
    "https://x.com/northlight": [
        *("x.com/Northlight", "http://www.x.com/northlight/", "HTTPS://Twitter.com/NORTHLIGHT"),
        *("https://mobile.twitter.com/northlight?ref_src=twsrc%5Etfw", "x.com./northlight"),
        *("https://x.com/northlight/status/1799?s=20#m", " https://x.com:443/@northlight "),
    ],
    "https://www.linkedin.com/company/northlight": [
        "https://fi.linkedin.com/company/Northlight/about/?trk=x",
        "linkedin.com/company/northlight",
    ],
    "https://www.youtube.com/@northlight": [
        *("https://m.youtube.com/@Northlight/videos", "youtube.com/@northlight?si=abc"),
    ],
    "https://www.youtube.com/channel/UCaBc-1_x": ["http://youtube.com/channel/UCaBc-1_x/about"],
    "https://www.facebook.com/northlight": ["https://m.facebook.com/Northlight/?mibextid=1"],
    "https://www.facebook.com/1000123": [
        *("https://www.facebook.com/profile.php?id=1000123&sk=about", "fb.com/1000123"),
        "https://www.facebook.com/pages/Northlight-Audio/1000123/",
    ],
    "https://www.instagram.com/northlight.fi/": ["instagram.com/northlight.fi?igsh=abc"],
    "https://www.tiktok.com/@northlight": ["https://www.tiktok.com/@northlight/video/7?lang=fi"],
    "https://blog.northlight.example/Company": ["blog.northlight.example/Company/?utm_source=x"],
}


@pytest.mark.parametrize("url", SAME)
def test_spellings_of_one_account_are_one_address(url):
    assert {read(text).url for text in [url, *SAME[url]]} == {url}


REFUSED = {
    "empty": ["", "  "],
    "not_an_address": [
        *(
            "https://x.com/a b",
            "x.com:8080/a",
            "https://[x",
            "a" * 501,
            "http:///x",
            "https://x.com/<b>",
        ),
    ],
    "not_web": [
        "javascript:alert(1)",
        "mailto:a@x.com",
        "ftp://x.com/northlight",
        "data:text/html,x",
    ],
    "hidden_host": ["https://x.com@evil.example/northlight", "https://x.com:pw@evil.example/"],
    "foreign_letters": [
        "https://xn--tiktk-jua.com/@a",
        "https://тwitter.com/a",
        "https://x。com/a",
    ],
    "look_alike": [
        *("linkedln.com/company/northlight", "https://linkedin.com.evil.example/company/x"),
        *("https://www.linkedin-login.example/x", "faceb00k.com/northlight", "instagran.com/x"),
        *("youtube.co/@northlight", "twitter.co/a", "evil.x.com/a", "https://evil-facebook.com/a"),
        *("yuotube.com/@a", "blog.northlight.example.evil.test/company"),
    ],
    "short_link": ["https://t.co/abc", "lnkd.in/abc"],
    "unsupported": ["https://example.org/northlight", "mastodon.social/@northlight"],
    "no_handle": [
        *("https://x.com/", "linkedin.com/company/", "facebook.com/profile.php?id=x", "x.com/../y"),
    ],
    "kind_of_page_missing": ["https://www.linkedin.com/northlight"],
    "a_post": [
        *("https://www.instagram.com/p/abc/", "youtube.com/watch?v=1", "facebook.com/groups/1/"),
        "https://x.com/intent/post?text=x",
    ],
    "handle_without_platform": ["@northlight", "northlight"],
}


@pytest.mark.parametrize(
    ("code", "text"), [(code, text) for code, texts in REFUSED.items() for text in texts]
)
def test_addresses_that_are_no_account_are_refused(code, text):
    with pytest.raises(AddressRefusedError) as refused:
        read(text)
    assert refused.value.code == code


def test_handle_is_read_on_its_platform_with_and_without_at():
    assert read("@Northlight", "x") == read("northlight", "x") == read("x.com/northlight")
    with pytest.raises(AddressRefusedError, match="kind_of_page_missing"):
        read("@northlight", "linkedin")
    with pytest.raises(AddressRefusedError, match="no_handle"):
        read("@search", "x")


handles = st.from_regex(r"[a-z][a-z0-9_]{2,14}", fullmatch=True).map("n-".__add__)
fronts = st.sampled_from(["", "www.", "m.", "mobile.", "fi."])
tails = st.sampled_from(["", "/", "?utm_source=a&x=1", "#top", "/?ref=@other"])


@given(handles, fronts, tails, st.sampled_from(["https://", "http://", ""]))
def test_reading_what_was_read_changes_nothing(handle, front, tail, scheme):
    for host, path in [("x.com", ""), ("linkedin.com", "company/"), ("tiktok.com", "@")]:
        found = read(f"{scheme}{front}{host}/{path}{handle}{tail}")
        assert read(found.url) == found
        assert handle in found.handle


@given(st.text(max_size=60) | st.from_regex(r"https?://[a-z0-9.@:-]{1,25}/[a-z0-9@/._?=-]{0,20}"))
def test_address_of_any_text_is_read_or_refused_and_its_host_is_a_platform_one(text):
    try:
        found = read(text)
    except AddressRefusedError:
        return
    assert found.url.split("/")[2].removeprefix("www.") in {
        host for platform in PLATFORMS for host in platform.hosts
    }
    assert read(found.url) == found
