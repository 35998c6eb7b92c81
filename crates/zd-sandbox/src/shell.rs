//! What stands around the account: faults, the log, snapshots, the journal.

use std::collections::BTreeMap;

use hashbrown::HashMap;

use crate::clock::Now;
use crate::data::Journal;
use crate::faults::Faults;
use crate::handlers::State;
use crate::jobs::SlotsOfOthers;
use crate::limits::Limits;
use crate::log::{SharedLog, What};
use crate::settings::Settings;

/// The account and what stands around it.
#[derive(Debug)]
pub(crate) struct Shell {
    pub(crate) state: State,
    pub(crate) faults: Faults,
    pub(crate) log: SharedLog,
    pub(crate) snapshots: BTreeMap<String, Snapshot>,
    pub(crate) counters: Counters,
    /// Where everything that changes the account is written down, if it is to last.
    pub(crate) journal: Option<Journal>,
    /// What it began with.
    begin: Settings,
    start: Now,
}

/// The account as it once was.
#[derive(Clone, Debug)]
pub(crate) struct Snapshot {
    pub(crate) at: Now,
    pub(crate) state: State,
}

/// What is counted about requests.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    /// Connections that were accepted, those for `/__zd/` too.
    pub(crate) connections: u64,
    /// All of them; each has a number.
    pub(crate) requests: u64,
    /// By operation and status; 0 is no answer.
    pub(crate) answers: HashMap<(&'static str, u16), u64>,
}

impl Shell {
    /// Everything as it begins.
    pub(crate) fn begin(settings: Settings, start: Now) -> Self {
        Self {
            state: State::begin(&settings, start),
            faults: Faults::of(&settings, start),
            log: SharedLog::default(),
            snapshots: BTreeMap::new(),
            counters: Counters::default(),
            journal: None,
            begin: settings,
            start,
        }
    }

    /// Everything as it began, but for time and snapshots; the rules of faults begin again.
    pub(crate) fn reset(&mut self, now: Now) {
        let replays = self.state.replays;
        self.state = State::begin(&self.begin, self.start);
        self.state.replays = replays;
        // What others do goes on from here.
        self.state.limits = Limits::new(&self.begin, now);
        self.state
            .limits
            .enforce(self.begin.rate_limits && !replays);
        let (seed, others) = (self.begin.seed, self.begin.other_jobs);
        self.state.jobs.others = others.map(|others| SlotsOfOthers::new(others, seed, now));
        self.faults = Faults::of(&self.begin, now);
        self.log.clear();
        self.counters = Counters::default();
    }

    /// What it is set to now is what it begins with.
    pub(crate) fn begin_with_settings(&mut self) {
        let now = self.state.settings.clone();
        self.begin = Settings {
            faults: std::mem::take(&mut self.begin.faults),
            ..now
        };
    }

    /// Lets everything happen that was due by now.
    pub(crate) fn advance(&mut self, now: Now) {
        self.state.advance(now);
        for ended in self.state.jobs.take_ended() {
            let what = What::JobEnded {
                id: ended.id,
                status: ended.ending.status(),
            };
            self.log.push(ended.at, what);
        }
    }

    /// The number of a new request; the account's chance is its own from here on.
    pub(crate) fn next_request(&mut self) -> u64 {
        self.counters.requests += 1;
        self.draw_for(self.counters.requests);
        self.counters.requests
    }

    /// Chance depends on the request's number alone, so that leaving out what changes nothing changes nothing.
    pub(crate) fn draw_for(&mut self, number: u64) {
        let mixed =
            number.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ self.state.settings.seed.rotate_left(32);
        self.state.chance = fastrand::Rng::with_seed(mixed);
    }
}
