"""Reads pairs from files of JSON lines.

A pair has names, sentence, program and perhaps a dialogue ([{"says", "program"}], oldest first); or question and answer.
Rows with the same id, in one file or several, are joined: so sentences and their programs may lie in two files.
"""

import hashlib
import json
import pathlib
import sys


def read(paths):
    rows, by_id = [], {}
    for path in paths:
        for line in pathlib.Path(path).read_text().splitlines():
            if not line.strip():
                continue
            row = json.loads(line)
            if "id" not in row:
                rows.append(row)
            elif row["id"] in by_id:
                by_id[row["id"]].update(row)
            else:
                by_id[row["id"]] = row
                rows.append(row)
    whole = [row for row in rows if {"sentence", "program"} <= row.keys() or {"question", "answer"} <= row.keys()]
    if len(whole) < len(rows):
        print(f"{len(rows) - len(whole)} rows have no sentence or no program and are left out", file=sys.stderr)
    return whole


def digest(paths):
    found = hashlib.sha256()
    for path in paths:
        found.update(pathlib.Path(path).read_bytes())
    return found.hexdigest()
