"""`./hengke up`: from a fresh checkout to a running site with one command."""

from __future__ import annotations

import argparse
import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import webbrowser
from collections.abc import Sequence
from pathlib import Path

from launcher import environment, frontend, ports
from launcher.instance import Instance
from launcher.layout import Layout, data_folder
from launcher.say import LauncherError, done, note, pick, warn
from launcher.supervisor import Service, Supervisor

_LEASH = Path(__file__).with_name("leash.py")
_LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
_QUICK_DEATHS = 4  # a web process that dies so often before it ever answers will not come right by itself
_PATIENCE = 20.0  # seconds until "not ready" is said aloud


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """The options of `up`."""
    parser = argparse.ArgumentParser(prog="./hengke up", description=pick("启动衡客", "Start Hengke"))
    parser.add_argument(
        "--data", metavar="DIR", help=pick("数据文件夹，默认 ./var", "data folder, default ./var")
    )
    parser.add_argument("--host", default="127.0.0.1", help=pick("监听地址", "address to listen on"))
    parser.add_argument(
        "--port",
        type=int,
        help=pick(
            "端口，默认上次所用或 8000 起第一个空闲的", "default: the last one, or first free from 8000"
        ),
    )
    parser.add_argument("--empty", action="store_true", help=pick("不装演示数据", "without demo data"))
    parser.add_argument(
        "--scale",
        metavar="N",
        help=pick("演示客户数：1k、20k、200k", "number of demo customers: 1k, 20k, 200k"),
    )
    parser.add_argument("--as-of", metavar="DATE", help=pick("演示数据截止日", "last day of the demo data"))
    parser.add_argument(
        "--no-browser", action="store_true", help=pick("不打开浏览器", "do not open the browser")
    )
    return parser.parse_args(arguments)


def run(arguments: Sequence[str], layout: Layout) -> int:
    """Start everything and stay until told to stop."""
    options = parse(arguments)
    data = data_folder(options.data, layout)
    instance = Instance(data)
    if not instance.claim():
        return _say_where(instance)
    try:
        return _serve(options, layout, data, instance)
    finally:
        instance.release()


def child_environment(data: Path, host: str = "127.0.0.1") -> dict[str, str]:
    """The variables of every child: the data folder, and the names that a host open to others answers to."""
    env = dict(os.environ) | {
        "HENGKE_DATA": str(data),
        "DJANGO_SETTINGS_MODULE": "hengke.config.settings",
        "PYTHONUNBUFFERED": "1",
        "HENGKE_LIVE": str((data / "live.sock").absolute()),
    }
    if host not in ("127.0.0.1", "localhost", "::1"):
        env.setdefault("HENGKE_ALLOWED_HOSTS", json.dumps([*_LOOPBACK, *_own_names(host)]))
    return env


def _say_where(instance: Instance) -> int:
    holder = instance.holder()
    where = holder["url"] or pick("（仍在准备中）", "(still being prepared)")
    note(
        f"衡客已在运行：{where}  进程 {holder['pid']}",
        f"Hengke is running already: {where}  process {holder['pid']}",
    )
    return 0


def _serve(options: argparse.Namespace, layout: Layout, data: Path, instance: Instance) -> int:
    print(pick(f"衡客 {layout.version()}", f"Hengke {layout.version()}"))
    patience = 5.0 if instance.follows_a_kill else 0.0
    usual = instance.usual_port() or ports.FIRST
    with ports.reserve(options.host, options.port, usual, patience=patience) as bound:
        environment.ensure(layout, "runtime")
        frontend.ensure(layout)
        env = child_environment(data, options.host)
        url = ports.url_of(bound)
        users = _prepare(options, layout, env, url)
        supervisor = Supervisor(_services(layout, env, bound), data / "logs")
        supervisor.install_signals()
        try:
            if _wait_until_ready(supervisor, url, data / "logs" / "web.log"):
                instance.publish(url)
                instance.keep_port(bound.getsockname()[1])
                _welcome(url, users, data, browser=not options.no_browser)
                supervisor.run()
        finally:
            note("正在停止…", "Stopping …")
            supervisor.stop()
            done("已停止", "Stopped")
    return 0


def _prepare(options: argparse.Namespace, layout: Layout, env: dict[str, str], url: str) -> str:
    """Migrate and set up, with a progress bar on the terminal; return the list of log-ins."""
    setup = ["--empty"] if options.empty else []
    setup += ["--scale", options.scale] if options.scale else []
    setup += ["--as-of", options.as_of] if options.as_of else []
    script = layout.root / "launcher" / "prepare.py"
    leash = [sys.executable, "-I", str(_LEASH), str(os.getpid())]
    command = [*leash, str(layout.python), str(script), url, *setup]
    result = subprocess.run(command, env=env, stdout=subprocess.PIPE, text=True, check=False)
    if result.returncode != 0:
        raise LauncherError(
            pick("数据准备失败，原因见上", "Preparing the data failed; the reason stands above")
        )
    return result.stdout.rstrip()


def _services(layout: Layout, env: dict[str, str], bound: socket.socket) -> list[Service]:
    python = str(layout.python)
    serve = [python, str(layout.root / "launcher" / "serve.py"), str(bound.fileno())]
    return [
        Service("web", serve, env, pass_fds=(bound.fileno(),)),
        Service("jobs", [python, "-m", "hengke.config.manage", "work"], env),
        Service("live", [python, "-m", "hengke.engines.notices.live", env["HENGKE_LIVE"]], env),
    ]


def _welcome(url: str, users: str, data: Path, *, browser: bool) -> None:
    done(f"已就绪：{url}", f"Ready: {url}")
    print(users)
    note(f"按 Ctrl-C 停止 · 日志在 {data / 'logs'}", f"Ctrl-C stops · logs in {data / 'logs'}")
    if browser:
        _open_browser(url)


def _wait_until_ready(supervisor: Supervisor, url: str, log: Path) -> bool:
    """True once /readyz says yes; False when told to stop; an error when the web process keeps dying."""
    complain_at = time.monotonic() + _PATIENCE

    def answered() -> bool:
        nonlocal complain_at
        if supervisor.deaths()["web"] >= _QUICK_DEATHS:
            last = "\n".join(log.read_text("utf-8", "replace").splitlines()[-15:])
            raise LauncherError(pick("网站无法启动：", "The web process does not start:") + "\n" + last)
        if time.monotonic() > complain_at:
            complain_at = float("inf")
            warn(f"仍未就绪，请看日志 {log}", f"Not ready yet; see {log}")
        return is_ready(url)

    return supervisor.run(until=answered)


def is_ready(url: str) -> bool:
    """Ask /readyz, past any proxy of the machine."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url + "readyz", timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError, ValueError):
        return False


def _open_browser(url: str) -> None:
    # Without a screen Python would start a text browser in this very terminal.
    if sys.platform != "linux" or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
        webbrowser.open(url)


def _own_names(host: str) -> list[str]:
    """What a person on the network may type for this machine."""
    name = socket.gethostname()
    try:
        addresses = {str(entry[4][0]) for entry in socket.getaddrinfo(name, None)}
    except OSError:
        addresses = set()
    return sorted({host, name, *addresses} - {"0.0.0.0", "::"})
