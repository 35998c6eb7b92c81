//! What really happened, seen from outside the engine, and which rules that broke.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use http::Method;
use serde_json::Value;
use tokio::time::Instant;
use zd_import::{Entry, Outcome, Settled, email_form, external_id_form};
use zd_sandbox::Sandbox;

/// The rules: the contract, and what it rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Rule {
    /// Every row ends in exactly one outcome.
    OneOutcome,
    /// What an outcome says is so.
    Evidence,
    /// Nobody is made twice.
    Twice,
    /// What a row says is at its own person.
    Person,
    /// Two rows of one person are never on their way together.
    Together,
    /// Rows with an outcome and rows without are all rows.
    Partition,
    /// What was shown is never lost and never told differently.
    Forgotten,
    /// What leaves is durable as an intent.
    Intent,
    /// Whoever comes next can go on.
    Resume,
    /// Nothing is sent while Zendesk says wait.
    Waiting,
    /// It goes on, and comes to an end.
    Progress,
}

/// A rule that was broken, and how.
#[derive(Clone, Debug)]
pub(crate) struct Violation {
    pub(crate) rule: Rule,
    pub(crate) what: String,
}

/// What became of a row, as it was told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Told {
    status: zd_import::Status,
    user: Option<u64>,
    attempts: u32,
    error: Option<zd_import::RowError>,
}

impl From<&Outcome> for Told {
    fn from(outcome: &Outcome) -> Self {
        Self {
            status: outcome.status,
            user: outcome.user_id.map(zd_model::UserId::get),
            attempts: outcome.attempts,
            error: outcome.error.clone(),
        }
    }
}

impl From<&Settled> for Told {
    fn from(row: &Settled) -> Self {
        Self {
            status: row.status,
            user: row.user_id.map(zd_model::UserId::get),
            attempts: row.attempts,
            error: row.error.clone(),
        }
    }
}

/// What was sent of a row.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sent {
    /// Under which keys of the sandbox's count.
    pub(crate) keys: BTreeSet<String>,
    pub(crate) last_key: String,
}

/// What really happened. Clones share it.
#[derive(Clone, Debug)]
pub(crate) struct Ledger {
    inner: Arc<Mutex<Inner>>,
    pub(crate) sandbox: Sandbox,
}

#[derive(Debug)]
pub(crate) struct Inner {
    pub(crate) violations: Vec<Violation>,
    /// Whose row it is.
    people: Vec<usize>,
    pub(crate) sent: BTreeMap<u64, Sent>,
    /// Requests that have left and not arrived, with their rows.
    travelling: HashMap<u64, Vec<u64>>,
    /// Jobs with their rows.
    jobs: Vec<(String, Vec<u64>)>,
    known_jobs: BTreeSet<String>,
    submissions: u64,
    /// Rows whose intent is durable and that have not left since.
    intended: BTreeSet<u64>,
    /// What the journal took.
    pub(crate) acknowledged: BTreeMap<u64, Told>,
    pub(crate) shown: BTreeMap<u64, Told>,
    /// Since when, and until when, nothing may be sent: at all, or by one path.
    closed: HashMap<String, (Instant, Instant)>,
    /// Requests by method and path.
    pub(crate) asked: BTreeMap<String, u64>,
    pub(crate) last_trouble: Instant,
    /// How often the sandbox's faults struck, and those of the way.
    pub(crate) struck: u64,
    pub(crate) ways: u64,
    began: Instant,
    pub(crate) verbose: bool,
}

impl Ledger {
    pub(crate) fn new(sandbox: Sandbox, people: Vec<usize>, verbose: bool) -> Self {
        let inner = Inner {
            violations: Vec::new(),
            people,
            sent: BTreeMap::new(),
            travelling: HashMap::new(),
            jobs: Vec::new(),
            known_jobs: BTreeSet::new(),
            submissions: 0,
            intended: BTreeSet::new(),
            acknowledged: BTreeMap::new(),
            shown: BTreeMap::new(),
            closed: HashMap::new(),
            asked: BTreeMap::new(),
            last_trouble: Instant::now(),
            struck: 0,
            ways: 0,
            began: Instant::now(),
            verbose,
        };
        Self {
            inner: Arc::new(Mutex::new(inner)),
            sandbox,
        }
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn broken(&self, rule: Rule, what: String) {
        self.lock().broken(rule, what);
    }

    /// The jobs of the account: id, whether it has ended.
    fn job_list(&self) -> Vec<(String, bool)> {
        let jobs = self.sandbox.inspect(&Method::GET, "jobs", &Value::Null);
        let jobs = jobs.unwrap()["jobs"].as_array().cloned();
        let told = |job: Value| {
            let status = job["status"].as_str().unwrap_or_default();
            let ended = !matches!(status, "queued" | "working");
            (job["id"].as_str().unwrap_or_default().to_owned(), ended)
        };
        jobs.unwrap_or_default().into_iter().map(told).collect()
    }

    /// A request leaves; the number of a submission.
    pub(crate) fn leaves(&self, method: &Method, path: &str, body: &[u8]) -> Option<u64> {
        let submits = *method == Method::POST && path.contains("/users/create_or_update");
        let jobs = if submits { self.job_list() } else { Vec::new() };
        let mut inner = self.lock();
        *inner.asked.entry(format!("{method} {path}")).or_default() += 1;
        inner.mind_waits(method, path);
        if !submits {
            return None;
        }
        let entries = entries_of(body);
        let rows: Vec<u64> = entries.iter().filter_map(row_of).collect();
        inner.mind_people(&rows, &jobs);
        for (entry, row) in entries.iter().zip(&rows) {
            let key = tally_key(entry);
            let sent = inner.sent.entry(*row).or_default();
            sent.last_key.clone_from(&key);
            sent.keys.insert(key);
            if !inner.intended.remove(row) {
                let what = format!("row {row} leaves without a durable intent");
                inner.broken(Rule::Intent, what);
            }
        }
        inner.submissions += 1;
        let number = inner.submissions;
        inner.say(|| format!("{method} {path} leaves with rows {rows:?}"));
        inner.travelling.insert(number, rows);
        Some(number)
    }

    /// A submission was taken by the sandbox, or never will be.
    pub(crate) fn arrived(&self, number: Option<u64>, taken: bool) {
        let Some(number) = number else { return };
        let jobs = if taken { self.job_list() } else { Vec::new() };
        let mut inner = self.lock();
        let rows = inner.travelling.remove(&number).unwrap_or_default();
        for (id, _) in jobs {
            if inner.known_jobs.insert(id.clone()) {
                inner.say(|| format!("job {id} has rows {rows:?}"));
                inner.jobs.push((id, rows.clone()));
            }
        }
    }

    /// Takes note of the sandbox's faults.
    pub(crate) fn mind_troubles(&self) {
        let struck: u64 = self.sandbox.faults().iter().map(|(_, struck)| struck).sum();
        let mut inner = self.lock();
        if struck != inner.struck {
            inner.struck = struck;
            inner.last_trouble = Instant::now();
        }
    }

    /// Trouble on the way.
    pub(crate) fn trouble(&self, what: &str) {
        let mut inner = self.lock();
        inner.ways += 1;
        inner.last_trouble = Instant::now();
        inner.say(|| format!("on the way: {what}"));
    }

    /// These entries were acknowledged as durable.
    pub(crate) fn committed(&self, entries: &[Entry]) {
        let mut inner = self.lock();
        for entry in entries {
            inner.say(|| format!("durable: {entry:?}"));
            match entry {
                Entry::Intent { rows, .. } => inner.intended.extend(rows),
                Entry::Outcomes { rows, .. } => {
                    for row in rows {
                        let earlier = inner.acknowledged.insert(row.row, row.into());
                        if earlier.is_some() {
                            let what = format!("row {} is settled twice: {entry:?}", row.row);
                            inner.broken(Rule::OneOutcome, what);
                        }
                    }
                }
                _ => {}
            }
        }
    }

    /// Somebody sees an outcome.
    pub(crate) fn shown(&self, outcome: &Outcome) {
        let told = Told::from(outcome);
        let mut inner = self.lock();
        inner.say(|| format!("shown: {outcome:?}"));
        let number = outcome.number;
        if inner.acknowledged.get(&number) != Some(&told) {
            let what = format!("row {number} is shown and not durable: {told:?}");
            inner.broken(Rule::Forgotten, what);
        }
        if outcome.raw.is_none() != outcome.status.is_success() || outcome.line != number + 2 {
            let what = format!("row {number} is shown with what is not its own: {outcome:?}");
            inner.broken(Rule::Person, what);
        }
        if inner.shown.insert(number, told).is_some() {
            inner.broken(Rule::OneOutcome, format!("row {number} is shown twice"));
        }
    }

    /// The next process reads this.
    pub(crate) fn reopened(&self, entries: &[Entry]) {
        let mut inner = self.lock();
        inner.say(|| format!("the next process finds {} entries", entries.len()));
        inner.closed.clear();
        inner.intended.clear();
        let mut found = BTreeMap::<u64, Told>::new();
        for entry in entries {
            if let Entry::Outcomes { rows, .. } = entry {
                for row in rows {
                    if found.insert(row.row, row.into()).is_some() {
                        let what = format!("row {} has two outcomes in the journal", row.row);
                        inner.broken(Rule::OneOutcome, what);
                    }
                }
            }
        }
        let shown = inner.shown.clone();
        for (row, told) in shown {
            if found.get(&row) != Some(&told) {
                let now = found.get(&row);
                let what = format!("row {row} was shown as {told:?}; the journal has {now:?}");
                inner.broken(Rule::Forgotten, what);
            }
        }
        inner.acknowledged = found;
    }

    /// An answer reaches the engine.
    pub(crate) fn heard(
        &self,
        method: &Method,
        path: &str,
        response: &http::Response<bytes::Bytes>,
    ) {
        let status = response.status().as_u16();
        let mut inner = self.lock();
        inner.say(|| format!("{method} {path} is answered {status}"));
        let seconds = (response.headers().get("retry-after"))
            .and_then(|wait| wait.to_str().ok()?.trim().parse::<u64>().ok());
        let Some(seconds) = seconds.filter(|_| matches!(status, 429 | 503)) else {
            return;
        };
        let jobs = response
            .body()
            .windows(11)
            .any(|text| text == b"TooManyJobs");
        if jobs {
            return;
        }
        let of_account = zd_transport::ThrottleKind::of(response).is_none_or(|kind| {
            matches!(
                kind,
                zd_transport::ThrottleKind::Account | zd_transport::ThrottleKind::Unknown
            )
        });
        let what = if of_account {
            String::new()
        } else {
            path.to_owned()
        };
        let now = Instant::now();
        let until = now + std::time::Duration::from_secs(seconds.min(600));
        let closed = inner.closed.entry(what).or_insert((now, until));
        if closed.1 < until {
            *closed = (now, until);
        }
    }
}

impl Inner {
    pub(crate) fn broken(&mut self, rule: Rule, what: String) {
        self.say(|| format!("BROKEN {rule:?}: {what}"));
        self.violations.push(Violation { rule, what });
    }

    #[expect(clippy::print_stdout, reason = "a single seed is told step by step")]
    fn say(&self, what: impl FnOnce() -> String) {
        if self.verbose {
            println!("{:>9.3}  {}", self.began.elapsed().as_secs_f64(), what());
        }
    }

    fn mind_waits(&mut self, method: &Method, path: &str) {
        let now = Instant::now();
        let waits = ["", path].map(|what| self.closed.get(what).copied());
        for (since, until) in waits.into_iter().flatten() {
            // What left at the very moment of the refusal could not know.
            if since < now && now < until {
                let left = until - now;
                self.broken(
                    Rule::Waiting,
                    format!("{method} {path} is {left:?} too early"),
                );
            }
        }
    }

    fn mind_people(&mut self, rows: &[u64], jobs: &[(String, bool)]) {
        let person =
            |people: &[usize], row: &u64| people.get(usize::try_from(*row).unwrap()).copied();
        let mut broken = Vec::new();
        let mut ours = BTreeSet::new();
        for row in rows {
            if !ours.insert(person(&self.people, row)) {
                broken.push(format!(
                    "row {row} is with another of its person in {rows:?}"
                ));
            }
        }
        let unfinished = |id: &str| jobs.iter().any(|(job, ended)| job == id && !ended);
        let working = (self.jobs.iter()).filter(|(id, _)| unfinished(id));
        let on_their_way = working
            .map(|(_, rows)| rows)
            .chain(self.travelling.values());
        for row in on_their_way.flatten() {
            if ours.contains(&person(&self.people, row)) {
                broken.push(format!("row {row} is on its way while {rows:?} leave"));
            }
        }
        for what in broken {
            self.broken(Rule::Together, what);
        }
    }
}

fn entries_of(body: &[u8]) -> Vec<Value> {
    let body: Value = serde_json::from_slice(body).unwrap();
    match (&body["users"], &body["user"]) {
        (Value::Array(users), _) => users.clone(),
        (_, user) => vec![user.clone()],
    }
}

fn row_of(entry: &Value) -> Option<u64> {
    entry["notes"].as_str()?.strip_prefix("row ")?.parse().ok()
}

/// How the sandbox counts it.
fn tally_key(entry: &Value) -> String {
    match (entry["external_id"].as_str(), entry["email"].as_str()) {
        (Some(id), _) => format!("ext:{}", external_id_form(id)),
        (None, Some(email)) => format!("email:{}", email_form(email)),
        (None, None) => String::new(),
    }
}

impl Inner {
    /// The rows of all jobs: one that was sent twice counts twice, one that was turned away not at all.
    pub(crate) fn taken(&self) -> u64 {
        self.jobs.iter().map(|(_, rows)| rows.len() as u64).sum()
    }

    pub(crate) fn row_count(&self) -> u64 {
        self.people.len() as u64
    }
}
