"""Drives zenpy, unmodified, against a sandbox: `zenpy_driver.py URL EMAIL TOKEN`.

Every step is told as a line of JSON: {"step": NAME, "error": null or a text}. A step that needs what a failed one should have left
fails too. zenpy is led to the sandbox by environment variables of its own, ZENPY_FORCE_SCHEME and ZENPY_FORCE_NETLOC.
"""

import json
import os
import sys
import time
from urllib.parse import urlparse

url = urlparse(sys.argv[1])
os.environ["ZENPY_FORCE_SCHEME"] = url.scheme
os.environ["ZENPY_FORCE_NETLOC"] = url.netloc

from zenpy import Zenpy  # noqa: E402
from zenpy.lib.api_objects import Identity, Organization, User, UserField  # noqa: E402
from zenpy.lib.exception import RecordNotFoundException  # noqa: E402

# Without its cache, so that every read is a request.
client = Zenpy(subdomain="sandbox", email=sys.argv[2], token=sys.argv[3], disable_cache=True)
kept = {}
STEPS = []


def step(function):
    STEPS.append(function)
    return function


def same(found, expected):
    if found != expected:
        raise AssertionError(f"{found!r} is not {expected!r}")


def ended(job):
    """zenpy has no helper for it: ask for the job until it has ended."""
    for _ in range(100):
        if job.status not in ("queued", "working"):
            same(job.status, "completed")
            return job
        time.sleep(0.1)
        job = client.job_status(id=job.id)
    raise AssertionError("the job does not end")


def statuses(job):
    return [result["status"] if isinstance(result, dict) else result.status for result in job.results]


def person(name, **more):
    return User(name=name, email=f"{name}@zenpy.example", **more)


# Lists first, while the account is as it began.


@step
def list_users_by_cursor():
    found = list(client.users())
    same(len({user.id for user in found}), len(found))
    kept["everyone"] = len(found)
    same(len(found) > 100, True)


@step
def list_users_by_small_cursors():
    same(len(list(client.users(cursor_pagination=30))), kept["everyone"])


@step
def list_users_by_page():
    found = client.users(cursor_pagination=False)
    same(found.count, kept["everyone"])
    same(len(list(found)), kept["everyone"])


@step
def list_users_by_role():
    same({user.role for user in client.users(role="end-user")}, {"end-user"})


@step
def slice_a_list_by_page():
    same(len(client.users(cursor_pagination=False)[120:150]), 30)


@step
def export_by_time():
    found = client.users.incremental(start_time=1000000000, paginate_by_time=True, per_page=50)
    same(len({user.id for user in found}), kept["everyone"])


@step
def export_by_cursor():
    found = client.users.incremental(start_time=1000000000, per_page=50)
    same(len({user.id for user in found}), kept["everyone"])


@step
def search_export():
    found = list(client.search_export(type="user", query="role:end-user"))
    same({user.role for user in found}, {"end-user"})


# Single users.


@step
def me():
    same(client.users.me().email, sys.argv[2])


@step
def create():
    user = client.users.create(person("ann", verified=True, tags=["one"]))
    same((user.name, user.email, user.role), ("ann", "ann@zenpy.example", "end-user"))
    kept["ann"] = user


@step
def create_twice_is_refused():
    try:
        client.users.create(person("ann"))
    except Exception as error:
        if "already being used" in str(error):
            return
        raise
    raise AssertionError("a second user with the same address")


@step
def show():
    same(client.users(id=kept["ann"].id).name, "ann")


@step
def show_many():
    other = client.users.create(person("bob", external_id="zenpy-bob"))
    kept["bob"] = other
    found = client.users(ids=[kept["ann"].id, other.id])
    same({user.id for user in found}, {kept["ann"].id, other.id})


@step
def update():
    user = client.users(id=kept["ann"].id)
    user.notes = "Met in spring."
    same(client.users.update(user).notes, "Met in spring.")


@step
def update_leaves_the_rest():
    user = client.users(id=kept["ann"].id)
    same((user.notes, user.tags), ("Met in spring.", ["one"]))


@step
def search_by_query():
    found = list(client.users.search(query="email:ann@zenpy.example"))
    same([user.id for user in found], [kept["ann"].id])


@step
def search_by_external_id():
    found = list(client.users.search(external_id="zenpy-bob"))
    same([user.id for user in found], [kept["bob"].id])


@step
def create_or_update_creates():
    kept["cleo"] = client.users.create_or_update(person("cleo", external_id="zenpy-cleo"))
    same(kept["cleo"].external_id, "zenpy-cleo")


@step
def create_or_update_updates():
    again = client.users.create_or_update(User(name="Cleo", external_id="ZENPY-CLEO"))
    same((again.id, again.name), (kept["cleo"].id, "Cleo"))


@step
def related():
    same(client.users.related(kept["ann"]).requested_tickets, 0)


@step
def end_user_shows_less():
    same(client.end_user.show(kept["ann"]).name, "ann")


# Tags.


@step
def tags_set():
    client.users.set_tags(kept["ann"].id, ["red", "green"])
    same(sorted(client.users(id=kept["ann"].id).tags), ["green", "red"])


@step
def tags_add():
    client.users.add_tags(kept["ann"].id, ["blue"])
    same(sorted(client.users(id=kept["ann"].id).tags), ["blue", "green", "red"])


@step
def tags_delete():
    client.users.delete_tags(kept["ann"].id, ["red"])
    same(sorted(client.users(id=kept["ann"].id).tags), ["blue", "green"])


@step
def tags_list():
    same(sorted(tag for tag in client.users.tags(kept["ann"].id)), ["blue", "green"])


# Identities.


@step
def identities_create():
    identity = Identity(type="email", value="ann.two@zenpy.example", verified=True)
    kept["identity"] = client.users.identities.create(kept["ann"], identity)
    same(kept["identity"].value, "ann.two@zenpy.example")


@step
def identities_list():
    found = list(client.users.identities(id=kept["ann"].id))
    same([identity.value for identity in found], ["ann@zenpy.example", "ann.two@zenpy.example"])


@step
def identities_show():
    found = client.users.identities.show(kept["ann"], kept["identity"])
    same(found.value, "ann.two@zenpy.example")


@step
def identities_make_primary():
    client.users.identities.make_primary(kept["ann"], kept["identity"])
    same(client.users(id=kept["ann"].id).email, "ann.two@zenpy.example")


@step
def identities_verify():
    same(client.users.identities.verify(kept["ann"], kept["identity"]).verified, True)


@step
def identities_request_verification():
    same(client.users.identities.request_verification(kept["ann"], kept["identity"]).status_code, 200)


@step
def identities_delete():
    first = next(i for i in client.users.identities(id=kept["ann"].id) if not i.primary)
    same(client.users.identities.delete(kept["ann"], first).status_code, 204)
    same(len(list(client.users.identities(id=kept["ann"].id))), 1)


# Jobs.


@step
def create_many():
    job = ended(client.users.create([person("many1"), person("many2")]))
    same(statuses(job), ["Created", "Created"])


@step
def create_or_update_many():
    job = ended(client.users.create_or_update([person("many2"), person("many3")]))
    same(statuses(job), ["Updated", "Created"])
    kept["many"] = [next(iter(client.users.search(query=f"email:many{n}@zenpy.example"))) for n in (1, 2, 3)]


@step
def update_many():
    for user in kept["many"]:
        user.alias = "lot"
    job = ended(client.users.update(kept["many"]))
    same(statuses(job), ["Updated"] * 3)
    same({user.alias for user in client.users(ids=[user.id for user in kept["many"]])}, {"lot"})


@step
def destroy_many():
    job = ended(client.users.delete(kept["many"]))
    same(statuses(job), ["Deleted"] * 3)


@step
def jobs_list():
    found = client.job_status()["job_statuses"]
    same(len(found) >= 4, True)


# The end of users.


@step
def merge():
    same(client.users.merge(kept["cleo"], kept["bob"]).id, kept["bob"].id)


@step
def delete():
    same(client.users.delete(kept["bob"]).active, False)


@step
def deleted_list():
    same(kept["bob"].id in [user.id for user in client.users.deleted()], True)


@step
def permanently_delete():
    client.users.permanently_delete(kept["bob"])


@step
def a_user_who_never_was():
    try:
        client.users(id=1)
    except RecordNotFoundException:
        return
    raise AssertionError("somebody was found")


# Fields and organizations.


@step
def user_fields_list():
    same("plan_tier" in [field.key for field in client.user_fields()], True)


@step
def user_fields_create():
    field = UserField(type="text", key="zenpy_text", title="A text")
    kept["field"] = client.user_fields.create(field)
    same(kept["field"].key, "zenpy_text")


@step
def user_fields_update():
    kept["field"].title = "Another text"
    same(client.user_fields.update(kept["field"]).title, "Another text")


@step
def user_fields_delete():
    same(client.user_fields.delete(kept["field"]).status_code, 204)


@step
def organizations_list():
    found = list(client.organizations())
    same("Cedar Health" in [each.name for each in found], True)
    kept["cedar"] = next(each for each in found if each.name == "Cedar Health")


@step
def organizations_show():
    same(client.organizations(id=kept["cedar"].id).name, "Cedar Health")


@step
def organizations_users():
    found = list(client.organizations.users(kept["cedar"]))
    same({user.organization_id for user in found}, {kept["cedar"].id})


@step
def organizations_create_or_update():
    made = client.organizations.create_or_update(Organization(name="Zenpy", external_id="zenpy"))
    same(made.name, "Zenpy")
    again = client.organizations.create_or_update(Organization(name="Zenpy Two", external_id="zenpy"))
    same((again.id, again.name), (made.id, "Zenpy Two"))


@step
def organizations_by_external_id():
    same([each.name for each in client.organizations.external("zenpy")], ["Zenpy Two"])


@step
def users_organizations():
    ann = client.users(id=kept["ann"].id)
    ann.organization_id = kept["cedar"].id
    client.users.update(ann)
    same([each.name for each in client.users.organizations(ann)], ["Cedar Health"])


@step
def users_organization_memberships():
    found = list(client.users.organization_memberships(kept["ann"]))
    same([each.organization_id for each in found], [kept["cedar"].id])


@step
def users_groups():
    agent = next(iter(client.users(role="agent")))
    same(len(list(client.users.groups(agent))) > 0, True)
    same(len(list(client.users.group_memberships(agent))) > 0, True)


for function in STEPS:
    try:
        function()
        error = None
    except Exception as problem:  # whatever the client throws is what the report shows
        error = f"{type(problem).__name__}: {problem}"
    print(json.dumps({"step": function.__name__, "error": error}), flush=True)
