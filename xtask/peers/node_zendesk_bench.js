// Measures node-zendesk, unmodified, against a sandbox.
//
// node_zendesk_bench.js URL EMAIL TOKEN import FILE ROWS JOBS   imports the first ROWS rows of a CSV file, a hundred a request, JOBS at once
// node_zendesk_bench.js URL EMAIL TOKEN call N                  creates or updates a user N times
//
// It ends by saying {"rows": N, "applied": M}.

const fs = require('node:fs');
const {createClient} = require('node-zendesk');

const [url, username, token, what, ...rest] = process.argv.slice(2);
const client = createClient({username, token, endpointUri: `${url}/api/v2`});

/** The records of a CSV file, read piece by piece; Node brings no reader of its own. */
async function* records(file) {
  let cell = '';
  let record = [];
  let isQuoted = false;
  let wasQuote = false;
  for await (const piece of fs.createReadStream(file, {encoding: 'utf8', highWaterMark: 256 * 1024})) {
    let start = 0;
    for (let index = 0; index < piece.length; index += 1) {
      const code = piece.charCodeAt(index);
      if (isQuoted) {
        if (code === 34) {
          cell += piece.slice(start, index);
          start = index + 1;
          isQuoted = false;
          wasQuote = true;
        }
      } else if (code === 34) {
        // A second quote inside quotes is a quote.
        if (wasQuote) cell += '"';
        start = index + 1;
        isQuoted = true;
        wasQuote = false;
      } else if (code === 44 || code === 10) {
        record.push(cell + piece.slice(start, index));
        cell = '';
        start = index + 1;
        wasQuote = false;
        if (code === 10) {
          yield record;
          record = [];
        }
      }
    }
    cell += piece.slice(start);
  }
  if (cell || record.length > 0) {
    yield [...record, cell];
  }
}

const number = (text) => (/^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text);
const flags = {true: true, yes: true, 1: true, false: false, no: false, 0: false};
const flag = (text) => flags[text] ?? text;
const parts = (text) => text.split(',').map((part) => part.trim());
const text = (cell) => cell;
const kinds = {integer: number, decimal: number, boolean: flag, list: parts};

/** What to do with the cells of each column: whether they are custom fields, their key, how to read them. */
async function columns(header) {
  const organizations = await client.organizations.list();
  const ids = new Map(organizations.map(({name, id}) => [name, id]));
  return header.map((head) => {
    const [name, kind] = head.split(':');
    if (name === 'organization.name') return [false, 'organization_id', (cell) => ids.get(cell)];
    if (name === 'tags') return [false, name, parts];
    if (name.startsWith('user_fields.')) return [true, name.slice('user_fields.'.length), kinds[kind] ?? text];
    return [false, name, text];
  });
}

async function* people(file, rows) {
  let plan;
  let count = 0;
  for await (const record of records(file)) {
    if (!plan) {
      plan = await columns(record);
      continue;
    }
    if (count === rows) return;
    count += 1;
    const person = {skip_verify_email: true};
    let fields;
    plan.forEach(([isCustom, key, read], index) => {
      const cell = record[index];
      if (!cell) return;
      if (isCustom) {
        fields ??= {};
        fields[key] = read(cell);
      } else {
        person[key] = read(cell);
      }
    });
    if (fields) person.user_fields = fields;
    yield person;
  }
}

/** How many rows of a job were applied. The client's own helper waits half a second first, and makes a client for each job. */
async function ended(id) {
  for (;;) {
    const {result} = await client.jobstatuses.show(id);
    const job = result.job_status;
    if (job.status === 'completed') {
      return job.results.filter(({status}) => status === 'Created' || status === 'Updated').length;
    }
    if (job.status !== 'queued' && job.status !== 'working') throw new Error(`a job is ${job.status}`);
    await new Promise((resolve) => {
      setTimeout(resolve, 10);
    });
  }
}

async function runImport(file, rows, jobs) {
  const everybody = people(file, Number(rows));
  let sent = 0;
  let applied = 0;
  let reading = Promise.resolve();
  // One after the other: a file has one reader.
  const batch = () => {
    const next = reading.then(async () => {
      const users = [];
      while (users.length < 100) {
        const {value, done} = await everybody.next();
        if (done) break;
        users.push(value);
      }
      return users;
    });
    reading = next;
    return next;
  };
  const work = async () => {
    for (;;) {
      const users = await batch();
      if (users.length === 0) return;
      const {result} = await client.users.createOrUpdateMany({users});
      const count = await ended(result.job_status.id);
      applied += count;
      sent += users.length;
    }
  };
  await Promise.all(Array.from({length: Number(jobs)}, work));
  return [sent, applied];
}

async function runCalls(times) {
  let applied = 0;
  for (let index = 0; index < times; index += 1) {
    const person = index % 100;
    const user = {
      name: `Person Number ${person}`,
      email: `person.${person}@call.example`,
      external_id: `call-${person}`,
      phone: `+4930500${String(person).padStart(4, '0')}`,
      tags: ['imported', 'call'],
      user_fields: {crm_id: `CRM-${String(person).padStart(6, '0')}`, seats: person % 40},
    };
    const {result} = await client.users.createOrUpdate({user});
    applied += Number(result.external_id === user.external_id);
  }
  return [times, applied];
}

(what === 'import' ? runImport(...rest) : runCalls(Number(rest[0]))).then(([rows, applied]) => {
  console.log(JSON.stringify({rows, applied}));
});
