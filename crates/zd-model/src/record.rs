//! Structs that mirror a JSON object: each field with its three states, what is unknown kept.

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
        #[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
        #[non_exhaustive]
        pub struct $name {
            $($(#[$required_meta])* pub $required: $required_type,)?
            $(
                $(#[$field_meta])*
                #[serde(default, skip_serializing_if = "crate::Nullable::is_absent")]
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
    };
}

pub(crate) use record;
