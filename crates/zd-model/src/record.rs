//! Structs that mirror a JSON object: each field with its states, what is unknown kept.

use serde::Deserialize;
use serde::de::{Error, MapAccess};

use crate::Nullable;

/// A field that may be missing.
pub(crate) trait Slot: Default {
    /// Reads the value that comes next in the object.
    fn read<'de, A: MapAccess<'de>>(object: &mut A) -> Result<Self, A::Error>
    where
        Self: Deserialize<'de>,
    {
        object.next_value()
    }
}

impl<T> Slot for Nullable<T> {}

/// A field that is missing or a value: what cannot be cleared must not be dropped in silence either.
impl<T> Slot for Option<T> {
    fn read<'de, A: MapAccess<'de>>(object: &mut A) -> Result<Self, A::Error>
    where
        Self: Deserialize<'de>,
    {
        let value: Self = object.next_value()?;
        if value.is_none() {
            return Err(Error::custom("null, but this attribute cannot be cleared"));
        }
        Ok(value)
    }
}

/// Implements `Deserialize` for a struct with the required fields of the first list, the [`Slot`]s of the second, and an
/// `extra` map for whatever else the object has. Of a key that comes twice the last value counts.
///
/// Serde's own `flatten` would do, but it keeps what it does not know in a buffer that has no place for integers of more
/// than 64 bits: a record with one of them could not be read from a `serde_json::Value`.
macro_rules! read_object {
    ($name:ident [$($required:ident)*] [$($slot:ident)*]) => {
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                #[derive(serde::Deserialize)]
                #[serde(field_identifier)]
                #[expect(non_camel_case_types, reason = "these are the fields' names")]
                enum Key {
                    $($required,)*
                    $($slot,)*
                    Unknown(String),
                }

                struct Reader;

                impl<'de> serde::de::Visitor<'de> for Reader {
                    type Value = $name;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        formatter.write_str("a JSON object")
                    }

                    fn visit_map<A: serde::de::MapAccess<'de>>(self, mut object: A) -> Result<$name, A::Error> {
                        $(let mut $required = None;)*
                        $(let mut $slot = Default::default();)*
                        let mut extra = crate::Extra::new();
                        while let Some(attribute) = object.next_key()? {
                            match attribute {
                                $(Key::$required => $required = Some(object.next_value()?),)*
                                $(Key::$slot => $slot = crate::record::Slot::read(&mut object)?,)*
                                Key::Unknown(name) => {
                                    extra.insert(name, object.next_value()?);
                                }
                            }
                        }
                        $(let $required = $required.ok_or_else(|| serde::de::Error::missing_field(stringify!($required)))?;)*
                        Ok($name { $($required,)* $($slot,)* extra })
                    }
                }

                deserializer.deserialize_map(Reader)
            }
        }
    };
}

/// Defines a struct of [`Nullable`](crate::Nullable) fields that are left out when absent, and an `extra` map.
///
/// A field in parentheses behind the name is required: reading fails without it.
macro_rules! record {
    (@default $name:ident) => {
        impl Default for $name {
            fn default() -> Self {
                Self::new()
            }
        }
    };
    (@default $name:ident $required:ident) => {};
    (
        $(#[$meta:meta])*
        $name:ident $(($(#[$required_meta:meta])* $required:ident: $required_type:ty))? {
            $($(#[$field_meta:meta])* $field:ident: $type:ty,)*
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, serde::Serialize)]
        #[non_exhaustive]
        pub struct $name {
            $($(#[$required_meta])* pub $required: $required_type,)?
            $(
                $(#[$field_meta])*
                #[serde(skip_serializing_if = "crate::Nullable::is_absent")]
                pub $field: crate::Nullable<$type>,
            )*
            /// Fields that this crate does not know.
            #[serde(flatten)]
            pub extra: crate::Extra,
        }

        impl $name {
            /// A value with nothing set but what is required.
            #[must_use]
            pub fn new($($required: $required_type)?) -> Self {
                Self { $($required,)? $($field: crate::Nullable::Absent,)* extra: crate::Extra::new() }
            }
        }

        crate::record::record!(@default $name $($required)?);
        crate::record::read_object!($name [$($required)?] [$($field)*]);
    };
}

pub(crate) use {read_object, record};
