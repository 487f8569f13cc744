"""The command line: help in the person's language, options for the data folder, unknown words."""

from __future__ import annotations

import pytest

from launcher import commands
from launcher.layout import data_folder, here
from launcher.say import LauncherError, chinese


@pytest.mark.parametrize(
    ("locale", "word"), [("zh_CN.UTF-8", "启动"), ("en_GB.UTF-8", "start"), ("C", "start")]
)
def test_help_speaks_the_persons_language(monkeypatch, capsys, locale: str, word: str) -> None:
    for name in ("LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", locale)
    assert commands.main(["help"]) == 0
    text = capsys.readouterr().out
    assert word in text
    for name in ("up", "test", "check", "bench", "users", "import", "demo", *commands.ANALYTICS):
        assert name in text


def test_no_command_means_help(capsys) -> None:
    assert commands.main([]) == 0
    assert "./hengke up" in capsys.readouterr().out


def test_the_strongest_locale_variable_decides() -> None:
    assert chinese({"LC_ALL": "zh_CN.UTF-8", "LANG": "en_GB.UTF-8"})
    assert not chinese({"LC_MESSAGES": "en_GB.UTF-8", "LANG": "zh_CN.UTF-8"})
    assert chinese({"LC_ALL": "", "LANG": "zh_TW.UTF-8"})


def test_an_unknown_command_ends_with_2(capsys) -> None:
    assert commands.main(["nonsense"]) == 2
    assert "nonsense" in capsys.readouterr().err


def test_the_data_option_is_taken_from_anywhere() -> None:
    assert commands.take_option(["users", "--data", "x"], "--data") == (["users"], "x")
    assert commands.take_option(["--data=a", "import", "--data=b", "f"], "--data") == (["import", "f"], "b")
    assert commands.take_option(["users"], "--data") == (["users"], None)
    with pytest.raises(LauncherError):
        commands.take_option(["users", "--data"], "--data")


def test_the_data_folder_is_the_option_else_the_variable_else_var(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert data_folder("d", here(), {"HENGKE_DATA": "/e"}) == tmp_path / "d"
    assert str(data_folder(None, here(), {"HENGKE_DATA": "/e"})) == "/e"
    assert data_folder(None, here(), {}) == here().root / "var"
