//! `--jq`: filters in the language of jq.

use jaq_core::load::{Arena, Error as LoadError, File, Loader};
use jaq_core::{Compiler, Ctx, Native, Vars, compile, data, unwrap_valr};
use jaq_json::{Val, read};
use serde_json::Value;

use crate::failure::Failure;

type Data = data::JustLut<Val>;

/// A filter that was understood.
pub(super) struct Jq(compile::Filter<Native<Data>>);

impl Jq {
    /// Reads a filter.
    ///
    /// The process's environment is not in reach of it: secrets are there.
    pub(super) fn new(code: &str) -> Result<Self, Failure> {
        let bad = |why: String| {
            Failure::usage("--jq is not a filter that can be run")
                .why(why)
                .fix("see https://jqlang.org/manual for the language, such as  --jq '.[].email'")
        };
        let definitions = jaq_core::defs()
            .chain(jaq_std::defs())
            .chain(jaq_json::defs());
        let functions = jaq_core::funs()
            .chain(jaq_std::funs())
            .chain(jaq_json::funs())
            .filter(|(name, ..)| *name != "env");
        let arena = Arena::default();
        let modules = Loader::new(definitions)
            .load(&arena, File { code, path: () })
            .map_err(|errors| {
                let place = errors.iter().find_map(|(_, error)| match error {
                    LoadError::Lex(errors) => errors.first().map(|(_, rest)| *rest),
                    LoadError::Parse(errors) => errors.first().map(|(_, rest)| *rest),
                    LoadError::Io(_) => None,
                });
                bad(match place {
                    Some("") => "it ends too early".to_owned(),
                    Some(rest) => format!("it cannot be read from {rest:?} on"),
                    None => "modules cannot be loaded".to_owned(),
                })
            })?;
        let filter = Compiler::default()
            .with_funs(functions)
            .compile(modules)
            .map_err(|errors| {
                let unknown = errors.iter().flat_map(|(_, errors)| errors).next();
                bad(unknown.map_or_else(String::new, |(name, kind)| {
                    format!("there is no {} {name}", kind.as_str())
                }))
            })?;
        Ok(Self(filter))
    }

    /// What the filter makes of a value: texts as they are, anything else as JSON on one line.
    pub(super) fn run(&self, value: &Value) -> Result<Vec<String>, Failure> {
        let failed = |why: String| {
            Failure::usage("--jq met a value that it cannot work on")
                .why(why)
                .fix("look at the value with --json, then correct the filter")
        };
        let input = read::parse_single(value.to_string().as_bytes())
            .map_err(|error| failed(error.to_string()))?;
        let context = Ctx::<Data>::new(&self.0.lut, Vars::new([]));
        let results = self.0.id.run((context, input)).map(unwrap_valr);
        results
            .map(|result| {
                let json = result
                    .map_err(|error| failed(error.to_string()))?
                    .to_string();
                Ok(if json.starts_with('"') {
                    serde_json::from_str(&json).unwrap_or(json)
                } else {
                    json
                })
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Jq;

    #[test]
    fn texts_come_out_bare_and_large_numbers_whole() {
        let value =
            json!([{"id": 9_007_199_254_740_993_u64, "email": "a\"b"}, {"id": 2, "email": null}]);
        let run = |code: &str| Jq::new(code).unwrap().run(&value).unwrap();
        assert_eq!(run(".[].email"), ["a\"b", "null"]);
        assert_eq!(run(".[0].id"), ["9007199254740993"]);
        assert_eq!(run("map({id}) | length, .[1]"), ["2", r#"{"id":2}"#]);
        assert!(run("empty").is_empty());
    }

    #[test]
    fn a_filter_that_cannot_be_run_is_refused_with_its_place() {
        for (code, why) in [
            (".[", "it ends too early"),
            (".a | nothing_like_it", "there is no filter nothing_like_it"),
            (".a )", "it cannot be read from \")\" on"),
            ("$x", "there is no variable $x"),
            // Secrets are in the environment.
            ("env", "there is no filter env"),
        ] {
            let failure = Jq::new(code).err().unwrap();
            assert_eq!(failure.why.as_deref(), Some(why), "{code}");
        }
        let failure = Jq::new(".a.b").unwrap().run(&json!({"a": 1})).unwrap_err();
        assert!(
            failure.why.as_deref().unwrap().contains("cannot index"),
            "{failure:?}"
        );
    }
}
