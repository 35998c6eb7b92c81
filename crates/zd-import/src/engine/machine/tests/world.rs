//! A small Zendesk: people, jobs, and a great many ways to go wrong.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::time::Duration;

use zd_model::operation::USERS_CREATE_OR_UPDATE;
use zd_model::{
    Identity, IdentityId, IdentityType, JobId, JobResult, JobResults, JobState, JobStatus,
    JobStatusesPage, Role, Timestamp, User, UserId, UserInput, UsersPage,
};
use zd_users::Paged;
use zd_users::endpoints::{ListJobs, WrittenUser};

use super::super::super::ask::{Answer, Ask, Heard, Now, PeopleQuery, Reply, Throttled};
use crate::{Refusal, Trouble};

const EPOCH: i64 = 1_700_000_000;

/// How often what goes wrong, in percent.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Mischief {
    pub(crate) throttled: u8,
    pub(crate) not_sent: u8,
    pub(crate) lost: u8,
    pub(crate) killed: u8,
    pub(crate) null_results: u8,
    pub(crate) odd_results: u8,
    pub(crate) missing: u8,
}

impl Mischief {
    pub(crate) const fn none() -> Self {
        Self {
            throttled: 0,
            not_sent: 0,
            lost: 0,
            killed: 0,
            null_results: 0,
            odd_results: 0,
            missing: 0,
        }
    }

    pub(crate) const fn all() -> Self {
        Self {
            throttled: 6,
            not_sent: 3,
            lost: 8,
            killed: 8,
            null_results: 4,
            odd_results: 10,
            missing: 3,
        }
    }
}

#[derive(Debug)]
struct SimJob {
    id: JobId,
    users: Vec<UserInput>,
    /// When each row is applied; later ones of a killed job never are.
    begins: Now,
    each: Duration,
    done: usize,
    stops_at: usize,
    end: JobState,
    results: Vec<JobResult>,
    hide_results: bool,
    odd_results: bool,
    /// Polls do not show it, only the list does.
    hidden: bool,
}

impl SimJob {
    fn ends(&self) -> Now {
        self.begins + self.each * u32::try_from(self.stops_at + 1).unwrap()
    }
}

#[derive(Debug)]
struct Person {
    id: u64,
    external_id: Option<String>,
    email: Option<String>,
    name: String,
    created_at: i64,
}

/// The account.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) rng: fastrand::Rng,
    pub(crate) mischief: Mischief,
    people: Vec<Person>,
    jobs: Vec<SimJob>,
    /// What was applied, by row: whether it made the person.
    applied: HashMap<u64, Vec<bool>>,
    /// The last row applied to each person.
    last: HashMap<u64, u64>,
    now: Now,
    /// Answers to give first, by operation.
    pub(crate) script: BTreeMap<&'static str, VecDeque<Reply>>,
    /// Requests by operation.
    pub(crate) asked: BTreeMap<&'static str, u64>,
    pub(crate) slots: usize,
    pub(crate) job_time: Option<Duration>,
    /// Somebody else always has jobs of so many rows running.
    pub(crate) others: Option<u64>,
    /// How often a job still says of rows that collide that somebody else was writing.
    pub(crate) collisions: u32,
    /// How Zendesk turns a batch away that has a poisonous row in it.
    pub(crate) poison: Option<u16>,
    /// What a lost answer says about waiting.
    pub(crate) wait: Option<Duration>,
}

fn fold(text: &str) -> String {
    text.to_lowercase()
}

fn number_of(user: &UserInput) -> u64 {
    let name = user.name.as_deref().unwrap_or_default();
    name.trim_start_matches("row ").parse().unwrap_or(u64::MAX)
}

fn lost() -> Reply {
    Reply::Lost(Trouble::default())
}

impl World {
    pub(crate) fn new(seed: u64, mischief: Mischief) -> Self {
        let people = (0..3)
            .map(|group| Person {
                id: 10 + group,
                external_id: Some(format!("shared-{group}")),
                email: Some(format!("shared-{group}@x.example")),
                name: "somebody".to_owned(),
                created_at: EPOCH - 1_000,
            })
            .collect();
        Self {
            rng: fastrand::Rng::with_seed(seed ^ 0x5eed),
            mischief,
            people,
            jobs: Vec::new(),
            applied: HashMap::new(),
            last: HashMap::new(),
            now: Now::ZERO,
            script: BTreeMap::new(),
            asked: BTreeMap::new(),
            slots: 30,
            job_time: None,
            others: None,
            collisions: 0,
            poison: None,
            wait: None,
        }
    }

    pub(crate) fn applications(&self, row: u64) -> &[bool] {
        self.applied.get(&row).map_or(&[], Vec::as_slice)
    }

    pub(crate) fn jobs_seen(&self) -> usize {
        self.jobs.len()
    }

    /// Somebody else makes a person.
    pub(crate) fn add(&mut self, external_id: &str, name: &str, at: Now) {
        self.add_by(Some(external_id), None, name, at);
    }

    pub(crate) fn add_by(
        &mut self,
        external_id: Option<&str>,
        email: Option<&str>,
        name: &str,
        at: Now,
    ) {
        self.people.push(Person {
            id: 500,
            external_id: external_id.map(str::to_owned),
            email: email.map(str::to_owned),
            name: name.to_owned(),
            created_at: Self::second(at),
        });
    }

    pub(crate) fn external_id_of(&self, email: &str) -> Option<&str> {
        let person = (self.people.iter()).find(|person| person.email.as_deref() == Some(email))?;
        person.external_id.as_deref()
    }

    fn chance(&mut self, percent: u8) -> bool {
        self.rng.u8(..100) < percent
    }

    fn second(at: Now) -> i64 {
        EPOCH + i64::try_from(at.as_secs()).unwrap()
    }

    fn find(&self, user: &UserInput) -> Option<usize> {
        let by_id = user.external_id.value().and_then(|wanted| {
            self.people.iter().position(|person| {
                person.external_id.as_deref().map(fold) == Some(fold(wanted.as_str()))
            })
        });
        by_id.or_else(|| {
            let wanted = fold(user.email.as_deref()?);
            self.people
                .iter()
                .position(|person| person.email.as_deref().map(fold).as_ref() == Some(&wanted))
        })
    }

    /// Lets the jobs do what they do until then.
    pub(crate) fn advance(&mut self, until: Now) {
        loop {
            let next = (self.jobs.iter().enumerate())
                .filter(|(_, job)| job.done < job.stops_at)
                .map(|(place, job)| {
                    let at = job.begins + job.each * u32::try_from(job.done + 1).unwrap();
                    (at, place)
                })
                .min();
            let Some((at, place)) = next.filter(|(at, _)| *at <= until) else {
                break;
            };
            let user = self.jobs[place].users[self.jobs[place].done].clone();
            let entry = self.apply(&user, self.jobs[place].done, at);
            let job = &mut self.jobs[place];
            job.done += 1;
            job.results.push(entry);
        }
        self.now = self.now.max(until);
    }

    fn apply(&mut self, user: &UserInput, index: usize, at: Now) -> JobResult {
        let mut entry = JobResult::new();
        if user.notes.as_deref() == Some("refuse me") {
            let failure = serde_json::json!({"error": "UserRefused", "details": "no", "id": index});
            return serde_json::from_value(failure).unwrap();
        }
        if user.notes.as_deref() == Some("collide") && self.collisions > 0 {
            self.collisions -= 1;
            let failure = serde_json::json!({"error": "DatabaseConflict", "details": "somebody else was writing", "id": index});
            return serde_json::from_value(failure).unwrap();
        }
        let number = number_of(user);
        let found = self.find(user);
        let person = match found {
            Some(place) => place,
            None => {
                self.people.push(Person {
                    id: 1_000 + number,
                    external_id: None,
                    email: None,
                    name: String::new(),
                    created_at: Self::second(at),
                });
                self.people.len() - 1
            }
        };
        let person = &mut self.people[person];
        if let Some(id) = user.external_id.value() {
            person.external_id = Some(id.as_str().to_owned());
            entry.external_id = zd_model::Nullable::Value(id.as_str().to_owned());
        }
        if let Some(email) = &user.email {
            person.email = Some(fold(email));
            entry.email = zd_model::Nullable::Value(email.clone());
        }
        person.name = user.name.clone().unwrap_or_default();
        entry.id = zd_model::Nullable::Value(person.id.into());
        entry.status = if found.is_some() {
            "Updated"
        } else {
            "Created"
        }
        .into();
        self.applied
            .entry(number)
            .or_default()
            .push(found.is_none());
        let last = self.last.insert(person.id, number);
        assert!(
            last.is_none_or(|last| last < number),
            "row {number} came after row {last:?}"
        );
        entry
    }

    /// Answers a request: after how long, and what.
    pub(crate) fn ask(&mut self, ask: &Ask, now: Now) -> (Duration, Heard) {
        let operation = ask.operation();
        *self.asked.entry(operation).or_default() += 1;
        let latency = Duration::from_millis(self.rng.u64(5..400));
        let script = self.script.get_mut(operation);
        if let Some(reply) = script.and_then(VecDeque::pop_front) {
            return (latency, self.dated(reply, now));
        }
        let reads = !ask.is_write();
        if self.chance(self.mischief.throttled) {
            let reason = match self.rng.u8(..4) {
                0 => Throttled::Everything,
                1 if !reads => Throttled::Jobs,
                _ => Throttled::Operation,
            };
            let wait = Duration::from_secs(self.rng.u64(..8));
            return (latency, self.dated(Reply::Throttled { reason, wait }, now));
        }
        if self.chance(self.mischief.not_sent) {
            return (latency, Heard::new(Reply::NotSent(Trouble::default())));
        }
        if reads && self.chance(self.mischief.lost) {
            return (latency, Heard::new(lost()));
        }
        self.advance(now + latency);
        let then = now + latency;
        let reply = match ask {
            Ask::Me => {
                let mut user = User::new(UserId::new(1));
                user.role = Role::Admin.into();
                Reply::Done(Answer::Me(Box::new(user)))
            }
            Ask::Submit(users) => return self.submit(&read(users), now, latency),
            Ask::Upsert(user) => {
                let user = serde_json::from_slice(user.as_bytes()).unwrap();
                return self.upsert(&user, now, latency);
            }
            Ask::MakePrimary(..) => Reply::Done(Answer::MadePrimary),
            Ask::Poll(ids) => self.poll(ids, then),
            Ask::ListJobs(list) => self.list(list, then),
            Ask::People(query) => self.people(query),
        };
        (latency, self.dated(reply, then))
    }

    fn dated(&self, reply: Reply, now: Now) -> Heard {
        let wait = self.wait.filter(|_| matches!(reply, Reply::Lost(_)));
        Heard {
            date: Some(Self::second(now)),
            wait,
            ..Heard::new(reply)
        }
    }

    fn submit(&mut self, users: &[UserInput], now: Now, latency: Duration) -> (Duration, Heard) {
        assert!(!users.is_empty() && users.len() <= 100);
        let poisonous = |user: &UserInput| user.notes.as_deref() == Some("poison");
        if let Some(status) = self.poison.filter(|_| users.iter().any(poisonous)) {
            let reply = if status >= 500 {
                Reply::Lost(Trouble {
                    status: Some(status),
                    ..Trouble::default()
                })
            } else {
                refused("users.create_or_update_many", status, "TooManyValues")
            };
            return (latency, self.dated(reply, now));
        }
        let running = self.jobs.iter().filter(|job| job.ends() > now).count();
        if running >= self.slots {
            let reply = Reply::Throttled {
                reason: Throttled::Jobs,
                wait: Duration::from_secs(60),
            };
            return (latency, self.dated(reply, now));
        }
        if self.chance(self.mischief.lost) && self.rng.bool() {
            return (latency, Heard::new(lost()));
        }
        // A request whose answer is lost may arrive late, but not after its time is over.
        let is_lost = self.chance(self.mischief.lost);
        let travel = if is_lost {
            Duration::from_millis(self.rng.u64(..29_000))
        } else {
            latency
        };
        let mut keys: Vec<String> = users.iter().flat_map(keys_of).collect();
        keys.sort();
        let several = keys.windows(2).any(|pair| pair[0] == pair[1]);
        assert!(!several, "one person twice in a batch");
        for job in self.jobs.iter().filter(|job| job.ends() > now) {
            let overlaps = job
                .users
                .iter()
                .flat_map(keys_of)
                .any(|key| keys.contains(&key));
            assert!(!overlaps, "a person is in two jobs at {now:?}");
        }
        let killed = self.chance(self.mischief.killed);
        let end = match self.rng.u8(..3) {
            _ if !killed => JobState::Completed,
            0 => JobState::Failed,
            _ => JobState::Killed,
        };
        let each = match self.job_time {
            Some(time) => time / u32::try_from(users.len() + 1).unwrap(),
            None => Duration::from_millis(self.rng.u64(1..800)),
        };
        let id = JobId::new(format!("V3-{:032x}", self.jobs.len()));
        let job = SimJob {
            id: id.clone(),
            users: users.to_vec(),
            begins: now + travel,
            each,
            done: 0,
            stops_at: if killed {
                self.rng.usize(..=users.len())
            } else {
                users.len()
            },
            end,
            results: Vec::new(),
            hide_results: killed || self.chance(self.mischief.null_results),
            odd_results: self.chance(self.mischief.odd_results),
            hidden: self.chance(self.mischief.missing),
        };
        self.jobs.push(job);
        let reply = if is_lost {
            lost()
        } else {
            Reply::Done(Answer::Job(Box::new(JobStatus::new(id, JobState::Queued))))
        };
        (latency, self.dated(reply, now + latency))
    }

    fn upsert(&mut self, user: &UserInput, now: Now, latency: Duration) -> (Duration, Heard) {
        if self.chance(self.mischief.lost) && self.rng.bool() {
            return (latency, Heard::new(lost()));
        }
        let entry = self.apply(user, 0, now);
        if self.chance(self.mischief.lost) {
            return (latency, Heard::new(lost()));
        }
        let reply = match (entry.id.value(), entry.status.as_deref()) {
            (Some(_), Some(status)) => {
                let id = self.last.iter().find(|(_, row)| **row == number_of(user));
                let shown = User::new(UserId::new(*id.unwrap().0));
                let made = status == "Created";
                Reply::Done(Answer::Upserted(Box::new(if made {
                    zd_users::Upserted::Created(Box::new(shown))
                } else {
                    zd_users::Upserted::Updated(Box::new(shown))
                })))
            }
            _ => refused(USERS_CREATE_OR_UPDATE.name, 422, "RecordInvalid"),
        };
        (latency, self.dated(reply, now + latency))
    }

    fn show(&mut self, place: usize, now: Now) -> JobStatus {
        let job = &self.jobs[place];
        if job.ends() > now {
            let mut status = JobStatus::new(job.id.clone(), JobState::Working);
            status.total = (job.users.len() as u64).into();
            return status;
        }
        let mut status = JobStatus::new(job.id.clone(), job.end.clone());
        status.total = (job.users.len() as u64).into();
        let time = Timestamp::from_unix_seconds(Self::second(job.ends()));
        let time = time.as_str().replace('T', " ").replace('Z', " +0000");
        status.message = format!("Completed at {time}").into();
        status.results = JobResults::Null;
        if !job.hide_results {
            let mut results = job.results.clone();
            if job.odd_results {
                self.rng.shuffle(&mut results);
                // Those that say whose they are go first, so that what is out of order shows.
                results
                    .sort_by_key(|entry| entry.external_id.is_absent() && entry.email.is_absent());
                let keep = self.rng.usize(..=results.len());
                let by = results.len().min(1);
                results.rotate_right(by);
                results.truncate(keep);
            }
            status.results = JobResults::Entries(results);
        }
        status
    }

    fn poll(&mut self, ids: &[JobId], now: Now) -> Reply {
        let shown = (0..self.jobs.len())
            .filter(|place| ids.contains(&self.jobs[*place].id) && !self.jobs[*place].hidden)
            .collect::<Vec<_>>();
        let jobs = shown
            .into_iter()
            .map(|place| self.show(place, now))
            .collect();
        Reply::Done(Answer::Jobs(jobs))
    }

    fn list(&mut self, list: &ListJobs, now: Now) -> Reply {
        let debug = format!("{list:?}");
        let skip: usize = (0..self.jobs.len())
            .find(|skip| debug.contains(&format!("\"from-{skip}\"")))
            .unwrap_or(0);
        let visible: Vec<usize> = (0..self.jobs.len())
            .rev()
            .filter(|place| self.jobs[*place].begins <= now)
            .collect();
        let page: Vec<usize> = visible.iter().copied().skip(skip).take(4).collect();
        let mut jobs: Vec<JobStatus> = page.iter().map(|place| self.show(*place, now)).collect();
        if let Some(rows) = self.others {
            for age in 0..2 {
                let id = format!("other-{}", now.as_secs() / 20 + age);
                let mut job = JobStatus::new(id.into(), JobState::Working);
                job.total = rows.into();
                jobs.insert(0, job);
            }
        }
        let mut whole = JobStatusesPage::new(Vec::new());
        let mut meta = zd_model::Meta::new();
        meta.has_more = (skip + 4 < visible.len()).into();
        meta.after_cursor = format!("from-{}", skip + 4).into();
        whole.meta = meta.into();
        Reply::Done(Answer::JobPage {
            jobs,
            next: list.following(&whole).unwrap(),
        })
    }

    fn people(&mut self, query: &PeopleQuery) -> Reply {
        let wanted = |person: &Person| match query {
            PeopleQuery::ByExternalIds(ids) => ids
                .iter()
                .any(|id| person.external_id.as_deref().map(fold) == Some(fold(id.as_str()))),
            PeopleQuery::ByIds(ids) => ids.contains(&UserId::new(person.id)),
            PeopleQuery::SearchExternalId(id) => {
                person.external_id.as_deref().map(fold) == Some(fold(id.as_str()))
            }
            PeopleQuery::SearchEmail(email) => {
                person.email.as_deref().map(fold) == Some(fold(email))
            }
        };
        let found: Vec<&Person> = self.people.iter().filter(|person| wanted(person)).collect();
        let mut page = UsersPage::new(found.iter().map(|person| person.show()).collect());
        if matches!(query, PeopleQuery::ByExternalIds(_) | PeopleQuery::ByIds(_)) {
            page.identities = found
                .iter()
                .filter_map(|person| person.identity())
                .collect::<Vec<_>>()
                .into();
            page.organizations = Vec::new().into();
        }
        Reply::Done(Answer::People(Box::new(page)))
    }
}

fn keys_of(user: &UserInput) -> Vec<String> {
    let id = user.external_id.value().map(|id| fold(id.as_str()));
    id.into_iter()
        .chain(user.email.as_deref().map(fold))
        .collect()
}

impl Person {
    fn show(&self) -> User {
        let mut user = User::new(UserId::new(self.id));
        user.name = self.name.clone().into();
        user.external_id = match &self.external_id {
            Some(id) => id.as_str().into(),
            None => zd_model::Nullable::Null,
        };
        user.email = self
            .email
            .clone()
            .map_or(zd_model::Nullable::Null, Into::into);
        user.notes = zd_model::Nullable::Null;
        user.created_at = Timestamp::from_unix_seconds(self.created_at).into();
        user
    }

    fn identity(&self) -> Option<Identity> {
        let mut identity = Identity::new(IdentityId::new(self.id));
        identity.user_id = UserId::new(self.id).into();
        identity.r#type = IdentityType::Email.into();
        identity.value = self.email.clone()?.into();
        Some(identity)
    }
}

pub(crate) fn refused(operation: &'static str, status: u16, code: &str) -> Reply {
    Reply::Refused(Refusal {
        operation,
        status: Some(status),
        code: Some(code.to_owned()),
        ..Refusal::default()
    })
}

/// The people of a request.
fn read(users: &[WrittenUser]) -> Vec<UserInput> {
    let read = |user: &WrittenUser| serde_json::from_slice(user.as_bytes()).unwrap();
    users.iter().map(read).collect()
}
