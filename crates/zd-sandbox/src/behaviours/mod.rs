//! What the sandbox does where it could do otherwise, and how it is known that Zendesk does so. One file an area.

mod deletion;
mod end_users;
mod errors;
mod export_and_search;
mod headers;
mod identities;
mod jobs;
mod limits;
mod memberships;
mod organizations;
mod paging;
mod passwords;
mod sessions;
mod sign_in;
mod staff;
mod tags;
mod upserts;
mod user_fields;
mod users;

use std::fmt;

use serde::Serialize;

/// How a behaviour of Zendesk is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Known {
    /// Seen in real traffic.
    Recorded,
    /// The vendor's reference says so.
    Documented,
    /// Users or authors of clients say so.
    Reported,
    /// Follows from what is recorded or documented of something else.
    Inferred,
    /// Nobody knows; this is a guess.
    Assumed,
    /// Zendesk does otherwise, or the limit is the sandbox's own.
    Differs,
}

impl Known {
    /// Every way, the surest first.
    pub const ALL: [Self; 6] = [
        Self::Recorded,
        Self::Documented,
        Self::Reported,
        Self::Inferred,
        Self::Assumed,
        Self::Differs,
    ];

    /// Its word, as in the JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Recorded => "recorded",
            Self::Documented => "documented",
            Self::Reported => "reported",
            Self::Inferred => "inferred",
            Self::Assumed => "assumed",
            Self::Differs => "differs",
        }
    }
}

impl fmt::Display for Known {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

/// One thing that the sandbox does, and how it is known that Zendesk does it.
///
/// As JSON: `{"area": "users", "behaviour": "…", "known": "recorded", "note": "…"}`, without `note` where there is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Behaviour {
    /// What it is about: `users`, `user_fields`, `jobs` and so on.
    pub area: &'static str,
    /// What the sandbox does, as Markdown of one line.
    pub behaviour: &'static str,
    /// How that is known.
    pub known: Known,
    /// Where it is known from, or what is not; Markdown of one line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<&'static str>,
}

/// Every behaviour that somebody could wonder about, area by area.
///
/// ```
/// use zd_sandbox::{Known, behaviours};
///
/// let guesses = behaviours().filter(|each| each.known == Known::Assumed);
/// assert!(guesses.count() < behaviours().count() / 2, "more is known than guessed");
/// ```
pub fn behaviours() -> impl Iterator<Item = Behaviour> {
    AREAS.iter().flat_map(|&(area, facts)| {
        facts.iter().map(move |fact| Behaviour {
            area,
            behaviour: fact.behaviour,
            known: fact.known,
            note: fact.note,
        })
    })
}

/// The areas, in the order of the page.
const AREAS: &[(&str, &[Fact])] = &[
    ("users", users::FACTS),
    ("upserts", upserts::FACTS),
    ("tags", tags::FACTS),
    ("identities", identities::FACTS),
    ("end_users", end_users::FACTS),
    ("user_fields", user_fields::FACTS),
    ("organizations", organizations::FACTS),
    ("memberships", memberships::FACTS),
    ("deletion", deletion::FACTS),
    ("jobs", jobs::FACTS),
    ("limits", limits::FACTS),
    ("errors", errors::FACTS),
    ("headers", headers::FACTS),
    ("paging", paging::FACTS),
    ("export_and_search", export_and_search::FACTS),
    ("sign_in", sign_in::FACTS),
    ("passwords", passwords::FACTS),
    ("sessions", sessions::FACTS),
    ("staff", staff::FACTS),
];

/// A behaviour within its area.
#[derive(Clone, Copy, Debug)]
struct Fact {
    behaviour: &'static str,
    known: Known,
    note: Option<&'static str>,
}

impl Fact {
    const fn new(known: Known, behaviour: &'static str) -> Self {
        Self {
            behaviour,
            known,
            note: None,
        }
    }

    /// Where it is known from, or what is not.
    const fn note(self, note: &'static str) -> Self {
        Self {
            note: Some(note),
            ..self
        }
    }
}

const fn recorded(behaviour: &'static str) -> Fact {
    Fact::new(Known::Recorded, behaviour)
}

const fn documented(behaviour: &'static str) -> Fact {
    Fact::new(Known::Documented, behaviour)
}

const fn reported(behaviour: &'static str) -> Fact {
    Fact::new(Known::Reported, behaviour)
}

const fn inferred(behaviour: &'static str) -> Fact {
    Fact::new(Known::Inferred, behaviour)
}

const fn assumed(behaviour: &'static str) -> Fact {
    Fact::new(Known::Assumed, behaviour)
}

const fn differs(behaviour: &'static str) -> Fact {
    Fact::new(Known::Differs, behaviour)
}
