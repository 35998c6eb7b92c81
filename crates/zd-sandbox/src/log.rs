//! What happened: requests and everything else, the last ten thousand of it.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use http::{Method, StatusCode};
use serde::Serialize;
use serde::ser::{SerializeMap as _, Serializer};

use crate::clock::Now;
use crate::state::text::Text;

/// So many are kept.
const MOST: usize = 10_000;
/// So much of bodies is kept, all together; older ones are dropped.
const MOST_BYTES: usize = 16 << 20;
/// Good answers to reads are many and can be asked for again: those of about the last so many events are kept.
const RECENT: usize = 256;
/// And none that is longer.
const LONGEST_RECENT: usize = 256 * 1024;

/// The log with a lock of its own, so that writing it keeps nobody from the account.
#[derive(Clone, Debug, Default)]
pub(crate) struct SharedLog(Arc<Mutex<Log>>);

impl SharedLog {
    pub(crate) fn push(&self, at: Now, what: What) {
        // Freed when the lock is free again.
        let _gone = self.open().push(at, what);
    }

    pub(crate) fn clear(&self) {
        self.open().clear();
    }

    pub(crate) fn open(&self) -> MutexGuard<'_, Log> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What happened, numbered from 1.
#[derive(Debug, Default)]
pub(crate) struct Log {
    entries: VecDeque<Entry>,
    bytes: usize,
    /// So many of the oldest have no bodies any more.
    bodiless: usize,
    /// By number, modulo their count.
    recent: Vec<Recent>,
    made: u64,
}

/// What a new entry takes the place of.
#[derive(Debug, Default)]
struct Dropped {
    entry: Option<Entry>,
    more: Vec<Bytes>,
}

/// The answer to a read.
#[derive(Debug, Default)]
struct Recent {
    number: u64,
    body: Vec<u8>,
}

/// Something that happened.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) number: u64,
    pub(crate) at: Now,
    pub(crate) what: What,
}

impl Exchange {
    fn is_good_read(&self) -> bool {
        let is_success = self.status.is_some_and(|status| status.is_success());
        self.method == Method::GET && is_success
    }
}

/// What it was.
#[derive(Debug)]
#[expect(
    clippy::large_enum_variant,
    reason = "most are requests, and a box would be freed long after by another thread"
)]
pub(crate) enum What {
    Request(Exchange),
    JobEnded {
        id: String,
        status: &'static str,
    },
    /// Something that was done to the sandbox itself, such as `reset`.
    Told(String),
}

/// A request and its answer. Credentials are never kept, nor bodies that hold some.
#[derive(Debug)]
pub(crate) struct Exchange {
    pub(crate) method: Method,
    /// A copy: the request's own text would keep the whole buffer of its connection.
    pub(crate) path: Text<62>,
    pub(crate) query: Option<Box<str>>,
    /// Of the answer; none if nobody was told.
    pub(crate) status: Option<StatusCode>,
    pub(crate) operation: Option<&'static str>,
    /// The id of whoever called.
    pub(crate) caller: Option<u64>,
    /// The names of the faults that struck.
    pub(crate) faults: Vec<&'static str>,
    pub(crate) note: Option<&'static str>,
    /// What the path was nearly.
    pub(crate) nearest: Option<String>,
    pub(crate) request: Bytes,
    pub(crate) response: Bytes,
}

impl Log {
    /// Gives what is too much now, to be freed once the lock is free.
    fn push(&mut self, at: Now, what: What) -> Dropped {
        self.made += 1;
        let mut what = what;
        if let What::Request(exchange) = &mut what
            && exchange.is_good_read()
        {
            // Copied into room that is there: a buffer that is kept would be freed long after, by somebody else.
            let body = std::mem::take(&mut exchange.response);
            self.remember(self.made, &body);
        }
        let entry = Entry {
            number: self.made,
            at,
            what,
        };
        self.bytes += entry.bytes();
        self.entries.push_back(entry);
        let mut dropped = Dropped::default();
        if self.bytes > MOST_BYTES {
            self.drop_oldest_bodies(&mut dropped);
        }
        if self.entries.len() > MOST {
            dropped.entry = self.entries.pop_front();
            self.bytes -= dropped.entry.as_ref().map_or(0, Entry::bytes);
            self.bodiless = self.bodiless.saturating_sub(1);
        }
        dropped
    }

    fn remember(&mut self, number: u64, body: &Bytes) {
        if self.recent.is_empty() {
            self.recent.resize_with(RECENT, Recent::default);
        }
        let place = usize::try_from(number).unwrap_or(0) % RECENT;
        if let Some(recent) = self
            .recent
            .get_mut(place)
            .filter(|_| body.len() <= LONGEST_RECENT)
        {
            recent.number = number;
            recent.body.clear();
            recent.body.extend_from_slice(body);
        }
    }

    /// The body of an entry's answer, if it is kept.
    pub(crate) fn response<'a>(&'a self, entry: &'a Entry, exchange: &'a Exchange) -> &'a [u8] {
        let place = usize::try_from(entry.number).unwrap_or(0) % RECENT;
        let recent = self.recent.get(place);
        match recent.filter(|recent| recent.number == entry.number) {
            Some(recent) => &recent.body,
            None => &exchange.response,
        }
    }

    /// Drops the bodies of the oldest entries that still have some, until there is room; the entries stay.
    fn drop_oldest_bodies(&mut self, dropped: &mut Dropped) {
        while self.bytes > MOST_BYTES && self.bodiless + 1 < self.entries.len() {
            if let Some(What::Request(exchange)) = self
                .entries
                .get_mut(self.bodiless)
                .map(|entry| &mut entry.what)
            {
                let bodies = [&mut exchange.request, &mut exchange.response].map(std::mem::take);
                self.bytes -= bodies.iter().map(Bytes::len).sum::<usize>();
                dropped.more.extend(bodies);
            }
            self.bodiless += 1;
        }
    }

    /// Forgets all of it; numbers go on.
    fn clear(&mut self) {
        self.entries.clear();
        self.bytes = 0;
        self.bodiless = 0;
        self.recent.clear();
    }

    /// The number of the last one.
    pub(crate) const fn last(&self) -> u64 {
        self.made
    }

    /// Those behind this number, oldest first.
    pub(crate) fn since(&self, number: u64) -> impl Iterator<Item = &Entry> {
        let first = self.entries.front().map_or(1, |entry| entry.number);
        let skip = number.saturating_add(1).saturating_sub(first);
        self.entries
            .iter()
            .skip(usize::try_from(skip).unwrap_or(usize::MAX))
    }
}

impl Entry {
    fn bytes(&self) -> usize {
        match &self.what {
            What::Request(exchange) => exchange.request.len() + exchange.response.len(),
            What::JobEnded { .. } | What::Told(_) => 0,
        }
    }

    pub(crate) const fn exchange(&self) -> Option<&Exchange> {
        match &self.what {
            What::Request(exchange) => Some(exchange),
            What::JobEnded { .. } | What::Told(_) => None,
        }
    }
}

/// A request with everything that is known of it.
pub(crate) struct Whole<'a> {
    pub(crate) entry: &'a Entry,
    pub(crate) exchange: &'a Exchange,
    /// The body of the answer.
    pub(crate) response: &'a [u8],
}

impl Serialize for Whole<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self {
            entry,
            exchange,
            response,
        } = self;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("number", &entry.number)?;
        map.serialize_entry("at", &entry.at.spelled())?;
        map.serialize_entry("method", exchange.method.as_str())?;
        map.serialize_entry("path", &exchange.path)?;
        map.serialize_entry("query", &exchange.query)?;
        let status = exchange.status.map(|status| status.as_u16());
        map.serialize_entry("status", &status)?;
        map.serialize_entry("operation", &exchange.operation)?;
        map.serialize_entry("caller", &exchange.caller)?;
        map.serialize_entry("faults", &exchange.faults)?;
        map.serialize_entry("note", &exchange.note)?;
        map.serialize_entry("nearest", &exchange.nearest)?;
        map.serialize_entry("request_body", &String::from_utf8_lossy(&exchange.request))?;
        map.serialize_entry("response_body", &String::from_utf8_lossy(response))?;
        map.end()
    }
}

/// Anything that happened, in short.
pub(crate) struct Short<'a>(pub(crate) &'a Entry);

impl Serialize for Short<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(entry) = self;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("number", &entry.number)?;
        map.serialize_entry("at", &entry.at.spelled())?;
        match &entry.what {
            What::Request(exchange) => {
                map.serialize_entry("kind", "request")?;
                map.serialize_entry("method", exchange.method.as_str())?;
                map.serialize_entry("path", &exchange.path)?;
                let status = exchange.status.map(|status| status.as_u16());
                map.serialize_entry("status", &status)?;
                map.serialize_entry("faults", &exchange.faults)?;
            }
            What::JobEnded { id, status } => {
                map.serialize_entry("kind", "job_ended")?;
                map.serialize_entry("id", id)?;
                map.serialize_entry("status", status)?;
            }
            What::Told(what) => {
                map.serialize_entry("kind", "told")?;
                map.serialize_entry("what", what)?;
            }
        }
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use super::{Log, MOST, What};
    use crate::clock::Now;

    #[test]
    fn keeps_the_last_and_finds_them_by_number() {
        let mut log = Log::default();
        for number in 0..MOST + 5 {
            drop(log.push(Now::default(), What::Told(number.to_string())));
        }
        let numbers = |since| -> Vec<u64> { log.since(since).map(|entry| entry.number).collect() };
        assert_eq!(numbers(0).len(), MOST);
        assert_eq!(numbers(0)[0], 6);
        let last = log.last();
        assert_eq!(numbers(last - 2), [last - 1, last]);
        assert!(numbers(last).is_empty());
        assert!(numbers(u64::MAX).is_empty());
    }
}
