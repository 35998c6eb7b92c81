//! How a failure is written, for people and for programs.

use serde_json::{Map, Value, json};

use super::Failure;
use crate::output::{Style, clean};

impl Failure {
    /// For people: several lines, the last with a line end.
    pub(crate) fn human(&self, style: Style, verbose: bool) -> String {
        let mut text = format!(
            "{} {}\n",
            style.red(&format!("error[{}]:", self.code.code)),
            style.bold(&clean(&self.what))
        );
        let mut line = |label: &str, words: &str| {
            if !words.is_empty() {
                let words = clean(words);
                if label.is_empty() {
                    text.push_str(&format!("  {words}\n"));
                } else {
                    text.push_str(&format!("  {} {words}\n", style.bold(label)));
                }
            }
        };
        let place: Vec<String> = self
            .place
            .iter()
            .map(|(kind, place)| match *kind {
                "call" | "file" => place.clone(),
                kind => format!("{} {place}", kind.replace('_', " ")),
            })
            .collect();
        line("", &place.join(" · "));
        for (field, words) in &self.details {
            line("", &format!("{field}: {words}"));
        }
        line("why:", self.why.as_deref().unwrap_or_default());
        line("sent:", self.sent.as_deref().unwrap_or_default());
        line("fix:", &self.fix);
        if verbose {
            for cause in &self.causes {
                line("cause:", cause);
            }
        }
        text
    }

    /// For programs: one object.
    pub(crate) fn json(&self) -> Value {
        let mut object = Map::new();
        object.insert("code".to_owned(), self.code.code.into());
        object.insert("exit".to_owned(), self.exit.number().into());
        object.insert("name".to_owned(), self.code.name.into());
        object.insert("message".to_owned(), self.what.clone().into());
        let mut place = Map::new();
        for (kind, words) in &self.place {
            place.insert((*kind).to_owned(), words.clone().into());
        }
        if !place.is_empty() {
            object.insert("where".to_owned(), place.into());
        }
        if !self.details.is_empty() {
            let details = self
                .details
                .iter()
                .map(|(field, words)| json!({"field": field, "message": words}))
                .collect();
            object.insert("details".to_owned(), Value::Array(details));
        }
        for (name, value) in &self.data {
            object.insert((*name).to_owned(), value.clone());
        }
        for (name, words) in [("why", &self.why), ("sent", &self.sent)] {
            if let Some(words) = words {
                object.insert(name.to_owned(), words.clone().into());
            }
        }
        object.insert("fix".to_owned(), self.fix.clone().into());
        if !self.causes.is_empty() {
            object.insert("causes".to_owned(), self.causes.clone().into());
        }
        object.into()
    }
}

#[cfg(test)]
mod tests {
    use super::Failure;
    use crate::codes;
    use crate::output::Style;

    fn sample() -> Failure {
        Failure::new(
            &codes::BULK_IMPORT_OFF,
            "Zendesk refused the bulk import (403 Forbidden)",
        )
        .at("account", "acme.zendesk.com")
        .at("call", "POST /api/v2/users/create_or_update_many")
        .at("request", "7f3a")
        .detail("email", "Email: \u{1b}[31mann is not\nright")
        .why("it is off")
        .sent("nothing was changed")
        .fix("ask")
    }

    #[test]
    fn people_get_what_where_why_sent_and_fix() {
        assert_eq!(
            sample().human(Style::plain(), false),
            "error[ZD2007]: Zendesk refused the bulk import (403 Forbidden)\n  \
             account acme.zendesk.com · POST /api/v2/users/create_or_update_many · request 7f3a\n  \
             email: Email: \\u{1b}[31mann is not\\nright\n  \
             why: it is off\n  sent: nothing was changed\n  fix: ask\n"
        );
    }

    #[test]
    fn programs_get_code_exit_and_name() {
        let json = sample().json();
        assert_eq!(json["code"], "ZD2007");
        assert_eq!(json["exit"].to_string(), "7");
        assert_eq!(json["name"], "bulk_import_off");
        assert_eq!(json["where"]["account"], "acme.zendesk.com");
        assert_eq!(json["details"][0]["field"], "email");
    }
}
