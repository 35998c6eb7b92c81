//! What nobody knows about Zendesk, and the sandbox therefore lets its user choose.

use serde::Serialize;

/// One point where the truth is not known.
#[derive(Clone, Copy, Debug, Serialize)]
#[non_exhaustive]
pub struct Choice {
    /// Its name.
    pub key: &'static str,
    /// What can be chosen.
    pub values: &'static [&'static str],
    /// What is chosen unless told.
    pub default: &'static str,
    /// What it is about.
    pub about: &'static str,
}

/// A choice that there is not.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected {expected}")]
#[non_exhaustive]
pub struct ChoiceError {
    /// What can be chosen.
    pub expected: String,
}

macro_rules! choices {
    ($( $key:literal, $field:ident: $kind:ident { $( $value:ident $text:literal ),+ } $about:literal; )+) => {
        $(
            #[derive(Clone, Copy, Debug, PartialEq, Eq)]
            pub(crate) enum $kind { $( $value ),+ }
        )+

        /// What is chosen.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) struct Choices { $( pub(crate) $field: $kind ),+ }

        /// Every choice there is.
        pub const CHOICES: &[Choice] = &[ $( Choice {
            key: $key,
            values: &[ $( $text ),+ ],
            default: first(&[ $( $text ),+ ]),
            about: $about,
        } ),+ ];

        impl Default for Choices {
            fn default() -> Self {
                Self { $( $field: first(&[ $( $kind::$value ),+ ]) ),+ }
            }
        }

        impl Choices {
            /// Chooses.
            pub(crate) fn set(&mut self, key: &str, value: &str) -> Result<(), ChoiceError> {
                match (key, value) {
                    $( $( ($key, $text) => self.$field = $kind::$value, )+ )+
                    _ => return Err(unknown(key)),
                }
                Ok(())
            }

            /// What is chosen, key by key.
            pub(crate) fn chosen(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
                [ $( ($key, match self.$field { $( $kind::$value => $text ),+ }) ),+ ].into_iter()
            }
        }
    };
}

choices! {
    "match", match_by: MatchBy { ExternalId "external-id", Email "email" }
        "which key an upsert looks for first";
    "failed-rows", failed_rows: FailedRows {
        Indexed "indexed", Schema "schema", Forum "forum", Bare "bare"
    } "what a failed entry of a job looks like: as recorded for organizations; as the schema of 2026 has it; as reported in \
       the forum in 2021 (the index in `id`, status Failed); error and details alone";
    "rows", rows: Rows { Recorded "recorded", Documented "documented" }
        "what a successful entry looks like: as recorded; as documented (index and id for creations, action and success for upserts)";
    "echo", echo: Echo { Sent "sent", Never "never" }
        "whether entries of creations and upserts repeat the address and the external id that were sent";
    "results-order", results_order: ResultsOrder { Input "input", Shuffled "shuffled" }
        "the order of a job's results";
    "duplicates", duplicates: Duplicates { InOrder "in-order", Collide "collide" }
        "the same person twice in a batch: one after the other; the second one fails with a collision";
    "unknown-organization", unknown_organization: UnknownOrganization { Refuse "refuse", Create "create" }
        "a user put into an organization of a name that is not there";
    "long-texts", long_texts: LongTexts { Refuse "refuse", Cut "cut" }
        "names, external ids and aliases of more than 255 characters";
}

const fn first<T: Copy>(all: &[T]) -> T {
    all[0]
}

fn unknown(key: &str) -> ChoiceError {
    let expected = match CHOICES.iter().find(|choice| choice.key == key) {
        Some(choice) => format!("{key}={}", choice.values.join(&format!(" or {key}="))),
        None => {
            let keys: Vec<&str> = CHOICES.iter().map(|choice| choice.key).collect();
            format!("KEY=VALUE with one of the keys {}", keys.join(", "))
        }
    };
    ChoiceError { expected }
}

#[cfg(test)]
mod tests {
    use super::{CHOICES, Choices};

    #[test]
    fn every_value_can_be_chosen_and_is_told() {
        for choice in CHOICES {
            let mut choices = Choices::default();
            let told = |choices: &Choices| choices.chosen().find(|(key, _)| *key == choice.key);
            assert_eq!(told(&choices), Some((choice.key, choice.default)));
            for value in choice.values {
                choices.set(choice.key, value).unwrap();
                assert_eq!(told(&choices), Some((choice.key, *value)));
            }
            let error = choices.set(choice.key, "neither").unwrap_err();
            assert!(error.expected.contains(choice.values[1]), "{error}");
        }
        let error = Choices::default().set("who", "knows").unwrap_err();
        assert!(error.expected.contains("failed-rows"), "{error}");
    }
}
