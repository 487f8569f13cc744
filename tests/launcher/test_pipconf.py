"""Pip's settings reach uv and npm."""

from __future__ import annotations

from launcher import pipconf

LISTING = """\
:env:.cert='/etc/own.pem'
:env:.default-timeout='180'
global.cert='/etc/other.pem'
global.extra-index-url='https://a.example/simple\\nhttps://b.example/simple'
global.index-url='https://mirror.example/simple'
install.index-url='https://install.example/simple'
install.find-links='/wheels /more'
list.format='columns'
"""


def test_the_environment_wins_over_install_and_install_over_global() -> None:
    settings = pipconf.parse(LISTING)
    assert settings["cert"] == "/etc/own.pem"
    assert settings["index-url"] == "https://install.example/simple"
    assert settings["timeout"] == "180"
    assert "format" not in settings


def test_nothing_comes_from_an_empty_listing() -> None:
    assert pipconf.parse("") == {}


def test_uv_gets_every_index_folder_and_certificate() -> None:
    env = pipconf.uv_environment(pipconf.parse(LISTING), {"PATH": "/bin"})
    assert env["UV_DEFAULT_INDEX"] == "https://install.example/simple"
    assert env["UV_INDEX"] == "https://a.example/simple https://b.example/simple"
    assert env["UV_FIND_LINKS"] == "/wheels,/more"
    assert env["SSL_CERT_FILE"] == "/etc/own.pem"
    assert env["UV_HTTP_TIMEOUT"] == "180"
    assert env["PATH"] == "/bin"


def test_what_was_set_for_uv_itself_stays() -> None:
    env = pipconf.uv_environment(
        {"index-url": "https://pip.example"}, {"UV_DEFAULT_INDEX": "https://uv.example"}
    )
    assert env["UV_DEFAULT_INDEX"] == "https://uv.example"


def test_uv_without_pip_settings_trusts_the_system_and_fetches_no_python() -> None:
    env = pipconf.uv_environment({}, {})
    assert env["UV_SYSTEM_CERTS"] == "1"
    assert env["UV_PYTHON_DOWNLOADS"] == "never"
    assert "UV_DEFAULT_INDEX" not in env


def test_npm_gets_the_certificate_of_pip_else_that_of_the_machine() -> None:
    machine = {"REQUESTS_CA_BUNDLE": "/machine.pem"}
    assert pipconf.npm_environment({"cert": "/pip.pem"}, machine)["NODE_EXTRA_CA_CERTS"] == "/pip.pem"
    assert pipconf.npm_environment({}, machine)["NODE_EXTRA_CA_CERTS"] == "/machine.pem"
    assert "NODE_EXTRA_CA_CERTS" not in pipconf.npm_environment({}, {})


def test_npm_keeps_its_own_certificate_and_gets_the_proxy() -> None:
    env = pipconf.npm_environment(
        {"cert": "/pip.pem", "proxy": "http://p:1"}, {"NODE_EXTRA_CA_CERTS": "/node.pem"}
    )
    assert env["NODE_EXTRA_CA_CERTS"] == "/node.pem"
    assert env["HTTPS_PROXY"] == "http://p:1"
