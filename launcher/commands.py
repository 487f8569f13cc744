"""The commands of `./hengke`: which there are, and who carries them out."""

from __future__ import annotations

import ast
import io
import os
import sys
from collections.abc import Callable, Sequence

from launcher import checking, environment, frontend, locks, testing, up
from launcher.instance import Instance
from launcher.layout import Layout, data_folder, here
from launcher.say import LauncherError, chinese, pick

ANALYTICS = (
    *("pareto", "pyramid", "rfm", "intervals", "migration", "distribution"),
    *("yoy", "lost", "growth", "arrival", "profit", "golden", "frequency", "flow", "identity", "insight"),
)
MANAGED = ("import", "demo", "score", "audit", "privacy", "doctor")

_HELP_ZH = """\
衡客 Hengke {version} — 检验检测机构的客户关系管理

  ./hengke up                启动：装好一切，打开浏览器
      --data DIR             数据文件夹（默认 ./var）
      --port N --host H      监听端口与地址（默认 127.0.0.1:8000）
      --empty                不装演示数据
      --scale 1k|20k|200k    演示数据规模　　--as-of 日期
      --no-browser           不打开浏览器
  ./hengke users             各角色的登录名与密码
      --reset 用户名         一次性链接，重设密码并解锁（--second-step 同时移除第二步）
  ./hengke import 文件…      导入台账　--source 名称
  ./hengke demo              演示数据：装入或清除
  ./hengke score             客户评分：训练到期的模型并为全部客户评分　--train churn late credit
  ./hengke audit verify      核对审计链是否被改动
  ./hengke privacy look|export|erase --contact 编号　个人信息的查询、导出、删除

  ./hengke test [参数]       运行全部测试（参数交给 pytest）
  ./hengke check             静态检查
  ./hengke bench [名称]      性能测试

  直接分析文件（csv、xlsx、parquet）：
  {analytics}
  每个命令加 --help 看用法，例如 ./hengke pareto --help
"""
_HELP_EN = """\
Hengke {version} — CRM for institutions that test, inspect, calibrate and certify

  ./hengke up                start: set everything up and open the browser
      --data DIR             data folder (default ./var)
      --port N --host H      where to listen (default 127.0.0.1:8000)
      --empty                without demo data
      --scale 1k|20k|200k    size of the demo data    --as-of DATE
      --no-browser           do not open the browser
  ./hengke users             log-in and password of each role
      --reset NAME           one-time link for a new password (--second-step removes the second step)
  ./hengke import FILE…      import ledgers    --source NAME
  ./hengke demo              demo data: load or clear
  ./hengke score             scores: train models that are due, score all customers    --train churn late credit
  ./hengke audit verify      check that the audit chain was not tampered with
  ./hengke privacy look|export|erase --contact N    requests of persons about their data

  ./hengke test [ARGS]       run all tests (ARGS go to pytest)
  ./hengke check             static checks
  ./hengke bench [NAME]      benchmarks

  Analyses of plain files (csv, xlsx, parquet):
  {analytics}
  --help after a command shows its options, as in ./hengke pareto --help
"""


def main(arguments: Sequence[str]) -> int:
    """Carry out one command line; the result is the exit code."""
    _write_lines_at_once()
    try:
        return _dispatch(list(arguments), here())
    except LauncherError as failure:
        print(f"hengke: {failure}", file=sys.stderr)
        return failure.exit_code
    except KeyboardInterrupt:
        return 130


def _write_lines_at_once() -> None:
    # Into a pipe Python would write late, and what a child says would come first.
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(line_buffering=True)


def _dispatch(arguments: list[str], layout: Layout) -> int:
    name, rest = (arguments[0], arguments[1:]) if arguments else ("help", [])
    own = _OWN.get(name)
    if own:
        return own(rest, layout)
    if name in ANALYTICS:
        return _become(layout, ["-m", "hengke_analytics.cli", *arguments])
    if name in MANAGED:
        return _manage(arguments, layout)
    unknown = pick(f"没有命令“{name}”，见 ./hengke help", f"no command '{name}'; see ./hengke help")
    raise LauncherError(unknown, exit_code=2)


def _help(arguments: list[str], layout: Layout) -> int:
    lines = "  " + " ".join(ANALYTICS[:6]) + "\n    " + " ".join(ANALYTICS[6:])
    print(
        (_HELP_ZH if chinese() else _HELP_EN).format(version=layout.version(), analytics=lines.strip()),
        end="",
    )
    return 0


def _version(arguments: list[str], layout: Layout) -> int:
    print(layout.version())
    return 0


def _build(arguments: list[str], layout: Layout) -> int:
    environment.ensure(layout, "runtime")
    frontend.ensure(layout)
    return 0


def _manage(arguments: list[str], layout: Layout) -> int:
    """A Django command; `--data DIR` anywhere on the line chooses the data folder."""
    arguments, folder = take_option(arguments, "--data")
    os.environ["HENGKE_DATA"] = str(data_folder(folder, layout))
    return _become(layout, ["-m", "hengke.config.manage", *arguments])


def _users(arguments: list[str], layout: Layout) -> int:
    """The log-ins, with a link that names the address of the running site."""
    arguments, folder = take_option(arguments, "--data")
    data = data_folder(folder, layout)
    url = Instance(data).holder()["url"]
    base = ["--base", url.rstrip("/")] if url else []
    return _manage(["users", "--data", str(data), *base, *arguments], layout)


def _bench(arguments: list[str], layout: Layout) -> int:
    folder = layout.root / "bench"
    names = sorted(path.stem for path in folder.glob("[a-z]*.py"))
    if not arguments or arguments[0] not in names:
        for name in names:
            summary = (ast.get_docstring(ast.parse((folder / f"{name}.py").read_text("utf-8"))) or "").split(
                "\n"
            )[0]
            print(f"  {name:<14} {summary}")
        return 2 if arguments else 0
    os.environ["PYTHONPATH"] = str(layout.root)
    return _become(layout, [str(folder / f"{arguments[0]}.py"), *arguments[1:]])


def take_option(arguments: list[str], option: str) -> tuple[list[str], str | None]:
    """Split `--option VALUE` or `--option=VALUE` off a command line; the last one wins."""
    rest, value = [], None
    words = iter(arguments)
    for word in words:
        if word == option:
            value = next(words, None)
            if value is None:
                raise LauncherError(pick(f"{option} 后缺少值", f"{option} needs a value"), exit_code=2)
        elif word.startswith(option + "="):
            value = word.removeprefix(option + "=")
        else:
            rest.append(word)
    return rest, value


def _become(layout: Layout, python_arguments: list[str]) -> int:
    """Let the environment's Python take this process over: signals, terminal and exit code stay untouched."""
    environment.ensure(layout, "runtime")
    sys.stdout.flush()
    os.execv(layout.python, [str(layout.python), "-X", "utf8", *python_arguments])


_OWN: dict[str, Callable[[list[str], Layout], int]] = {
    "help": _help,
    "--help": _help,
    "-h": _help,
    "--version": _version,
    "up": up.run,
    "test": testing.run,
    "check": checking.run,
    "bench": _bench,
    "build": _build,
    "lock": locks.run,
    "manage": _manage,
    "users": _users,
}
