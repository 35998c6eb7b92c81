//! Lists in another order than by id, and their cursors.

use std::cmp::Ordering;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::paging::Position;
use crate::errors;
use crate::reply::Reply;
use crate::state::ids::{self, Slot};
use crate::state::index::folded;
use crate::state::user::User;

/// In which order a list of users is asked for.
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

    /// The place of a user in this order. Equal ones are in the order of their ids.
    pub(super) fn place(self, slot: Slot, user: &User) -> Place {
        let key = match self.by {
            By::Id => Key::Number(0),
            By::Name => Key::Text(folded(&user.name).into_owned()),
            By::CreatedAt => Key::Number(user.created_at.into()),
            By::UpdatedAt => Key::Number(user.updated_at.into()),
        };
        Place {
            by: self.by.name(),
            descending: self.descending,
            key,
            id: ids::user(slot),
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
