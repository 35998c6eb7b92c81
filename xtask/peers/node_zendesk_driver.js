// Drives node-zendesk, unmodified, against a sandbox: `node node_zendesk_driver.js URL EMAIL TOKEN`.
//
// Every step is told as a line of JSON: {"step": NAME, "error": null or a text}. A step that needs what a failed one should have
// left fails too. The client is led to the sandbox by its own option `endpointUri`.

const assert = require('node:assert/strict');
const {createClient} = require('node-zendesk');

const [url, username, token] = process.argv.slice(2);
const options = {username, token, endpointUri: `${url}/api/v2`};
const client = createClient(options);
const kept = {};

const person = (name, more = {}) => ({name, email: `${name}@node.example`, ...more});

/** Waits with the client's own helper. */
async function ended(answer) {
  const job = await client.jobstatuses.watch(answer.result.job_status.id, 100, 5);
  assert.equal(job.status, 'completed');
  return job;
}

const statuses = (job) => job.results.map((result) => result.status);

/** Single updates and upserts are one a second for the account; the client does not wait by itself. */
async function pace() {
  await new Promise((resolve) => {
    setTimeout(resolve, 1100);
  });
}

async function identities(user) {
  return client.useridentities.list(user.id);
}

const steps = {
  // Lists first, while the account is as it began.
  async list_users_by_cursor() {
    const found = await client.users.list();
    kept.everyone = found.length;
    assert.ok(found.length > 100, `${found.length} users`);
    assert.equal(new Set(found.map((user) => user.id)).size, found.length);
  },
  async list_users_by_role() {
    const found = await client.users.listWithFilter('role', 'end-user');
    assert.deepEqual([...new Set(found.map((user) => user.role))], ['end-user']);
  },
  async search_walks_pages() {
    const found = await client.users.search({query: 'role:end-user'});
    assert.ok(found.length > 100, `${found.length} users`);
  },
  async export_by_time() {
    const found = await client.users.incremental(1000000000);
    assert.equal(found.length, kept.everyone);
  },

  // Single users.
  async me() {
    const {result} = await client.users.me();
    assert.equal(result.email, username);
  },
  async create() {
    const {result} = await client.users.create({user: person('ann', {verified: true, tags: ['one']})});
    assert.deepEqual([result.name, result.email, result.role], ['ann', 'ann@node.example', 'end-user']);
    kept.ann = result;
  },
  async create_twice_is_refused() {
    await assert.rejects(client.users.create({user: person('ann')}), /\(422\)/);
  },
  async show() {
    const {result} = await client.users.show(kept.ann.id);
    assert.equal(result.name, 'ann');
  },
  async show_many() {
    const {result} = await client.users.create({user: person('bob', {external_id: 'node-bob'})});
    kept.bob = result;
    const many = await client.users.showMany([kept.ann.id, kept.bob.id]);
    assert.deepEqual(many.result.map((user) => user.name).sort(), ['ann', 'bob']);
  },
  async update() {
    await pace();
    const {result} = await client.users.update(kept.ann.id, {user: {notes: 'Met in spring.'}});
    assert.deepEqual([result.notes, result.tags], ['Met in spring.', ['one']]);
  },
  async suspend() {
    await pace();
    const {result} = await client.users.suspend(kept.ann.id);
    assert.equal(result.suspended, true);
    await pace();
    const again = await client.users.unsuspend(kept.ann.id);
    assert.equal(again.result.suspended, false);
  },
  async search_by_query() {
    const found = await client.users.search({query: 'email:ann@node.example'});
    assert.deepEqual(found.map((user) => user.id), [kept.ann.id]);
  },
  async search_by_external_id() {
    const found = await client.users.search({external_id: 'node-bob'});
    assert.deepEqual(found.map((user) => user.id), [kept.bob.id]);
  },
  async create_or_update_creates() {
    await pace();
    const {result} = await client.users.createOrUpdate({user: person('cleo', {external_id: 'node-cleo'})});
    kept.cleo = result;
    assert.equal(result.external_id, 'node-cleo');
  },
  async create_or_update_updates() {
    await pace();
    const {result} = await client.users.createOrUpdate({user: {name: 'Cleo', external_id: 'NODE-CLEO'}});
    assert.deepEqual([result.id, result.name], [kept.cleo.id, 'Cleo']);
  },
  async too_many_upserts_are_refused() {
    const upserts = [1, 2, 3].map((number) => client.users.createOrUpdate({user: person(`quick${number}`)}));
    await assert.rejects(Promise.all(upserts), /429/, 'nobody was refused');
  },
  async sideloads() {
    const {users} = createClient(options);
    users.setSideLoad(['identities']);
    const {result} = await users.show(kept.ann.id);
    assert.deepEqual(result.identity.map((identity) => identity.value), ['ann@node.example']);
  },

  // Tags.
  async tags_set() {
    await client.users.setTags(kept.ann.id, {tags: ['red', 'green']});
    const {result} = await client.users.show(kept.ann.id);
    assert.deepEqual(result.tags.sort(), ['green', 'red']);
  },
  async tags_add() {
    await client.users.addTags(kept.ann.id, {tags: ['blue']});
    const {result} = await client.users.show(kept.ann.id);
    assert.deepEqual(result.tags.sort(), ['blue', 'green', 'red']);
  },
  async tags_list() {
    const [found] = await client.users.listTags(kept.ann.id);
    assert.deepEqual(found.tags.sort(), ['blue', 'green', 'red']);
  },
  async tags_remove() {
    let refusal = 'none';
    await client.users.removeTags(kept.ann.id, {tags: ['red']}).catch((error) => {
      refusal = error.message;
    });
    const {result} = await client.users.show(kept.ann.id);
    assert.deepEqual(result.tags.sort(), ['blue', 'green'], `the tag is still there; refusal: ${refusal}`);
  },

  // Identities.
  async identities_create() {
    const identity = {type: 'email', value: 'ann.two@node.example', verified: true};
    const {result} = await client.useridentities.create(kept.ann.id, identity);
    kept.identity = result;
    assert.equal(result.value, 'ann.two@node.example');
  },
  async identities_list() {
    const found = await identities(kept.ann);
    assert.deepEqual(found.map((each) => each.value), ['ann@node.example', 'ann.two@node.example']);
  },
  async identities_show() {
    const {result} = await client.useridentities.show(kept.ann.id, kept.identity.id);
    assert.equal(result.value, 'ann.two@node.example');
  },
  async identities_update() {
    const {result} = await client.useridentities.update(kept.ann.id, kept.identity.id, {identity: {verified: true}});
    assert.equal(result.verified, true);
  },
  async identities_make_primary() {
    const {result} = await client.useridentities.makePrimary(kept.ann.id, kept.identity.id);
    assert.equal(result[0].id, kept.identity.id);
    const shown = await client.users.show(kept.ann.id);
    assert.equal(shown.result.email, 'ann.two@node.example');
  },
  async identities_verify() {
    const {result} = await client.useridentities.verify(kept.ann.id, kept.identity.id);
    assert.equal(result.verified, true);
  },
  async identities_request_verification() {
    await client.useridentities.requestVerification(kept.ann.id, kept.identity.id);
  },
  async identities_delete() {
    const found = await identities(kept.ann);
    await client.useridentities.delete(kept.ann.id, found.find((each) => !each.primary).id);
    const left = await identities(kept.ann);
    assert.equal(left.length, 1);
  },

  // Jobs.
  async create_many() {
    const job = await ended(await client.users.createMany({users: [person('many1'), person('many2')]}));
    assert.deepEqual(statuses(job), ['Created', 'Created']);
  },
  async create_or_update_many() {
    const job = await ended(await client.users.createOrUpdateMany({users: [person('many2'), person('many3')]}));
    assert.deepEqual(statuses(job), ['Updated', 'Created']);
    kept.many = [];
    for (const number of [1, 2, 3]) {
      const [user] = await client.users.search({query: `email:many${number}@node.example`});
      kept.many.push(user.id);
    }
  },
  async update_many_each() {
    const users = kept.many.map((id) => ({id, alias: 'lot'}));
    const job = await ended(await client.users.updateMany(null, {users}, null));
    assert.deepEqual(statuses(job), ['Updated', 'Updated', 'Updated']);
  },
  async update_many_each_with_two_arguments() {
    const users = kept.many.map((id) => ({id, alias: 'two'}));
    await ended(await client.users.updateMany(null, {users}));
  },
  async update_many_alike() {
    const job = await ended(await client.users.updateMany(kept.many, {user: {alias: 'few'}}, null));
    assert.deepEqual(statuses(job), ['Updated', 'Updated', 'Updated']);
    const {result} = await client.users.showMany(kept.many);
    assert.deepEqual([...new Set(result.map((user) => user.alias))], ['few']);
  },
  async update_many_by_external_ids() {
    await client.users.updateMany({external_ids: ['node-bob']}, {user: {alias: 'b'}}, null);
  },
  async destroy_many_with_two_arguments() {
    await ended(await client.users.destroyMany(kept.many, null));
  },
  async destroy_many() {
    const job = await ended(await client.users.destroyMany(kept.many, null, null));
    assert.deepEqual(statuses(job), ['Deleted', 'Deleted', 'Deleted']);
  },
  async jobs_show_many() {
    const {result} = await client.jobstatuses.list();
    const ids = result.job_statuses.slice(0, 2).map((job) => job.id);
    const many = await client.jobstatuses.showMany(ids);
    assert.equal(many.result.job_statuses.length, 2);
  },
  async watch_a_job_that_is_not_there_yet() {
    let asked = 0;
    const watcher = createClient({
      ...options,
      transportConfig: {
        transportFn(address, request) {
          asked++;
          return fetch(address, request);
        },
        responseAdapter: (response) => response,
      },
    });
    await assert.rejects(watcher.jobstatuses.watch('V3-00000000000000000000000000000000', 500, 2), /\(404\)/);
    assert.equal(asked, 3, `asked ${asked} times, not 3`);
  },

  // The end of users.
  async merge() {
    const {result} = await client.users.merge(kept.cleo.id, kept.bob.id);
    assert.equal(result.id, kept.bob.id);
  },
  async password() {
    await assert.rejects(client.users.password(kept.ann.id, 'wrong-wrong', 'long-enough-1'), /\(4\d\d\)/);
  },
  async delete() {
    await client.users.delete(kept.bob.id);
    const {result} = await client.users.show(kept.bob.id);
    assert.equal(result.active, false);
  },
  async a_user_who_never_was() {
    await assert.rejects(client.users.show(1), /\(404\)/);
  },

  // Fields and organizations.
  async user_fields_list() {
    const found = await client.userfields.list();
    assert.ok(found.some((field) => field.key === 'plan_tier'));
  },
  async user_fields_create() {
    const field = {type: 'dropdown', key: 'node_choice', title: 'A choice', custom_field_options: [{name: 'One', value: 'node_one'}]};
    const {result} = await client.userfields.create({user_field: field});
    kept.field = result;
    assert.equal(result.custom_field_options[0].value, 'node_one');
  },
  async user_fields_show() {
    const {result} = await client.userfields.show(kept.field.id);
    assert.equal(result.key, 'node_choice');
  },
  async user_fields_update() {
    const {result} = await client.userfields.update(kept.field.id, {user_field: {title: 'Another'}});
    assert.equal(result.title, 'Another');
  },
  async user_fields_delete() {
    await client.userfields.delete(kept.field.id);
    const found = await client.userfields.list();
    assert.ok(!found.some((field) => field.key === 'node_choice'));
  },
  async organizations_list() {
    const found = await client.organizations.list();
    kept.cedar = found.find((each) => each.name === 'Cedar Health');
    assert.ok(kept.cedar);
  },
  async organizations_show() {
    const {result} = await client.organizations.show(kept.cedar.id);
    assert.equal(result.name, 'Cedar Health');
  },
  async organizations_show_many() {
    const found = await client.organizations.showMany([kept.cedar.id]);
    assert.deepEqual(found.map((each) => each.name), ['Cedar Health']);
  },
  async organizations_create_or_update() {
    const made = await client.organizations.createOrUpdate({organization: {name: 'Node', external_id: 'node'}});
    const again = await client.organizations.createOrUpdate({organization: {name: 'Node Two', external_id: 'node'}});
    assert.deepEqual([again.result.id, again.result.name], [made.result.id, 'Node Two']);
  },
  async organizations_search() {
    const found = await client.organizations.search('node');
    assert.deepEqual(found.map((each) => each.name), ['Node Two']);
  },
  async organizations_autocomplete() {
    const found = await client.organizations.autocomplete({name: 'Ced'});
    assert.deepEqual(found.map((each) => each.name), ['Cedar Health']);
  },
  async organizations_users() {
    const found = await client.users.listByOrganization(kept.cedar.id);
    assert.deepEqual([...new Set(found.map((user) => user.organization_id))], [kept.cedar.id]);
  },
  async users_organizations() {
    await pace();
    await client.users.update(kept.ann.id, {user: {organization_id: kept.cedar.id}});
    const found = await client.organizations.listByUser(kept.ann.id);
    assert.deepEqual(found.map((each) => each.name), ['Cedar Health']);
  },
  async users_organizations_count() {
    assert.equal((await client.organizations.countByUser(kept.ann.id)).value, 1);
  },
};

(async () => {
  for (const [step, run] of Object.entries(steps)) {
    let error = null;
    try {
      await run();
    } catch (problem) {
      error = `${problem.name}: ${problem.message}`;
    }

    console.log(JSON.stringify({step, error}));
  }
})();
