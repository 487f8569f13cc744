"""`insight NAME FILE…`: models, patterns and forecasts on plain files.

A command is one line in COMMANDS and one module of that name here, with `add_options(parser)` and `run(chosen)`.
"""

from __future__ import annotations

import argparse
from importlib import import_module

#: Name of the command and of its module -> what it does, in a few words.
COMMANDS: dict[str, str] = {
    "classify": "按任意标签分类：效果、阈值与每行的依据",
    "tree": "决策树（ID3、C4.5）：规则与图",
    "rules": "关联规则：哪些项目常在一起",
    "sequences": "序列模式：先做什么、后做什么，下一项是什么",
    "clv": "客户终身价值：还在不在，还会带来多少",
    "forecast": "预测：今后各月，附 80% 与 95% 区间",
    "cluster": "聚类：相似的客户分成几群，各有什么特点",
    "text": "文本：关键词、主题、情绪、需求，可训练的分类器",
}


def add_commands(parser: argparse.ArgumentParser, kind: type[argparse.ArgumentParser]) -> None:
    """Give every command its parser of class `kind`; `chosen.run` will carry it out."""
    commands = parser.add_subparsers(dest="action", required=True, metavar="分析", parser_class=kind)
    for name, words in COMMANDS.items():
        module = import_module(f"{__name__}.{name}")
        command = commands.add_parser(name, help=words, description=words)
        module.add_options(command)
        command.set_defaults(run=module.run)
