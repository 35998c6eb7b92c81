//! What entries are as bytes: format 1.
//!
//! An entry is a byte for its kind and its fields. Numbers take as many bytes as they need; rows, lines and users are
//! written as differences from the one before, a run of consecutive rows as its length, an error that stands in the entry
//! already as a number. The rare and wide ones, `Began` and `Ended`, are JSON.

use zd_model::{JobId, UserId};

use super::format::Each;
use super::varint::{Cursor, Malformed, put, put_bytes, put_difference};
use super::{AgainRow, Entry, Settled};
use crate::{RowError, Status};

/// The most rows of one intent. As runs take few bytes, the frame's limit does not bound them.
const MOST_ROWS: u64 = 1 << 24;
/// How far back an error is looked for. A batch seldom fails in more ways.
const ERRORS_BACK: usize = 32;

mod kind {
    pub(super) const BEGAN: u8 = 1;
    pub(super) const INTENT: u8 = 2;
    pub(super) const ACCEPTED: u8 = 3;
    pub(super) const TURNED_AWAY: u8 = 4;
    pub(super) const AGAIN: u8 = 5;
    pub(super) const OUTCOMES: u8 = 6;
    pub(super) const ENDED: u8 = 7;
}

/// The bits of the byte that an outcome begins with; the lowest three are its status.
mod flag {
    pub(super) const STATUS: u8 = 0b111;
    pub(super) const USER: u8 = 1 << 3;
    pub(super) const ERROR: u8 = 1 << 4;
    /// Not sent exactly once.
    pub(super) const ATTEMPTS: u8 = 1 << 5;
    /// Not the row and the line right behind the last one's.
    pub(super) const PLACE: u8 = 1 << 6;
}

mod again_flag {
    pub(super) const CREATED_BY_US: u8 = 1;
    pub(super) const PASSING: u8 = 1 << 1;
}

/// Appends an entry.
pub(super) fn encode(entry: &Entry, out: &mut Vec<u8>) -> Result<(), Malformed> {
    match entry {
        Entry::Began(began) => {
            out.push(kind::BEGAN);
            put_json(out, began)?;
        }
        Entry::Intent {
            batch,
            server,
            rows,
        } => {
            if rows.len() as u64 > MOST_ROWS {
                return Err(Malformed("too many rows"));
            }
            out.push(kind::INTENT);
            put(out, *batch);
            out.push(u8::from(server.is_some()));
            if let Some(server) = server {
                put_difference(out, 0, server.cast_unsigned());
            }
            put_runs(out, rows);
        }
        Entry::Accepted { batch, job } => {
            out.push(kind::ACCEPTED);
            put(out, *batch);
            put_bytes(out, job.as_str().as_bytes());
        }
        Entry::TurnedAway { batch } => {
            out.push(kind::TURNED_AWAY);
            put(out, *batch);
        }
        Entry::Again { rows } => {
            out.push(kind::AGAIN);
            put(out, rows.len() as u64);
            let mut next = 0;
            for row in rows {
                put_difference(out, next, row.row);
                let created = u8::from(row.created_by_us) * again_flag::CREATED_BY_US;
                out.push(created | (u8::from(row.passing) * again_flag::PASSING));
                next = row.row.wrapping_add(1);
            }
        }
        Entry::Outcomes { job, rows } => {
            out.push(kind::OUTCOMES);
            out.push(u8::from(job.is_some()));
            if let Some(job) = job {
                put_bytes(out, job.as_str().as_bytes());
            }
            put(out, rows.len() as u64);
            let mut before = Before::default();
            let mut errors = Vec::new();
            for row in rows {
                put_settled(out, row, &mut before, &mut errors);
            }
        }
        Entry::Ended(ended) => {
            out.push(kind::ENDED);
            put_json(out, ended)?;
        }
    }
    Ok(())
}

/// Hands out the entries of a payload.
pub(super) fn decode(payload: &[u8], each: &mut Each<'_>) -> Result<(), Malformed> {
    let mut bytes = Cursor::new(payload);
    while !bytes.is_empty() {
        each(entry(&mut bytes)?)?;
    }
    Ok(())
}

fn entry(bytes: &mut Cursor<'_>) -> Result<Entry, Malformed> {
    Ok(match bytes.byte()? {
        kind::BEGAN => Entry::Began(json(bytes)?),
        kind::INTENT => Entry::Intent {
            batch: bytes.number()?,
            server: some(bytes)?
                .then(|| bytes.from(0).map(u64::cast_signed))
                .transpose()?,
            rows: runs(bytes)?,
        },
        kind::ACCEPTED => Entry::Accepted {
            batch: bytes.number()?,
            job: JobId::from(bytes.text()?),
        },
        kind::TURNED_AWAY => Entry::TurnedAway {
            batch: bytes.number()?,
        },
        kind::AGAIN => {
            let count = bytes.number()?;
            let mut rows = Vec::with_capacity(bytes.at_most(count));
            let mut next = 0;
            for _ in 0..count {
                let row = bytes.from(next)?;
                let flags = bytes.byte()?;
                rows.push(AgainRow::new(
                    row,
                    flags & again_flag::CREATED_BY_US != 0,
                    flags & again_flag::PASSING != 0,
                ));
                next = row.wrapping_add(1);
            }
            Entry::Again { rows }
        }
        kind::OUTCOMES => {
            let job = some(bytes)?
                .then(|| bytes.text().map(JobId::from))
                .transpose()?;
            let count = bytes.number()?;
            let mut rows = Vec::with_capacity(bytes.at_most(count));
            let mut before = Before::default();
            let mut errors = Vec::new();
            for _ in 0..count {
                rows.push(settled(bytes, &mut before, &mut errors)?);
            }
            Entry::Outcomes { job, rows }
        }
        kind::ENDED => Entry::Ended(json(bytes)?),
        _ => return Err(Malformed("an entry is of no known kind")),
    })
}

fn put_json(out: &mut Vec<u8>, value: &impl serde::Serialize) -> Result<(), Malformed> {
    let text = serde_json::to_vec(value).map_err(|_| Malformed("it cannot be written as JSON"))?;
    put_bytes(out, &text);
    Ok(())
}

fn json<T: serde::de::DeserializeOwned>(bytes: &mut Cursor<'_>) -> Result<T, Malformed> {
    serde_json::from_slice(bytes.bytes()?).map_err(|_| Malformed("an entry's JSON cannot be read"))
}

/// Whether there is what may be missing.
fn some(bytes: &mut Cursor<'_>) -> Result<bool, Malformed> {
    match bytes.byte()? {
        0 => Ok(false),
        1 => Ok(true),
        _ => Err(Malformed("neither there nor missing")),
    }
}

/// Writes rows as runs of consecutive ones: how many rows, then for each run where it begins and how long it is.
fn put_runs(out: &mut Vec<u8>, rows: &[u64]) {
    put(out, rows.len() as u64);
    let mut next = 0;
    for run in rows.chunk_by(|row, after| row.checked_add(1) == Some(*after)) {
        let first = run.first().copied().unwrap_or_default();
        put_difference(out, next, first);
        put(out, run.len() as u64);
        next = first.wrapping_add(run.len() as u64);
    }
}

fn runs(bytes: &mut Cursor<'_>) -> Result<Vec<u64>, Malformed> {
    let count = bytes.number()?;
    if count > MOST_ROWS {
        return Err(Malformed("too many rows"));
    }
    let mut rows = Vec::new();
    let mut next = 0;
    let mut left = count;
    while left > 0 {
        let first = bytes.from(next)?;
        let length = bytes.number()?;
        left = left
            .checked_sub(length)
            .filter(|_| length > 0)
            .ok_or(Malformed("a run of rows has a wrong length"))?;
        rows.extend((0..length).map(|offset| first.wrapping_add(offset)));
        next = first.wrapping_add(length);
    }
    Ok(rows)
}

/// The outcome before, from which the next one differs little.
#[derive(Debug)]
struct Before {
    row: u64,
    line: u64,
    user: u64,
}

impl Default for Before {
    /// The first row of a file with a header is as if one more stood before it.
    fn default() -> Self {
        Self {
            row: u64::MAX,
            line: 1,
            user: 0,
        }
    }
}

impl Before {
    /// The line on which a row is if every row between has one.
    const fn line_of(&self, row: u64) -> u64 {
        self.line.wrapping_add(row.wrapping_sub(self.row))
    }
}

fn put_settled<'a>(
    out: &mut Vec<u8>,
    row: &'a Settled,
    before: &mut Before,
    errors: &mut Vec<&'a RowError>,
) {
    let next = before.row.wrapping_add(1);
    let follows = row.row == next && row.line == before.line_of(next);
    let mut flags = status_number(row.status);
    for (flag, set) in [
        (flag::USER, row.user_id.is_some()),
        (flag::ERROR, row.error.is_some()),
        (flag::ATTEMPTS, row.attempts != 1),
        (flag::PLACE, !follows),
    ] {
        flags |= u8::from(set) * flag;
    }
    out.push(flags);
    if !follows {
        put_difference(out, next, row.row);
        put_difference(out, before.line_of(row.row), row.line);
    }
    before.row = row.row;
    before.line = row.line;
    if let Some(user) = row.user_id {
        put_difference(out, before.user, user.get());
        before.user = user.get();
    }
    if row.attempts != 1 {
        put(out, u64::from(row.attempts));
    }
    if let Some(error) = &row.error {
        // 0: a new one. Otherwise: how many new ones ago it was new.
        let ago = errors
            .iter()
            .rev()
            .take(ERRORS_BACK)
            .position(|known| *known == error);
        put(out, ago.map_or(0, |ago| ago as u64 + 1));
        if ago.is_none() {
            put_bytes(out, error.code.as_bytes());
            put_bytes(out, error.message.as_bytes());
            out.push(u8::from(error.retryable));
            errors.push(error);
        }
    }
}

fn settled(
    bytes: &mut Cursor<'_>,
    before: &mut Before,
    errors: &mut Vec<RowError>,
) -> Result<Settled, Malformed> {
    let flags = bytes.byte()?;
    let status = status(flags & flag::STATUS)?;
    let mut row = before.row.wrapping_add(1);
    let mut line = before.line_of(row);
    if flags & flag::PLACE != 0 {
        row = bytes.from(row)?;
        line = bytes.from(before.line_of(row))?;
    }
    before.row = row;
    before.line = line;
    let mut settled = Settled::new(row, line, status);
    if flags & flag::USER != 0 {
        before.user = bytes.from(before.user)?;
        settled.user_id = Some(UserId::new(before.user));
    }
    settled.attempts = 1;
    if flags & flag::ATTEMPTS != 0 {
        settled.attempts = u32::try_from(bytes.number()?)
            .map_err(|_| Malformed("a number of attempts is too large"))?;
    }
    if flags & flag::ERROR != 0 {
        settled.error = Some(error(bytes, errors)?);
    }
    Ok(settled)
}

fn error(bytes: &mut Cursor<'_>, errors: &mut Vec<RowError>) -> Result<RowError, Malformed> {
    let ago = bytes.number()?;
    if ago == 0 {
        let error = RowError::new(bytes.text()?, bytes.text()?, some(bytes)?);
        errors.push(error.clone());
        return Ok(error);
    }
    usize::try_from(ago)
        .ok()
        .and_then(|ago| errors.len().checked_sub(ago))
        .and_then(|index| errors.get(index))
        .cloned()
        .ok_or(Malformed("an error is missing"))
}

const fn status_number(status: Status) -> u8 {
    match status {
        Status::Created => 0,
        Status::Updated => 1,
        Status::Unchanged => 2,
        Status::Failed => 3,
        Status::Invalid => 4,
        Status::Indeterminate => 5,
    }
}

const fn status(number: u8) -> Result<Status, Malformed> {
    Ok(match number {
        0 => Status::Created,
        1 => Status::Updated,
        2 => Status::Unchanged,
        3 => Status::Failed,
        4 => Status::Invalid,
        5 => Status::Indeterminate,
        _ => return Err(Malformed("a status is not known")),
    })
}

#[cfg(test)]
mod tests;
