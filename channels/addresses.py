"""The addresses of channels on this site, for pages, mails and the answers to tools."""

from __future__ import annotations

from functools import cache
from urllib.parse import quote

from django.urls import get_script_prefix, reverse

CODE = "CODE"


def channel_address(code: str, view: str = "channel") -> str:
    """The path of a view of one channel; every special character of the code is escaped."""
    return _address(f"channels:{view}", code)


def deed_address(code: str, deed: str) -> str:
    """The path of the page on which something of a channel is changed."""
    return f"{channel_address(code)}change/{deed}/"


def training_address(certification: str) -> str:
    """The path that redirects to the course of a certification, in the active language."""
    return _address("channels:training", certification)


def _address(name: str, code: str) -> str:
    return _pattern(name, get_script_prefix()).replace(CODE, quote(code, safe=""))


@cache
def _pattern(name: str, _script_prefix: str) -> str:
    """The path with a place for the code: looked up once, because one answer to a tool names thousands of paths."""
    return reverse(name, args=[CODE])
