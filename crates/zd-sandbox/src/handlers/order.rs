//! Lists in another order than by id, and their cursors.

use std::cmp::Ordering;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::paging::{Foot, Paging, Position};
use crate::call::Call;
use crate::errors;
use crate::reply::Reply;
use crate::state::ids::{self, Slot};
use crate::state::index::folded;
use crate::state::user::User;

/// What records can be sorted by.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sorted<'a> {
    pub(super) id: u64,
    pub(super) name: &'a str,
    pub(super) created_at: u32,
    pub(super) updated_at: u32,
}

/// The page that is asked for of records that come in any order, by id or as `sort` says.
pub(super) fn sorted_page<'a, T: Ord>(
    call: &Call<'_>,
    records: impl Iterator<Item = (Sorted<'a>, T)>,
) -> Result<(Vec<T>, Foot), Reply> {
    let order = Order::parse(call.query("sort").unwrap_or("id"))?;
    if order.is_by_id() {
        let by_id = records.map(|(sorted, record)| (sorted.id, record));
        return Ok(Paging::of(call)?.sort_and_cut(by_id, call));
    }
    let paging = Paging::of_positions(call, |cursor| order.place_in(cursor))?;
    let placed = records.map(|(sorted, record)| (order.place_of(&sorted), record));
    Ok(paging.sort_and_cut(placed, call))
}

/// In which order a list is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Order {
    by: By,
    descending: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum By {
    Id,
    Name,
    CreatedAt,
    UpdatedAt,
}

impl By {
    const fn name(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Name => "name",
            Self::CreatedAt => "created_at",
            Self::UpdatedAt => "updated_at",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        [Self::Id, Self::Name, Self::CreatedAt, Self::UpdatedAt]
            .into_iter()
            .find(|by| by.name() == text)
    }
}

impl Order {
    pub(super) const NEWEST_FIRST: Self = Self {
        by: By::CreatedAt,
        descending: true,
    };

    /// Reads `sort=name` or `sort=-created_at`; anything else is 400 (assumed).
    pub(super) fn parse(text: &str) -> Result<Self, Reply> {
        let (by, descending) = match text.strip_prefix('-') {
            Some(by) => (by, true),
            None => (text, false),
        };
        let by = By::parse(by).ok_or_else(|| errors::bad_parameter("sort"))?;
        Ok(Self { by, descending })
    }

    /// Reads `sort_by=name` and `sort_order=desc`; anything else is 400 (assumed).
    pub(super) fn parse_pair(by: Option<&str>, order: Option<&str>) -> Result<Self, Reply> {
        let by = by.map_or(Some(By::Id), By::parse);
        let descending = match order.map(str::to_ascii_lowercase).as_deref() {
            None | Some("asc") => Some(false),
            Some("desc") => Some(true),
            Some(_) => None,
        };
        Ok(Self {
            by: by.ok_or_else(|| errors::bad_parameter("sort_by"))?,
            descending: descending.ok_or_else(|| errors::bad_parameter("sort_order"))?,
        })
    }

    /// Whether records come in this order anyway.
    pub(super) fn is_by_id(self) -> bool {
        self.by == By::Id && !self.descending
    }

    /// The place of a user in this order.
    pub(super) fn place(self, slot: Slot, user: &User) -> Place {
        self.place_of(&Sorted {
            id: ids::user(slot),
            name: &user.name,
            created_at: user.created_at,
            updated_at: user.updated_at,
        })
    }

    /// The place of any record in this order. Equal ones are in the order of their ids.
    fn place_of(self, record: &Sorted<'_>) -> Place {
        let key = match self.by {
            By::Id => Key::Number(0),
            By::Name => Key::Text(folded(record.name).into_owned()),
            By::CreatedAt => Key::Number(record.created_at.into()),
            By::UpdatedAt => Key::Number(record.updated_at.into()),
        };
        Place {
            by: self.by.name(),
            descending: self.descending,
            key,
            id: record.id,
        }
    }

    /// The place that a cursor of this very order holds.
    pub(super) fn place_in(self, cursor: &str) -> Option<Place> {
        Place::read(cursor, self.by.name(), self.descending)
    }
}

/// Where a record stands in an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    by: &'static str,
    descending: bool,
    key: Key,
    id: u64,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Number(i64),
    Text(String),
}

impl Place {
    /// The place of a record with this number, the largest first.
    pub(super) const fn descending(by: &'static str, key: i64, id: u64) -> Self {
        Self {
            by,
            descending: true,
            key: Key::Number(key),
            id,
        }
    }

    /// The place of a record with this text, the smallest first.
    pub(super) const fn ascending(by: &'static str, key: String, id: u64) -> Self {
        Self {
            by,
            descending: false,
            key: Key::Text(key),
            id,
        }
    }

    /// The place in a cursor, if the cursor is one of this order.
    pub(super) fn read(cursor: &str, by: &'static str, descending: bool) -> Option<Self> {
        let cursor: Value = serde_json::from_slice(&STANDARD.decode(cursor).ok()?).ok()?;
        let order = cursor.get("o")?.as_str()?;
        let is_of_order = match order.strip_prefix('-') {
            Some(rest) => descending && rest == by,
            None => !descending && order == by,
        };
        let key = cursor.get("v")?;
        let key = match key.as_str() {
            Some(text) => Key::Text(text.to_owned()),
            None => Key::Number(key.as_i64()?),
        };
        is_of_order.then_some(Self {
            by,
            descending,
            key,
            id: cursor.get("id")?.as_u64()?,
        })
    }
}

impl Ord for Place {
    fn cmp(&self, other: &Self) -> Ordering {
        let ascending = (&self.key, self.id).cmp(&(&other.key, other.id));
        if self.descending {
            ascending.reverse()
        } else {
            ascending
        }
    }
}

impl PartialOrd for Place {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Position for Place {
    fn cursor(&self) -> String {
        let sign = if self.descending { "-" } else { "" };
        let key = match &self.key {
            Key::Number(number) => json!(number),
            Key::Text(text) => json!(text),
        };
        let cursor = json!({"o": format!("{sign}{}", self.by), "v": key, "id": self.id});
        STANDARD.encode(cursor.to_string())
    }
}
