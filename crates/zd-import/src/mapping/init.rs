//! A mapping file inferred from an input.

use std::collections::HashSet;
use std::fmt::Write as _;
use std::io::Cursor;

use super::guess::{Guess, Sample, field_type, guess, plain, separator};
use crate::input::json::members;
use crate::input::record::{Cell, scan};
use crate::input::{ArrayReader, Blocks, Decoder, Encoding, Unpacked, Window};
use crate::scan::columns::{is_ours, sniff_delimiter};
use crate::{Format, Input};

/// How many rows are looked at, and how many values of a column are kept.
const ROWS: usize = 1000;
const VALUES: usize = 200;

/// How many columns a suggestion is made for.
const COLUMNS: usize = 2000;

/// A mapping file for an input, inferred from its header and its first rows: attributes by their nearest names, types of
/// custom fields by what stands there, and everything else left out with a comment. Nothing of the rows is in it.
///
/// It is meant to be read and corrected; [`Mapping::parse`](crate::Mapping::parse) takes it as it is. None if there is no
/// header and no object to infer anything from.
pub fn suggest_mapping(input: &Input) -> Option<String> {
    let (mut samples, rows) = match input.format {
        Format::Csv => of_csv(input)?,
        Format::JsonLines | Format::JsonArray => of_json(input),
    };
    if samples.is_empty() {
        return None;
    }
    samples.truncate(COLUMNS);
    Some(written(input.name(), &samples, rows))
}

fn of_csv(input: &Input) -> Option<(Vec<Sample>, usize)> {
    let text = String::from_utf8_lossy(&input.start);
    let mut rest = text.trim_start_matches(['\r', '\n']);
    let delimiter = input
        .delimiter
        .unwrap_or_else(|| sniff_delimiter(rest.as_bytes(), None));
    let mut cells: Vec<Cell> = Vec::new();
    let header = scan(rest.as_bytes(), input.start_is_all, delimiter, &mut cells)?;
    let mut samples: Vec<Sample> = cells
        .iter()
        .map(|cell| Sample {
            name: cell.text(rest).trim().to_owned(),
            values: Vec::new(),
        })
        .collect();
    rest = rest.get(header.next..)?;
    let mut rows = 0;
    while !rest.is_empty() && rows < ROWS {
        let Some(end) = scan(rest.as_bytes(), input.start_is_all, delimiter, &mut cells) else {
            break;
        };
        if end.open_quote.is_some() {
            break;
        }
        if cells.len() == samples.len() {
            rows += 1;
            for (sample, cell) in samples.iter_mut().zip(&cells) {
                keep(sample, &cell.text(rest));
            }
        }
        rest = rest.get(end.next..)?;
    }
    samples.retain(|sample| !is_ours(&sample.name));
    Some((samples, rows))
}

fn keep(sample: &mut Sample, value: &str) {
    if !value.trim().is_empty() && value != "\\N" && sample.values.len() < VALUES {
        sample.values.push(value.to_owned());
    }
}

fn of_json(input: &Input) -> (Vec<Sample>, usize) {
    let (mut samples, mut rows) = (Vec::new(), 0);
    let mut take = |raw: &[u8]| {
        let text = std::str::from_utf8(raw).unwrap_or_default();
        if serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok() {
            rows += 1;
            flatten("", text, &mut samples);
        }
    };
    if input.format == Format::JsonArray {
        let blocks = Blocks::new(Unpacked::plain(Box::new(Cursor::new(input.start.clone()))));
        let mut reader = ArrayReader::new(Window::new(Decoder::new(blocks, Encoding::Utf8, 0)));
        // The beginning of an array ends in the middle; what comes before counts.
        while let Ok(true) = reader.advance() {
            take(reader.raw());
        }
    } else {
        for line in input.start.split(|byte| *byte == b'\n').take(ROWS) {
            take(line);
        }
    }
    samples.retain(|sample: &Sample| !is_ours(&sample.name) && sample.name != "_zd");
    (samples, rows)
}

/// The values of an object by dotted names. Lists stay whole.
fn flatten(prefix: &str, object: &str, samples: &mut Vec<Sample>) {
    for member in members(object).unwrap_or_default() {
        let (key, value) = (&object[member.key], &object[member.value]);
        let key: String = serde_json::from_str(key).unwrap_or_default();
        let name = format!("{prefix}{}", key.trim());
        if value.starts_with('{') && name != "separation" {
            flatten(&format!("{name}."), value, samples);
            continue;
        }
        let known = samples.iter().position(|sample| sample.name == name);
        let place = known.unwrap_or_else(|| {
            samples.push(Sample {
                name,
                values: Vec::new(),
            });
            samples.len() - 1
        });
        if let Some(sample) = samples.get_mut(place) {
            match serde_json::from_str::<serde_json::Value>(value) {
                Ok(serde_json::Value::String(text)) => keep(sample, &text),
                Ok(serde_json::Value::Null) | Err(_) => {}
                Ok(other) => keep(sample, &other.to_string()),
            }
        }
    }
}

/// What was inferred, put together.
struct Suggestion<'a> {
    rules: Vec<String>,
    ignored: Vec<String>,
    taken: HashSet<String>,
    repeated: HashSet<&'a str>,
}

fn written(name: &str, samples: &[Sample], rows: usize) -> String {
    let mut seen = HashSet::new();
    let repeated = samples.iter().map(|sample| sample.name.as_str());
    let repeated = repeated.filter(|name| !seen.insert(name.to_lowercase()));
    let mut suggestion = Suggestion {
        repeated: repeated.collect(),
        rules: Vec::new(),
        ignored: Vec::new(),
        taken: HashSet::new(),
    };
    let guesses: Vec<_> = samples.iter().map(guess).collect();
    // Exact names first: a column "email" is the address even if a column "Mail" comes before it.
    for (sample, guessed) in samples.iter().zip(&guesses) {
        if let Guess::Attribute(attribute) = guessed
            && plain(&sample.name) == *attribute
        {
            suggestion.take(sample, attribute);
        }
    }
    for (sample, guessed) in samples.iter().zip(&guesses) {
        match guessed {
            Guess::Attribute(attribute) if plain(&sample.name) != *attribute => {
                suggestion.take(sample, attribute);
            }
            Guess::Unknown => suggestion.ignore(sample, None),
            _ => {}
        }
    }
    suggestion.names(samples, &guesses);
    suggestion.text(name, samples.len(), rows)
}

impl Suggestion<'_> {
    fn take(&mut self, sample: &Sample, attribute: &str) {
        let repeatable = attribute.starts_with("identities.");
        let repeated = self.repeated.contains(sample.name.as_str());
        if repeated || (!repeatable && self.taken.contains(attribute)) {
            return self.ignore(sample, Some(attribute));
        }
        self.taken.insert(attribute.to_owned());
        let column = quoted(&sample.name);
        let typed = attribute.strip_prefix("user_fields.").and_then(|_| {
            // A type that the column's own name says, as in user_fields.seats:integer.
            let said = sample
                .name
                .split_once(':')
                .map(|(_, kind)| kind.trim().to_lowercase());
            let said = said.map(|kind| format!("type = \"{kind}\""));
            said.or_else(|| field_type(&sample.values).map(str::to_owned))
        });
        let listed = separator(&sample.values).filter(|_| attribute == "tags");
        let rule = match (typed, listed) {
            (Some(typed), _) => format!("{{ column = {column}, {typed} }}"),
            (None, Some(mark)) => {
                format!("{{ column = {column}, type = \"list\", separator = \"{mark}\" }}")
            }
            (None, None) => column,
        };
        let key = if attribute.contains('.') {
            quoted(attribute)
        } else {
            attribute.to_owned()
        };
        let remark = match attribute {
            "external_id" if plain(&sample.name) == "id" => {
                "  # taken for your own ids; if they are Zendesk's, write id instead of external_id"
            }
            _ => "",
        };
        self.rules.push(format!("{key} = {rule}{remark}"));
    }

    fn ignore(&mut self, sample: &Sample, attribute: Option<&str>) {
        let column = quoted(&sample.name);
        let key = plain(&sample.name).replace('.', "_");
        let key: String = key
            .chars()
            .filter(|it| it.is_ascii_alphanumeric() || *it == '_')
            .take(64)
            .collect();
        let remark = match attribute {
            _ if sample.name.is_empty() => "a column without a name".to_owned(),
            _ if self.repeated.contains(sample.name.as_str()) => {
                "several columns have this name; rename them to map them".to_owned()
            }
            Some("email") => format!("another address: \"identities.email\" = {column}"),
            Some("phone") => format!("another number: \"identities.phone_number\" = {column}"),
            Some(taken) => format!("{taken} is taken from another column"),
            None if key.is_empty() => "no attribute has this name".to_owned(),
            None => match field_type(&sample.values) {
                Some(typed) => format!(
                    "as a custom field: \"user_fields.{key}\" = {{ column = {column}, {typed} }}"
                ),
                None => format!("as a custom field: \"user_fields.{key}\" = {column}"),
            },
        };
        self.ignored.push(format!("    {column}, # {remark}"));
    }

    /// A name in two columns is joined, unless there is one in one.
    fn names(&mut self, samples: &[Sample], guesses: &[Guess]) {
        let of = |wanted: Guess| {
            let mut pairs = samples.iter().zip(guesses);
            pairs
                .find(|(_, guess)| **guess == wanted)
                .map(|(sample, _)| sample)
        };
        let parts = [of(Guess::FirstName), of(Guess::LastName)];
        let single = self.taken.contains("name");
        let mut joined = Vec::new();
        for part in parts.into_iter().flatten() {
            if single || self.repeated.contains(part.name.as_str()) {
                self.ignore(part, Some("name"));
            } else {
                joined.push(quoted(&part.name));
            }
        }
        match joined.as_slice() {
            [] => {}
            [one] => self.rules.push(format!("name = {one}")),
            more => {
                let more = more.join(", ");
                self.rules
                    .push(format!("name = {{ join = [{more}], with = \" \" }}"));
            }
        }
        let others = samples.iter().zip(guesses).filter(|(sample, guess)| {
            let named = matches!(guess, Guess::FirstName | Guess::LastName);
            named
                && !parts
                    .iter()
                    .flatten()
                    .any(|part| std::ptr::eq(*part, *sample))
        });
        for (sample, _) in others {
            self.ignore(sample, Some("name"));
        }
    }

    fn text(&self, name: &str, columns: usize, rows: usize) -> String {
        let mut text = format!(
            "# A mapping for {}, inferred from {columns} columns and the first {rows} rows.\n\
             # Read it before you use it: zd check FILE --map THIS\n",
            quoted(name)
        );
        if !self.taken.contains("external_id") && !self.taken.contains("email") {
            text.push_str(
                "#\n# No column looks like an external id or an e-mail address, by which people are found: add one.\n",
            );
        }
        text.push_str("\n# Columns that are left out. To keep one, take it from here and map it below.\nignore = [\n");
        for line in &self.ignored {
            let _ = writeln!(text, "{line}");
        }
        text.push_str("]\n\n[attributes]\n");
        for rule in &self.rules {
            let _ = writeln!(text, "{rule}");
        }
        text
    }
}

/// A text as TOML writes it, in one line.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for character in text.chars() {
        match character {
            '"' | '\\' => {
                quoted.push('\\');
                quoted.push(character);
            }
            control if control.is_control() => {
                let _ = write!(quoted, "\\u{:04X}", u32::from(control));
            }
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use proptest::prelude::*;

    use super::*;
    use crate::{Mapping, OnInvalid, Scan, ScanOptions};

    fn suggested(text: &str) -> String {
        suggest_mapping(&Input::from_bytes("people.csv", text.to_owned()).unwrap()).unwrap()
    }

    /// The input, read with what was suggested for it.
    fn scanned(text: &str) -> Scan {
        let suggested = suggested(text);
        let mapping = Mapping::parse("map.toml", &suggested);
        let mapping = mapping.unwrap_or_else(|error| panic!("{error}\n{suggested}"));
        let options = ScanOptions {
            mapping: Some(Arc::new(mapping)),
            on_invalid: OnInvalid::Skip,
            ..ScanOptions::default()
        };
        let input = Input::from_bytes("people.csv", text.to_owned()).unwrap();
        Scan::read(input, options).unwrap_or_else(|error| panic!("{error:?}\n{suggested}"))
    }

    const CRM: &str = "Customer No,E-Mail,Private mail,First name,Last name,Company,Labels,Shoe size,Seen,zd_line\n\
        007,ann@b.example,a@home.example,Ann,Lee,Fir,a;b,42,29.02.2024,1\n\
        008,bob@b.example,,Bob,,Fir,,43,,2\n";

    #[test]
    fn a_mapping_is_inferred_that_passes() {
        let text = suggested(CRM);
        for line in [
            "external_id = \"Customer No\"",
            "email = \"E-Mail\"",
            "name = { join = [\"First name\", \"Last name\"], with = \" \" }",
            "\"organization.name\" = \"Company\"",
            "tags = { column = \"Labels\", type = \"list\", separator = \";\" }",
            "    \"Private mail\", # another address: \"identities.email\" = \"Private mail\"",
            "    \"Shoe size\", # as a custom field: \"user_fields.shoe_size\" = { column = \"Shoe size\", type = \"integer\" }",
            "    \"Seen\", # as a custom field: \"user_fields.seen\" = { column = \"Seen\", type = \"date\", format = \"%d.%m.%Y\" }",
        ] {
            assert!(text.lines().any(|it| it == line), "{line}\n{text}");
        }
        assert!(
            !text.contains("ann@b.example") && !text.contains("zd_line"),
            "{text}"
        );
        let scan = scanned(CRM);
        assert_eq!(scan.plan().problems.first, []);
        assert_eq!(scan.plan().valid, 2);
    }

    #[test]
    fn json_and_arrays_are_inferred_from_too() {
        for text in [
            "{\"id\": 7, \"mail\": \"a@b.example\", \"crm\": {\"tier\": \"gold\", \"seats\": 3}}\n",
            "[\n {\"id\": 7, \"mail\": \"a@b.example\", \"crm\": {\"tier\": \"gold\", \"seats\": 3}}]",
        ] {
            let mapping = suggested(text);
            assert!(
                mapping.contains("external_id = \"id\"  # taken for your own ids"),
                "{mapping}"
            );
            assert!(
                mapping.contains(
                    "\"user_fields.crm_seats\" = { column = \"crm.seats\", type = \"integer\" }"
                ),
                "{mapping}"
            );
            assert_eq!(scanned(text).plan().problems.first, []);
        }
    }

    #[test]
    fn there_is_nothing_to_infer_from_a_file_without_a_header() {
        let input = Input::from_bytes("x", "[]").unwrap();
        assert_eq!(suggest_mapping(&input), None);
    }

    proptest! {
        /// Whatever a header says, what is suggested can be read, and every column is either mapped or left out.
        #[test]
        fn any_header_makes_a_mapping_that_fits(
            names in prop::collection::vec("[a-zA-Z \"\\\\\n#é.:_=;]{0,8}|email|Mail|E-Mail|first|Last name|user_fields\\.[ab](:integer)?|identities.email", 1..6),
        ) {
            let cells: Vec<_> = names.iter().map(|name| format!("\"{}\"", name.replace('"', "\"\""))).collect();
            let text = format!("external_id,{}\n1{}\n", cells.join(","), ",".repeat(cells.len()));
            let scan = scanned(&text);
            prop_assert_eq!(scan.plan().problems.first.len(), 0, "{:?}", scan.plan().problems);
        }
    }
}
