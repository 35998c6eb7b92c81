"""Measures zenpy, unmodified, against a sandbox.

zenpy_bench.py URL EMAIL TOKEN import FILE ROWS JOBS   imports the first ROWS rows of a CSV file, a hundred a request, JOBS at once
zenpy_bench.py URL EMAIL TOKEN call N                  creates or updates a user N times

It ends by saying {"rows": N, "applied": M}. All on one thread: a client that ten threads share fails ("dictionary changed size
during iteration").
"""

import csv
import itertools
import json
import os
import sys
import time
from collections import deque
from urllib.parse import urlparse

url = urlparse(sys.argv[1])
os.environ["ZENPY_FORCE_SCHEME"] = url.scheme
os.environ["ZENPY_FORCE_NETLOC"] = url.netloc

from zenpy import Zenpy  # noqa: E402
from zenpy.lib.api_objects import User  # noqa: E402

client = Zenpy(subdomain="sandbox", email=sys.argv[2], token=sys.argv[3], disable_cache=True)


def number(text):
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            pass
    return text


def flag(text):
    return {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}.get(text, text)


def parts(text):
    return [part.strip() for part in text.split(",")]


KINDS = {"integer": number, "decimal": number, "boolean": flag, "list": parts}


def columns(header):
    """What to do with the cells of each column: whether they are custom fields, their key, how to read them."""
    for head in header:
        name, _, kind = head.partition(":")
        if name == "organization.name":
            ids = {each.name: each.id for each in client.organizations()}
            yield False, "organization_id", ids.get
        elif name == "tags":
            yield False, name, parts
        elif name.startswith("user_fields."):
            yield True, name.removeprefix("user_fields."), KINDS.get(kind, str)
        else:
            yield False, name, str


def people(file, rows):
    reader = csv.reader(file)
    plan = list(columns(next(reader)))
    for record in itertools.islice(reader, rows):
        person = {"skip_verify_email": True}
        fields = {}
        for (is_custom, key, read), cell in zip(plan, record):
            if cell:
                value = read(cell)
                if value is not None:
                    (fields if is_custom else person)[key] = value
        if fields:
            person["user_fields"] = fields
        yield User(**person)


def ended(job):
    """zenpy has no helper for it: ask for the job until it has ended. How many rows were applied."""
    job = client.job_status(id=job.id)
    while job.status in ("queued", "working"):
        time.sleep(0.01)
        job = client.job_status(id=job.id)
    if job.status != "completed":
        raise RuntimeError(f"a job is {job.status}")
    results = (result if isinstance(result, dict) else vars(result) for result in job.results)
    return sum(result.get("status") in ("Created", "Updated") for result in results)


def run_import(path, rows, jobs):
    sent = applied = 0
    waiting = deque()
    with open(path, encoding="utf-8", errors="replace", newline="") as file:
        everybody = people(file, rows)
        while batch := list(itertools.islice(everybody, 100)):
            if len(waiting) == jobs:
                applied += ended(waiting.popleft())
            waiting.append(client.users.create_or_update(batch))
            sent += len(batch)
    applied += sum(ended(job) for job in waiting)
    return sent, applied


def run_calls(times):
    applied = 0
    for index in range(times):
        number = index % 100
        user = User(
            name=f"Person Number {number}",
            email=f"person.{number}@call.example",
            external_id=f"call-{number}",
            phone=f"+4930500{number:04}",
            tags=["imported", "call"],
            user_fields={"crm_id": f"CRM-{number:06}", "seats": number % 40},
        )
        applied += client.users.create_or_update(user).external_id == user.external_id
    return times, applied


if sys.argv[4] == "import":
    rows, applied = run_import(sys.argv[5], int(sys.argv[6]), int(sys.argv[7]))
else:
    rows, applied = run_calls(int(sys.argv[5]))
print(json.dumps({"rows": rows, "applied": applied}))
