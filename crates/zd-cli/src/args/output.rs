//! How records are written.

use std::str::FromStr;

use clap::{Args, ValueEnum};

/// Flags that say how records are written; they go with every command.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Output options")]
pub(crate) struct OutputArgs {
    /// Write JSON: data to stdout, errors to stderr; with a list, only these attributes (--json=id,email).
    #[arg(
        long,
        global = true,
        value_name = "FIELDS",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "true"
    )]
    pub(crate) json: Option<Json>,
    /// table, tsv, csv, jsonl or json; unless told, a table on a terminal and tsv in a pipe.
    #[arg(
        long,
        global = true,
        value_enum,
        value_name = "FORMAT",
        hide_possible_values = true
    )]
    pub(crate) format: Option<Format>,
    /// Only these attributes, in any format: id,email,user_fields.plan_tier.
    #[arg(long, global = true, value_name = "LIST")]
    pub(crate) fields: Option<Fields>,
    /// Filter the JSON by a jq expression: '.[].email'. With --format jsonl it sees one record at a time.
    #[arg(long, global = true, value_name = "FILTER")]
    pub(crate) jq: Option<String>,
    /// Write each record by a template: '{{ id }} {{ name }}'.
    #[arg(long, global = true, value_name = "TEXT")]
    pub(crate) template: Option<String>,
}

impl OutputArgs {
    /// Whether `--json` was given.
    pub(crate) const fn is_json(&self) -> bool {
        matches!(self.json, Some(Json::Whole | Json::Fields(_)))
    }
}

/// What `--json` says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Json {
    /// No: `ZD_JSON=0`.
    Off,
    /// Whole records.
    Whole,
    /// These attributes of records.
    Fields(Fields),
}

impl FromStr for Json {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.trim().to_ascii_lowercase().as_str() {
            "" | "0" | "n" | "no" | "f" | "false" | "off" => Ok(Self::Off),
            "1" | "y" | "yes" | "t" | "true" | "on" => Ok(Self::Whole),
            _ => text.parse().map(Self::Fields),
        }
    }
}

/// Names of attributes: `id,email,user_fields.plan_tier`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fields(pub(crate) Vec<String>);

impl FromStr for Fields {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let names: Vec<String> = text.split(',').map(|name| name.trim().to_owned()).collect();
        if names.iter().any(String::is_empty) {
            return Err("expected names with commas between them, such as id,email".to_owned());
        }
        Ok(Self(names))
    }
}

/// The ways in which records can be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Aligned columns for people.
    Table,
    /// A line for each record, tabs between the values, no header.
    Tsv,
    /// Comma-separated values with a header.
    Csv,
    /// A line of JSON for each record.
    Jsonl,
    /// One JSON value.
    Json,
}

impl Format {
    /// As it is typed.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::Tsv => "tsv",
            Self::Csv => "csv",
            Self::Jsonl => "jsonl",
            Self::Json => "json",
        }
    }
}

/// How much of a list is wanted.
#[derive(Clone, Debug, Args)]
pub(crate) struct LimitArgs {
    /// How many to show at most.
    #[arg(long, default_value_t = 100, value_name = "N", conflicts_with = "all", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) limit: u64,
    /// Show them all, however many there are.
    #[arg(long)]
    pub(crate) all: bool,
}

impl LimitArgs {
    /// How many to show; `None` for all.
    pub(crate) fn wanted(&self) -> Option<u64> {
        (!self.all).then_some(self.limit)
    }
}

#[cfg(test)]
mod tests {
    use super::{Fields, Json};

    #[test]
    fn json_is_yes_no_or_a_list_of_attributes() {
        assert_eq!("true".parse(), Ok(Json::Whole));
        assert_eq!("0".parse(), Ok(Json::Off));
        assert_eq!("".parse(), Ok(Json::Off));
        let fields = Fields(vec!["id".to_owned(), "user_fields.a".to_owned()]);
        assert_eq!("id, user_fields.a".parse(), Ok(Json::Fields(fields)));
        assert!("id,,email".parse::<Json>().is_err());
    }
}
