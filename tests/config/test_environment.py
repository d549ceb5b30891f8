from __future__ import annotations

from django.core.exceptions import ImproperlyConfigured

import pytest

from config.environment import env, env_bool, env_int, env_list, env_secret


@pytest.mark.parametrize("word", ["1", "true", "YES", "on"])
def test_env_bool_reads_words_for_on(monkeypatch, word):
    monkeypatch.setenv("SWITCH", word)
    assert env_bool("SWITCH", default=False) is True


@pytest.mark.parametrize("word", ["0", "false", "No", "off", ""])
def test_env_bool_reads_words_for_off(monkeypatch, word):
    monkeypatch.setenv("SWITCH", word)
    assert env_bool("SWITCH", default=True) is False


@pytest.mark.parametrize("default", [True, False])
def test_env_bool_keeps_default_when_unset(monkeypatch, default):
    monkeypatch.delenv("SWITCH", raising=False)
    assert env_bool("SWITCH", default=default) is default


def test_env_list_drops_spaces_and_empty_parts(monkeypatch):
    monkeypatch.setenv("HOSTS", " a.example, ,b.example,")
    assert env_list("HOSTS") == ["a.example", "b.example"]


@pytest.mark.parametrize("value", ["ten", "1.5", "", "0x10"])
def test_env_int_names_variable_that_is_not_a_number(monkeypatch, value):
    monkeypatch.setenv("NUMBER", value)
    with pytest.raises(ImproperlyConfigured, match="NUMBER must be a whole number"):
        env_int("NUMBER", 5)


def test_env_file_wins_over_value(monkeypatch, tmp_path):
    (tmp_path / "value").write_text("filed\n")
    monkeypatch.setenv("NAME", "plain")
    monkeypatch.setenv("NAME_FILE", str(tmp_path / "value"))
    assert env("NAME") == "filed"


def test_env_secret_refuses_empty_value(monkeypatch):
    monkeypatch.setenv("KEY", "")
    with pytest.raises(ImproperlyConfigured, match="Set KEY"):
        env_secret("KEY")
