//! Pages of lists, by cursor or by number, as far as each list has them.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::{Value, json};

use crate::call::Call;
use crate::errors;
use crate::reply::Reply;

pub(super) const LONGEST_PAGE: usize = 100;
/// Paging by number ends after so many records.
const DEEPEST: usize = 10_000;

/// Where a record stands in a list: it grows from record to record, and a cursor holds it.
pub(super) trait Position: Ord + Clone {
    /// As a cursor, which is opaque to clients.
    fn cursor(&self) -> String;
}

/// Which page of a list is asked for.
#[derive(Debug)]
pub(super) enum Paging<P = u64> {
    /// So many records behind this position, or before it.
    Cursor {
        size: usize,
        after: Option<P>,
        before: Option<P>,
    },
    /// The page of this number, from 1.
    Number { page: usize, per_page: usize },
}

impl Paging<u64> {
    /// For a list that has both ways: by cursor if `page[…]` is there.
    pub(super) fn of(call: &Call<'_>) -> Result<Self, Reply> {
        Self::of_positions(call, key_in)
    }

    /// For a list that has cursors only.
    pub(super) fn by_cursor(call: &Call<'_>) -> Result<Self, Reply> {
        Self::by_positions(call, LONGEST_PAGE, key_in)
    }

    /// The smallest key that the page can hold, for lists that need not begin at the first.
    pub(super) fn start(&self) -> u64 {
        match self {
            Self::Cursor {
                after: Some(after),
                before: None,
                ..
            } => after.saturating_add(1),
            _ => 0,
        }
    }
}

impl<P> Paging<P> {
    /// For a list that has both ways and cursors of its own, which `read` understands.
    pub(super) fn of_positions(
        call: &Call<'_>,
        read: impl Fn(&str) -> Option<P>,
    ) -> Result<Self, Reply> {
        if asks_for_cursor(call) {
            Self::by_positions(call, LONGEST_PAGE, read)
        } else {
            Self::by_number(call)
        }
    }

    /// For a list that has cursors only, of its own.
    pub(super) fn by_positions(
        call: &Call<'_>,
        longest: usize,
        read: impl Fn(&str) -> Option<P>,
    ) -> Result<Self, Reply> {
        let size = match call.query("page[size]") {
            None => LONGEST_PAGE,
            Some(text) => text
                .parse()
                .ok()
                .filter(|size| (1..=longest).contains(size))
                .ok_or_else(|| errors::bad_cursor(longest))?,
        };
        let position = |name: &str| {
            let cursor = call.query(name);
            let read = |cursor| read(cursor).ok_or_else(|| errors::bad_cursor(longest));
            cursor.map(read).transpose()
        };
        Ok(Self::Cursor {
            size,
            after: position("page[after]")?,
            before: position("page[before]")?,
        })
    }

    /// For a list that has numbers only.
    pub(super) fn by_number(call: &Call<'_>) -> Result<Self, Reply> {
        if asks_for_cursor(call) {
            return Err(errors::page_not_a_number());
        }
        let number = |name: &str, default: usize| match call.query(name) {
            None | Some("") => Ok(default),
            Some(text) => text.parse().map_err(|_| errors::page_not_a_number()),
        };
        let page = number("page", 1)?.max(1);
        let per_page = number("per_page", LONGEST_PAGE)?.clamp(1, LONGEST_PAGE);
        if page.saturating_mul(per_page) > DEEPEST {
            return Err(errors::too_deep());
        }
        Ok(Self::Number { page, per_page })
    }
}

impl<P: Position> Paging<P> {
    /// Cuts the page out of all records, which come with positions that grow and do not change.
    pub(super) fn cut<T>(
        self,
        records: impl Iterator<Item = (P, T)>,
        call: &Call<'_>,
    ) -> (Vec<T>, Foot) {
        match self {
            Self::Cursor {
                size,
                after,
                before,
            } => cut_by_cursor(size, after, before, records, call),
            Self::Number { page, per_page } => cut_by_number(page, per_page, records, call),
        }
    }
}

impl<P: Position> Paging<P> {
    /// The same for records in any order; no more of them are held than the page needs.
    pub(super) fn sort_and_cut<T: Ord>(
        self,
        records: impl Iterator<Item = (P, T)>,
        call: &Call<'_>,
    ) -> (Vec<T>, Foot) {
        match self {
            Self::Cursor {
                size,
                after,
                before: None,
            } => {
                let is_behind = |place: &P| after.as_ref().is_none_or(|after| place > after);
                let behind = records.filter(|(place, _)| is_behind(place));
                let first = smallest(size + 1, behind);
                cut_by_cursor(size, None, None, first.into_iter(), call)
            }
            Self::Cursor {
                size,
                before: Some(before),
                ..
            } => {
                let ahead = records
                    .filter(|(place, _)| *place < before)
                    .map(|(place, record)| (Reverse(place), record));
                let last = smallest(size + 1, ahead).into_iter().rev();
                let last = last.map(|(Reverse(place), record)| (place, record));
                cut_by_cursor(size, None, Some(before), last, call)
            }
            Self::Number { page, per_page } => {
                let mut count = 0;
                let counted = records.inspect(|_| count += 1);
                let first = smallest(page * per_page, counted).into_iter();
                let cut = first.skip((page - 1) * per_page);
                let cut = cut.map(|(_, record)| record).collect();
                (cut, foot_by_number(page, per_page, count, call))
            }
        }
    }
}

/// So many of the smallest, in order.
fn smallest<R: Ord>(most: usize, records: impl Iterator<Item = R>) -> Vec<R> {
    let mut kept = BinaryHeap::with_capacity(most + 1);
    for record in records {
        kept.push(record);
        if kept.len() > most {
            kept.pop();
        }
    }
    kept.into_sorted_vec()
}

fn asks_for_cursor(call: &Call<'_>) -> bool {
    call.query.iter().any(|(key, _)| key.starts_with("page["))
}

fn cut_by_cursor<P: Position, T>(
    size: usize,
    after: Option<P>,
    before: Option<P>,
    records: impl Iterator<Item = (P, T)>,
    call: &Call<'_>,
) -> (Vec<T>, Foot) {
    let mut page: Vec<(P, T)> = Vec::with_capacity(size + 1);
    let has_more = match before {
        // The last records before the cursor.
        Some(before) => {
            let mut kept = std::collections::VecDeque::with_capacity(size + 2);
            for record in records.take_while(|(key, _)| *key < before) {
                kept.push_back(record);
                if kept.len() > size + 1 {
                    kept.pop_front();
                }
            }
            let has_more = kept.len() > size;
            if has_more {
                kept.pop_front();
            }
            page.extend(kept);
            has_more
        }
        None => {
            let behind =
                records.skip_while(|(key, _)| after.as_ref().is_some_and(|after| key <= after));
            page.extend(behind.take(size + 1));
            let has_more = page.len() > size;
            page.truncate(size);
            has_more
        }
    };
    let first = page.first().map(|(key, _)| key.cursor());
    let last = page.last().map(|(key, _)| key.cursor());
    let link = |direction: &str, cursor: &Option<String>| {
        let cursor = cursor.as_deref()?;
        let mut pairs = kept_pairs(call, &["page[after]", "page[before]", "page[size]"]);
        pairs.push((format!("page[{direction}]"), cursor.to_owned()));
        pairs.push(("page[size]".to_owned(), size.to_string()));
        Some(address(call, &pairs))
    };
    let foot = Foot::Cursor {
        // Both links are there as long as the page has records; only `has_more` ends the walk (recorded).
        links: json!({"prev": link("before", &first), "next": link("after", &last)}),
        meta: json!({"has_more": has_more, "after_cursor": last, "before_cursor": first}),
    };
    (page.into_iter().map(|(_, record)| record).collect(), foot)
}

fn cut_by_number<P, T>(
    page: usize,
    per_page: usize,
    records: impl Iterator<Item = (P, T)>,
    call: &Call<'_>,
) -> (Vec<T>, Foot) {
    let start = (page - 1) * per_page;
    let mut count = 0;
    let mut cut = Vec::new();
    for (_, record) in records {
        if (start..start + per_page).contains(&count) {
            cut.push(record);
        }
        count += 1;
    }
    (cut, foot_by_number(page, per_page, count, call))
}

fn foot_by_number(page: usize, per_page: usize, count: usize, call: &Call<'_>) -> Foot {
    let link = |number: usize| {
        let mut pairs = kept_pairs(call, &["page"]);
        pairs.push(("page".to_owned(), number.to_string()));
        address(call, &pairs)
    };
    Foot::Number {
        next: (page * per_page < count).then(|| link(page + 1)),
        previous: (page > 1).then(|| link(page - 1)),
        count,
    }
}

/// The query as it was asked, without these parameters.
pub(super) fn kept_pairs(call: &Call<'_>, without: &[&str]) -> Vec<(String, String)> {
    let kept = |(key, _): &&(String, String)| !without.contains(&key.as_str());
    call.query.iter().filter(kept).cloned().collect()
}

/// The address of another page of this list.
pub(super) fn address(call: &Call<'_>, pairs: &[(String, String)]) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(pairs);
    format!("{}{}.json?{}", call.base, call.path, query.finish())
}

/// What stands below the records of a page.
#[derive(Debug)]
pub(super) enum Foot {
    Cursor {
        meta: Value,
        links: Value,
    },
    Number {
        next: Option<String>,
        previous: Option<String>,
        count: usize,
    },
    /// Of an export: keys and values as they stand.
    Export(Vec<(&'static str, Value)>),
}

impl Foot {
    /// Of a list that is one page by number.
    pub(super) const fn whole(count: usize) -> Self {
        Self::Number {
            next: None,
            previous: None,
            count,
        }
    }

    pub(super) fn serialize_into<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        match self {
            Self::Cursor { meta, links } => {
                map.serialize_entry("meta", meta)?;
                map.serialize_entry("links", links)
            }
            Self::Number {
                next,
                previous,
                count,
            } => {
                map.serialize_entry("next_page", next)?;
                map.serialize_entry("previous_page", previous)?;
                map.serialize_entry("count", count)
            }
            Self::Export(entries) => entries
                .iter()
                .try_for_each(|(key, value)| map.serialize_entry(key, value)),
        }
    }
}

/// A page: its records under their name, and what stands below.
pub(super) struct Listed<'a, T> {
    pub(super) name: &'static str,
    pub(super) records: &'a [T],
    pub(super) foot: Foot,
}

impl<T: Serialize> Serialize for Listed<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry(self.name, self.records)?;
        self.foot.serialize_into(&mut map)?;
        map.end()
    }
}

impl Position for u64 {
    /// The record's id, wrapped as Zendesk wraps ids (recorded).
    fn cursor(&self) -> String {
        let mut value = vec![b'i'];
        value.extend(self.to_le_bytes());
        STANDARD.encode(format!(r#"{{"o":"id","v":"{}"}}"#, STANDARD.encode(value)))
    }
}

fn key_in(cursor: &str) -> Option<u64> {
    let json: Value = serde_json::from_slice(&STANDARD.decode(cursor).ok()?).ok()?;
    let value = STANDARD.decode(json.get("v")?.as_str()?).ok()?;
    let key: [u8; 8] = value.strip_prefix(b"i")?.try_into().ok()?;
    Some(u64::from_le_bytes(key))
}
