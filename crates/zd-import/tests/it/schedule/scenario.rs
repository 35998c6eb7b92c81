//! The accounts, and how close an import has to come to what each allows.

use super::reference;
use super::story::Story;

/// An account and its gate.
#[derive(Debug)]
pub(crate) struct Scenario {
    pub(crate) name: &'static str,
    pub(crate) about: &'static str,
    /// The account's requests a minute.
    pub(crate) limit: u32,
    /// How long a job takes; as the sandbox spells it.
    pub(crate) job_time: &'static str,
    /// How many jobs Zendesk runs at a time.
    pub(crate) workers: u64,
    pub(crate) others: Option<&'static str>,
    pub(crate) other_jobs: Option<&'static str>,
    pub(crate) faults: &'static [&'static str],
    /// Job times are lognormal with a variation of 1.5, and one in a thousand takes 600 s.
    pub(crate) uneven: bool,
    /// Jobs take 30 s for a while, and there is a storm of refusals: at these parts of the time that it should take.
    pub(crate) turns: Option<Turns>,
    /// Imports at once.
    pub(crate) imports: u64,
    /// Batches at most.
    pub(crate) batches: u64,
    pub(crate) gate: Gate,
}

/// When things change, as parts of the time that as many batches take at the first speed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Turns {
    pub(crate) slow_from: f64,
    pub(crate) slow_until: f64,
    pub(crate) storm_from: f64,
}

/// What has to hold.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Gate {
    /// Of all seeds, and of each: the time until 99 % are done beside what is possible.
    pub(crate) mean: f64,
    pub(crate) most: f64,
    /// Seconds besides, for imports that are over soon.
    pub(crate) seconds: f64,
    /// No request turned away for the account's minute.
    pub(crate) no_refusals: bool,
    /// No request of others turned away.
    pub(crate) others_unharmed: bool,
    /// Requests for each batch.
    pub(crate) requests: Option<f64>,
    /// Of several imports the least share of an equal one, and what they do together beside what one could.
    pub(crate) shares: Option<(f64, f64)>,
}

const GATE: Gate = Gate {
    mean: 1.02,
    most: 1.03,
    seconds: 0.0,
    no_refusals: true,
    others_unharmed: false,
    requests: None,
    shares: None,
};

const ACCOUNT: Scenario = Scenario {
    name: "",
    about: "",
    limit: 700,
    job_time: "5s",
    workers: 30,
    others: None,
    other_jobs: None,
    faults: &[],
    uneven: false,
    turns: None,
    imports: 1,
    batches: u64::MAX,
    gate: GATE,
};

const SMALL: Gate = Gate {
    mean: 1.0,
    most: 1.0,
    // Twice the turn of a slot, and a second.
    seconds: 2.0 * reference::TURN + 1.0,
    ..GATE
};

pub(crate) const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "S1",
        about: "700 a minute, jobs of 5 s",
        ..ACCOUNT
    },
    Scenario {
        name: "S2",
        about: "200 a minute, jobs of 2 s",
        limit: 200,
        job_time: "2s",
        ..ACCOUNT
    },
    Scenario {
        name: "S3",
        about: "2,500 a minute, jobs of 20 s",
        limit: 2_500,
        job_time: "20s",
        ..ACCOUNT
    },
    Scenario {
        name: "S3b",
        about: "700 a minute, jobs of 60 s",
        job_time: "60s",
        ..ACCOUNT
    },
    Scenario {
        name: "S4",
        about: "others make 560 and 100 requests a minute in turns",
        others: Some("560/min:60s,100/min:60s"),
        gate: Gate {
            mean: 1.06,
            most: 1.06,
            others_unharmed: true,
            ..GATE
        },
        ..ACCOUNT
    },
    Scenario {
        name: "S5",
        about: "others hold up to 20 job slots",
        other_jobs: Some("0-20"),
        gate: Gate {
            mean: 1.04,
            most: 1.04,
            ..GATE
        },
        ..ACCOUNT
    },
    Scenario {
        name: "S6",
        about: "jobs of 5 s on average, lognormal with cv 1.5; one in a thousand takes 600 s",
        uneven: true,
        gate: Gate {
            mean: 1.02,
            most: 1.02,
            ..GATE
        },
        ..ACCOUNT
    },
    Scenario {
        name: "S7",
        about: "jobs of 5 s, then 30 s, then 5 s, and a storm of 429 for 30 s",
        turns: Some(Turns {
            slow_from: 0.15,
            slow_until: 0.5,
            storm_from: 0.7,
        }),
        gate: Gate {
            no_refusals: false,
            ..GATE
        },
        ..ACCOUNT
    },
    Scenario {
        name: "S8",
        about: "Zendesk runs 8 jobs at a time",
        workers: 8,
        ..ACCOUNT
    },
    Scenario {
        name: "S9",
        about: "1 % of answers lost, 0.5 % of jobs killed, 2 % of answers 5xx",
        faults: &["answer-lost=1%", "job-killed=0.5%", "5xx=2%"],
        gate: Gate {
            mean: 1.06,
            most: 1.06,
            ..GATE
        },
        ..ACCOUNT
    },
    Scenario {
        name: "S10a",
        about: "an import of 1 batch",
        batches: 1,
        gate: SMALL,
        ..ACCOUNT
    },
    Scenario {
        name: "S10b",
        about: "an import of 10 batches",
        batches: 10,
        gate: SMALL,
        ..ACCOUNT
    },
    Scenario {
        name: "S10c",
        about: "an import of 50 batches",
        batches: 50,
        gate: SMALL,
        ..ACCOUNT
    },
    Scenario {
        name: "S11",
        about: "10 requests a minute",
        limit: 10,
        gate: Gate {
            mean: f64::INFINITY,
            most: f64::INFINITY,
            requests: Some(1.05),
            ..GATE
        },
        ..ACCOUNT
    },
    Scenario {
        name: "S12",
        about: "two imports at once",
        imports: 2,
        gate: Gate {
            mean: f64::INFINITY,
            most: f64::INFINITY,
            no_refusals: false,
            shares: Some((0.9, 0.97)),
            ..GATE
        },
        ..ACCOUNT
    },
];

impl Scenario {
    /// What a job takes at the longest, in seconds, apart from those that are out of line.
    pub(crate) fn longest_job(&self) -> f64 {
        let longest = if self.turns.is_some() {
            30.0
        } else {
            self.job()
        };
        longest * (30.0 / self.workers as f64)
    }

    /// What a job takes on average, in seconds.
    pub(crate) fn job(&self) -> f64 {
        self.job_time.trim_end_matches('s').parse().unwrap()
    }

    /// What each of so many jobs takes, in seconds, if that differs.
    pub(crate) fn job_times(&self, batches: u64, seed: u64) -> Option<Vec<f64>> {
        let mut rng = fastrand::Rng::with_seed(seed);
        let variance = (1.0 + 1.5_f64 * 1.5).ln();
        let mut draw = || {
            let (one, two) = (1.0 - rng.f64(), rng.f64());
            let normal = (-2.0 * one.ln()).sqrt() * (std::f64::consts::TAU * two).cos();
            let time = self.job() * normal.mul_add(variance.sqrt(), -variance / 2.0).exp();
            if rng.u32(..1_000) == 0 { 600.0 } else { time }
        };
        self.uneven.then(|| (0..batches).map(|_| draw()).collect())
    }

    /// What does not hold of one run, if it may take so many seconds longer.
    pub(crate) fn complaints(&self, story: &Story, slack: f64) -> Vec<String> {
        let mut all = Vec::new();
        let Gate {
            most,
            seconds,
            no_refusals,
            others_unharmed,
            requests,
            shares,
            ..
        } = self.gate;
        let longest = story.possible.mul_add(most, seconds + slack);
        if story.nearly_done > longest {
            let (took, possible) = (story.nearly_done, story.possible);
            all.push(format!(
                "took {took:.1} s where {possible:.1} s are possible"
            ));
        }
        if no_refusals && story.refused > 0 {
            all.push(format!("{} requests were refused", story.refused));
        }
        if others_unharmed && story.others_refused > 0 {
            all.push(format!(
                "{} requests of others were refused",
                story.others_refused
            ));
        }
        if requests.is_some_and(|most| story.requests_a_batch() > most) && slack == 0.0 {
            all.push(format!("{:.3} requests a batch", story.requests_a_batch()));
        }
        if let Some((share, together)) = shares.filter(|_| slack == 0.0) {
            if story.least_share < share {
                all.push(format!(
                    "one has {:.3} of an equal share",
                    story.least_share
                ));
            }
            if story.together < together {
                all.push(format!("together {:.3} of what one can do", story.together));
            }
        }
        if story.wrong > 0 {
            all.push(format!(
                "{} rows without the outcome that is true",
                story.wrong
            ));
        }
        all
    }

    /// What does not hold of all runs together.
    pub(crate) fn complaints_of_all(&self, stories: &[Story]) -> Option<String> {
        let mean = stories.iter().map(Story::ratio).sum::<f64>() / stories.len() as f64;
        let bound = self.gate.mean + self.gate.seconds;
        (mean > bound && self.gate.seconds == 0.0)
            .then(|| format!("{}: {mean:.4} of what is possible on average", self.name))
    }
}
