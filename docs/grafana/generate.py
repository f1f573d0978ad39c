#!/usr/bin/env python3
"""Writes the dashboards and the alert rules of this folder.

usage: generate.py [DIRECTORY]      DIRECTORY: where to write instead of beside this file, to compare"""

import json
import pathlib
import sys

from pieces import *
from relations import growth, indexes, tables
from server import alerts, overview, waits, wal
from statements import regressions, statement, statements
from work import findings, metrics, objectives

DASHBOARDS = [overview, statements, statement, regressions, tables, indexes, growth, waits, wal, findings, metrics, objectives]


def write(path, content):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def main():
    here = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).resolve().parent)
    for make in DASHBOARDS:
        content = make()
        write(here / "dashboards" / f"{content['uid']}.json", content)
    write(here / "provisioning" / "alerting" / "almanac.json", alerts())


if __name__ == "__main__":
    main()
