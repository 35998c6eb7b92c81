//! What a seed decides: rows, options, the account and its bad days, and when the process dies.

use std::time::Duration;

use bytes::Bytes;
use zd_import::{Crash, EngineOptions, Match, Row, Single, Tear};
use zd_model::{Nullable, UserInput};
use zd_sandbox::Sandbox;

/// Everything about one trial.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    pub(crate) seed: u64,
    pub(crate) rows: Vec<Row>,
    /// Whose row it is.
    pub(crate) people: Vec<usize>,
    pub(crate) options: EngineOptions,
    pub(crate) account: Account,
    /// Of a hundred requests so many meet trouble on the way that the sandbox does not know.
    pub(crate) roads: Roads,
    /// One process after another: what ends it. The one behind the last goes to the end.
    pub(crate) deaths: Vec<Death>,
}

/// The account and its bad days.
#[derive(Clone, Debug, Default)]
pub(crate) struct Account {
    pub(crate) faults: Vec<String>,
    pub(crate) choices: Vec<(&'static str, &'static str)>,
    pub(crate) settings: Vec<(&'static str, serde_json::Value)>,
}

/// What happens on the way, in percent.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Roads {
    /// The request never leaves.
    pub(crate) blocked: u8,
    /// It leaves and never arrives.
    pub(crate) lost: u8,
    /// It takes up to 25 seconds to arrive.
    pub(crate) slow_there: u8,
    /// The answer takes up to 25 seconds.
    pub(crate) slow_back: u8,
}

/// How a process ends.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Death {
    pub(crate) when: When,
    pub(crate) crash: Crash,
    /// Until the next process begins.
    pub(crate) pause: Duration,
}

/// When a process ends.
#[derive(Clone, Copy, Debug)]
pub(crate) enum When {
    /// In the nth operation of the disk, opening the journal included.
    Operation(u64),
    /// The nth operation of the disk fails.
    Failure(u64, std::io::ErrorKind),
    /// After so many outcomes of its own.
    Outcomes(u64),
    /// After so long.
    Time(Duration),
}

/// What may go wrong at the sandbox. Those that make results unrecognizable by anybody are drawn apart.
const FAULTS: &[&str] = &[
    "429",
    "429(none)",
    "429(\"-1\")",
    "429(\"soon\")",
    "429(7) POST",
    "409 POST",
    "5xx",
    "5xx POST",
    "status(408)",
    "status(422) POST",
    "reset-before",
    "answer-lost",
    "answer-lost POST",
    "reset-after",
    "html",
    "empty",
    "garbage",
    "truncated",
    "wrong-type",
    "endless",
    "bomb",
    "slow(100/s)",
    "delay(5s)",
    "delay(40s)",
    "hang",
    "job-killed",
    "job-failed",
    "job-stuck",
    "job-gone",
    "job-late(2s)",
    "job-late(50s)",
    "job-takes(150s)",
    "row-failed",
    "results-null",
    "results-object",
    "results-short",
    "results-doubled",
];

/// What strikes once or twice only: it ends the process that meets it.
const RARE: &[&str] = &["token-expired", "redirect", "status(403)"];

impl Plan {
    /// The plan of a seed.
    pub(crate) fn of(seed: u64) -> Self {
        let mut rng = fastrand::Rng::with_seed(seed);
        let count = rng.usize(1..=100);
        let echoes = rng.u8(..4) > 0;
        // Failed entries say nothing of whose they are: among another job's results nobody could tell them from ours.
        let foreign = echoes && rng.u8(..5) == 0;
        let (rows, people) = rows(&mut rng, count, foreign);
        let options = options(&mut rng, seed, count);
        let account = account(&mut rng, echoes, foreign);
        let roads = if rng.bool() {
            Roads {
                blocked: rng.u8(..4),
                lost: rng.u8(..6),
                slow_there: rng.u8(..8),
                slow_back: rng.u8(..8),
            }
        } else {
            Roads::default()
        };
        let deaths = (0..rng.usize(..5)).map(|_| death(&mut rng)).collect();
        Self {
            seed,
            rows,
            people,
            options,
            account,
            roads,
            deaths,
        }
    }

    /// Nothing goes wrong and nobody dies: so many rows of as many people, in batches of so many.
    pub(crate) fn quiet(count: usize, batch_rows: usize) -> Self {
        let rows = (0..count)
            .map(|number| {
                let mut user = user(number);
                user.external_id = format!("own-{number}").as_str().into();
                row(number, None, user)
            })
            .collect();
        let options = EngineOptions {
            batch_rows,
            canary: false,
            seed: Some(1),
            expected_rows: Some(count as u64),
            ..EngineOptions::default()
        };
        Self {
            seed: 0,
            rows,
            people: (0..count).collect(),
            options,
            account: Account::default(),
            roads: Roads::default(),
            deaths: Vec::new(),
        }
    }

    /// The account as it begins.
    pub(crate) fn sandbox(&self) -> Sandbox {
        let mut builder = Sandbox::builder()
            .seed(self.seed)
            .people(20)
            .starts_at(1_796_000_000);
        for fault in &self.account.faults {
            builder = builder.fault(fault.parse().unwrap());
        }
        for (key, value) in &self.account.choices {
            builder = builder.choose(key, value).unwrap();
        }
        let sandbox = builder.build();
        for (key, value) in &self.account.settings {
            sandbox.set(&serde_json::json!({*key: value})).unwrap();
        }
        sandbox
    }
}

fn user(number: usize) -> UserInput {
    serde_json::from_value(serde_json::json!({
        "name": format!("Person {number}"),
        "notes": format!("row {number}"),
        "skip_verify_email": true,
    }))
    .unwrap()
}

pub(crate) fn row(number: usize, group: Option<usize>, user: UserInput) -> Row {
    let raw = Bytes::from(format!("raw {number}"));
    let number = number as u64;
    let mut row = Row::new(number, number + 2, user, raw);
    row.group = group.and_then(|group| u32::try_from(group).ok());
    row
}

/// Rows of which some share their person, some are of people who are there, and some are refused.
fn rows(rng: &mut fastrand::Rng, count: usize, foreign: bool) -> (Vec<Row>, Vec<usize>) {
    let shared = rng.usize(1..8);
    // Nor could anybody tell the results of a person's next row, if nobody else is in either batch.
    let crowd = if foreign { 0 } else { rng.u8(..40) };
    let addressed = rng.bool();
    let people: Vec<usize> = (0..count)
        .map(|number| {
            if rng.u8(..100) < crowd {
                rng.usize(..shared)
            } else {
                shared + number
            }
        })
        .collect();
    // How a person is known: 0 by the external id, 1 by the address, 2 by both, 3 now by this and now by that.
    let kinds: Vec<u8> = (0..shared + count)
        .map(|_| {
            if addressed {
                rng.u8(..4)
            } else {
                rng.u8(..3) * 2 % 4
            }
        })
        .collect();
    let there: Vec<bool> = (0..shared + count)
        .map(|person| person < 20 && rng.u8(..3) == 0)
        .collect();
    let rows = (0..count)
        .map(|number| {
            let person = people[number];
            let (key, address) = if there[person] {
                let seed = person + 1;
                (
                    format!("seed-{seed:04}"),
                    format!("seed{seed:04}@people.example"),
                )
            } else {
                (format!("p-{person}"), format!("p{person}@people.example"))
            };
            let mut user = user(number);
            let kind = match kinds[person] {
                3 => rng.u8(..3),
                kind => kind,
            };
            if kind != 1 {
                let key = if rng.bool() { key.to_uppercase() } else { key };
                user.external_id = key.as_str().into();
            }
            if kind != 0 {
                user.email = Some(address);
            }
            if !foreign && rng.u8(..15) == 0 {
                // There is no such plan.
                let fields = serde_json::from_str(r#"{"plan_tier": "platinum"}"#);
                user.user_fields = Nullable::Value(fields.unwrap());
            }
            let is_shared = people.iter().filter(|other| **other == person).count() > 1;
            row(number, is_shared.then_some(person), user)
        })
        .collect();
    (rows, people)
}

fn options(rng: &mut fastrand::Rng, seed: u64, count: usize) -> EngineOptions {
    EngineOptions {
        max_jobs: rng.usize(1..8),
        batch_rows: rng.usize(1..=15),
        match_by: if rng.u8(..8) == 0 {
            Match::Email
        } else {
            Match::Auto
        },
        stuck_after: Duration::from_secs(rng.u64(180..500)),
        max_attempts: rng.u32(1..7),
        canary: rng.bool(),
        single: match rng.u8(..16) {
            0 => Single::Always,
            1 => Single::Never,
            _ => Single::IfSmall,
        },
        if_changed: rng.u8(..8) == 0,
        expected_rows: Some(count as u64),
        seed: Some(seed),
        ..EngineOptions::default()
    }
}

fn account(rng: &mut fastrand::Rng, echoes: bool, foreign: bool) -> Account {
    let mut account = Account::default();
    let until = rng.u64(30..1_200);
    for _ in 0..rng.usize(..7) {
        let fault = rng.choice(FAULTS).copied().unwrap_or("5xx");
        let (effect, conditions) = fault.split_once(' ').unwrap_or((fault, ""));
        let percent = rng.u8(1..=15);
        // The same of rows that fail for a reason that passes.
        if foreign && effect == "row-failed" {
            continue;
        }
        (account.faults).push(format!("{effect}={percent}% {conditions} until={until}s"));
    }
    if rng.u8(..6) == 0 {
        let fault = rng.choice(RARE).copied().unwrap_or("redirect");
        let nth = rng.u8(1..40);
        account.faults.push(format!("{fault} nth={nth}"));
    }
    if foreign {
        (account.faults).push(format!("results-foreign=15% until={until}s"));
    }
    let mut choose = |key, values: &[&'static str]| {
        if let Some(value) = rng.choice(values) {
            account.choices.push((key, *value));
        }
    };
    choose("failed-rows", &["indexed", "schema", "forum", "bare"]);
    if echoes {
        choose("results-order", &["input", "input", "shuffled"]);
    } else {
        choose("rows", &["recorded", "documented"]);
        choose("echo", &["never"]);
    }
    let mut set = |key, values: &[&'static str]| {
        if let Some(value) = rng.choice(values).filter(|value| !value.is_empty()) {
            account.settings.push((key, (*value).into()));
        }
    };
    set("plan", &["700", "700", "200", "2500"]);
    set("others", &["", "", "100/min", "150/min:30s,20/min:60s"]);
    set("other_jobs", &["", "", "0-20", "0-28"]);
    set("search_delay", &["", "30s", "100s"]);
    set("job_visible_after", &["", "", "3s"]);
    set(
        "job_time",
        &["per-user:2s:80ms", "0", "20s", "lognormal:5s:1.5"],
    );
    // A job whose answer was lost, that nobody can see, and that runs on for longer than any answer takes, cannot be told from
    // one that never was.
    let has = |account: &Account, name| account.faults.iter().any(|fault| fault.starts_with(name));
    let lasts = ["job-stuck", "job-takes", "job-gone"];
    if lasts.iter().any(|name| has(&account, *name)) {
        for fault in &mut account.faults {
            *fault = fault.replace("job-late(50s)", "job-late(20s)");
        }
    }
    if has(&account, "job-gone") || has(&account, "job-late(50s)") {
        for (key, value) in &mut account.settings {
            if *key == "job_time" && value.as_str().is_some_and(|time| time.starts_with("log")) {
                *value = "20s".into();
            }
        }
    }
    account
}

fn death(rng: &mut fastrand::Rng) -> Death {
    let when = match rng.u8(..8) {
        // Soon: while it takes up what the one before left.
        0 => When::Operation(rng.u64(1..8)),
        1..3 => When::Operation(rng.u64(1..80)),
        3 => {
            let kinds = [std::io::ErrorKind::StorageFull, std::io::ErrorKind::Other];
            let kind = rng.choice(kinds).unwrap_or(std::io::ErrorKind::Other);
            When::Failure(rng.u64(1..60), kind)
        }
        4 => When::Outcomes(rng.u64(..40)),
        _ => When::Time(Duration::from_millis(rng.u64(..60_000))),
    };
    let tear = match rng.u8(..6) {
        0 => Tear::Kept,
        1 => Tear::Prefix(rng.usize(..300)),
        2 => Tear::Zeros(rng.usize(..300)),
        3 => Tear::Garbage(rng.usize(..300), rng.u64(..)),
        4 => Tear::Sectors(rng.u64(..)),
        _ => Tear::Lost,
    };
    let crash = if rng.u8(..4) == 0 {
        Crash::Process
    } else {
        Crash::Power(tear)
    };
    let pause = Duration::from_millis(match rng.u8(..3) {
        0 => 0,
        1 => rng.u64(..10_000),
        _ => rng.u64(..200_000),
    });
    Death { when, crash, pause }
}
