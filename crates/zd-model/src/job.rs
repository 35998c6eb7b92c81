//! Bulk jobs and what became of their entries.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{DeserializeSeed, IntoDeserializer as _, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Number, Value};

use crate::job_result::{Fields, Key};
use crate::record::{Slot, read_object};
use crate::{Extra, JobId, JobResult, JobState, Nullable};

/// A bulk job.
///
/// That it is `completed` says nothing about its entries: see [`JobStatus::results`].
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct JobStatus {
    /// The id, under which it can be asked for one day after its creation.
    pub id: JobId,
    /// The kind of job, such as `Bulk Create User`; there since 2024.
    #[serde(skip_serializing_if = "Nullable::is_absent")]
    pub job_type: Nullable<String>,
    /// Where to ask for it.
    #[serde(skip_serializing_if = "Nullable::is_absent")]
    pub url: Nullable<String>,
    /// How many entries it has; null for single deletions.
    #[serde(skip_serializing_if = "Nullable::is_absent")]
    pub total: Nullable<u64>,
    /// How many entries are done; null while queued.
    #[serde(skip_serializing_if = "Nullable::is_absent")]
    pub progress: Nullable<u64>,
    /// Where it stands.
    pub status: JobState,
    /// What it says of itself, such as `Creating User #53` or `Completed at 2023-09-18 23:26:10 +0000`.
    #[serde(skip_serializing_if = "Nullable::is_absent")]
    pub message: Nullable<String>,
    /// What became of the entries; null until it is completed, and sometimes then.
    #[serde(skip_serializing_if = "JobResults::is_absent")]
    pub results: JobResults,
    /// Fields that this crate does not know.
    #[serde(flatten)]
    pub extra: Extra,
}

impl Slot for JobResults {}

read_object!(JobStatus [id status] [job_type url total progress message results]);

impl JobStatus {
    /// A job of this id in this state.
    #[must_use]
    pub fn new(id: JobId, status: JobState) -> Self {
        Self {
            id,
            job_type: Nullable::Absent,
            url: Nullable::Absent,
            total: Nullable::Absent,
            progress: Nullable::Absent,
            status,
            message: Nullable::Absent,
            results: JobResults::Absent,
            extra: Extra::new(),
        }
    }
}

/// What became of a job's entries, in whatever shape it came.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub enum JobResults {
    /// The field is not there.
    #[default]
    Absent,
    /// `null`.
    Null,
    /// An entry for each row, in the order of the input wherever it could be checked.
    Entries(Vec<JobResult>),
    /// Anything else: an object for single deletions, or a shape nobody has seen.
    Other(Value),
}

impl JobResults {
    /// Whether the field is not there.
    pub const fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }

    /// The entries, if there are any.
    pub fn entries(&self) -> Option<&[JobResult]> {
        match self {
            Self::Entries(entries) => Some(entries),
            Self::Absent | Self::Null | Self::Other(_) => None,
        }
    }
}

impl Serialize for JobResults {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Absent | Self::Null => serializer.serialize_none(),
            Self::Entries(entries) => entries.serialize(serializer),
            Self::Other(value) => value.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for JobResults {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Any(PhantomData))
    }
}

/// Takes the entries as they stream in, without a tree of the whole array: an import reads a million of them.
impl<'de> FromAny<'de> for JobResults {
    fn of_value(value: Value) -> Self {
        match value {
            Value::Null => Self::Null,
            value => Self::Other(value),
        }
    }

    fn of_seq<A: SeqAccess<'de>>(mut items: A) -> Result<Self, A::Error> {
        let mut entries = Vec::new();
        while let Some(item) = items.next_element()? {
            match item {
                Item::Entry(entry) => {
                    if entries.is_empty() {
                        entries.reserve(USUAL);
                    }
                    entries.push(entry);
                }
                Item::Stranger(stranger) => return with_strangers(entries, stranger, items),
            }
        }
        Ok(Self::Entries(entries))
    }

    // A number arrives as a map too (`arbitrary_precision`), which `Value` knows.
    fn of_map<A: MapAccess<'de>>(map: A) -> Result<Self, A::Error> {
        Value::deserialize(MapAccessDeserializer::new(map)).map(Self::Other)
    }
}

/// A bulk job has at most so many entries.
const USUAL: usize = 100;

/// What stands in a list of results.
#[expect(clippy::large_enum_variant, reason = "nearly every one is an entry")]
enum Item {
    Entry(JobResult),
    Stranger(Value),
}

impl<'de> Deserialize<'de> for Item {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Any(PhantomData))
    }
}

impl<'de> FromAny<'de> for Item {
    fn of_value(value: Value) -> Self {
        Self::Stranger(value)
    }

    fn of_seq<A: SeqAccess<'de>>(items: A) -> Result<Self, A::Error> {
        Value::deserialize(SeqAccessDeserializer::new(items)).map(Self::Stranger)
    }

    fn of_map<A: MapAccess<'de>>(mut map: A) -> Result<Self, A::Error> {
        let first = map.next_key::<Key<'de>>()?;
        if first.as_ref().is_none_or(Key::is_of_an_entry) {
            return Fields::read(first, map).map(Self::Entry);
        }
        let map = MapAccessDeserializer::new(Begun { first, rest: map });
        Ok(match Value::deserialize(map)? {
            Value::Object(object) => Self::Entry(object.into()),
            stranger => Self::Stranger(stranger),
        })
    }
}

/// A map whose first key was looked at.
struct Begun<'de, A> {
    first: Option<Key<'de>>,
    rest: A,
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Begun<'de, A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, A::Error> {
        match self.first.take() {
            Some(Key(key)) => seed.deserialize(key.into_deserializer()).map(Some),
            None => self.rest.next_key_seed(seed),
        }
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, A::Error> {
        self.rest.next_value_seed(seed)
    }
}

/// What can be read from any JSON.
trait FromAny<'de>: Sized {
    fn of_value(value: Value) -> Self;
    fn of_seq<A: SeqAccess<'de>>(items: A) -> Result<Self, A::Error>;
    fn of_map<A: MapAccess<'de>>(map: A) -> Result<Self, A::Error>;
}

struct Any<T>(PhantomData<T>);

impl<'de, T: FromAny<'de>> Visitor<'de> for Any<T> {
    type Value = T;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("any JSON")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<T, A::Error> {
        T::of_seq(items)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
        T::of_map(map)
    }

    fn visit_unit<E>(self) -> Result<T, E> {
        Ok(T::of_value(Value::Null))
    }

    fn visit_bool<E>(self, value: bool) -> Result<T, E> {
        Ok(T::of_value(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<T, E> {
        Ok(T::of_value(value.into()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<T, E> {
        Ok(T::of_value(value.into()))
    }

    // Longer integers come from a `serde_json::Value`.
    fn visit_u128<E>(self, value: u128) -> Result<T, E> {
        Ok(T::of_value(number(Number::from_u128(value))))
    }

    fn visit_i128<E>(self, value: i128) -> Result<T, E> {
        Ok(T::of_value(number(Number::from_i128(value))))
    }

    fn visit_f64<E>(self, value: f64) -> Result<T, E> {
        Ok(T::of_value(number(Number::from_f64(value))))
    }

    fn visit_str<E>(self, text: &str) -> Result<T, E> {
        Ok(T::of_value(text.into()))
    }
}

fn number(number: Option<Number>) -> Value {
    number.map_or(Value::Null, Value::Number)
}

/// An array with something else than objects in it: kept as it is.
fn with_strangers<'de, A: SeqAccess<'de>>(
    entries: Vec<JobResult>,
    stranger: Value,
    mut items: A,
) -> Result<JobResults, A::Error> {
    let mut values = entries
        .into_iter()
        .map(serde_json::to_value)
        .collect::<Result<Vec<_>, _>>()
        .map_err(serde::de::Error::custom)?;
    values.push(stranger);
    while let Some(item) = items.next_element()? {
        values.push(item);
    }
    Ok(JobResults::Other(Value::Array(values)))
}
