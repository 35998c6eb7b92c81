//! The page about the operations.

use std::fmt::Write as _;

use zd_model::Operation;
use zd_model::operation::Evidence;

/// The whole page.
pub(crate) fn render(operations: &[Operation]) -> String {
    let mut page = String::from("# Coverage\n\n");
    page.push_str(&introduction(operations));
    let mut families: Vec<&str> = Vec::new();
    for operation in operations {
        if !families.contains(&family(operation)) {
            families.push(family(operation));
        }
    }
    for name in families {
        page.push_str(&table(
            name,
            operations.iter().filter(|each| family(each) == name),
        ));
    }
    page
}

/// What stands before the dot of an operation's name.
fn family(operation: &Operation) -> &str {
    let (family, _) = operation
        .name
        .split_once('.')
        .unwrap_or((operation.name, ""));
    family
}

fn introduction(operations: &[Operation]) -> String {
    let count = |test: fn(&Operation) -> bool| operations.iter().filter(|each| test(each)).count();
    let known = [
        Evidence::Recorded,
        Evidence::Documented,
        Evidence::Reported,
        Evidence::Assumed,
    ]
    .map(|evidence| {
        let rows = operations.iter().filter(|each| each.evidence == evidence);
        format!("{} from {}", rows.count(), evidence.as_str())
    });
    format!(
        "Every operation of Zendesk's that zd knows, made from [the table of operations](../crates/zd-model/src/operation/table.rs) by\n\
         `cargo xtask coverage`; do not edit this page. `cargo xtask coverage --openapi FILE` compares the table with the vendor's OpenAPI document.\n\
         \n\
         {} operations: the library calls {}, the command {}, the sandbox answers {}. How their behaviour is known: {}.\n\
         \n\
         *Library* is the method of `zd_users::Client`. *For* is who may call it. *Bucket* is a rate limit beside the account's. *Known* is the best source\n\
         of how it behaves; [sandbox-behaviour.md](sandbox-behaviour.md) says it rule by rule.\n",
        operations.len(),
        count(|each| !each.call.is_empty()),
        count(|each| !each.command.is_empty()),
        count(zd_sandbox::answers),
        known.join(", "),
    )
}

fn table<'a>(name: &str, operations: impl Iterator<Item = &'a Operation>) -> String {
    let mut table = format!(
        "\n## {name}\n\n| method | path | library | command | sandbox | for | bucket | known |\n|---|---|---|---|---|---|---|---|\n"
    );
    for operation in operations {
        let command = match operation.command {
            "" => String::new(),
            command => format!("zd {command}"),
        };
        let sandbox = if zd_sandbox::answers(operation) {
            "yes"
        } else {
            "no"
        };
        // Writing to a string cannot fail.
        let _written = writeln!(
            table,
            "| {} | `{}` | {} | {} | {sandbox} | {} | {} | {} |",
            operation.method.as_str(),
            operation.path,
            code(operation.call),
            code(&command),
            operation.roles.as_str(),
            code(operation.bucket.map_or("", |bucket| bucket.name())),
            operation.evidence.as_str(),
        );
    }
    table
}

fn code(text: &str) -> String {
    if text.is_empty() {
        "–".to_owned()
    } else {
        format!("`{text}`")
    }
}

#[cfg(test)]
mod tests {
    use zd_model::Operation;
    use zd_model::operation::{Effect, Method, OAUTH_TOKENS, USERS_SEARCH};

    use super::render;

    #[test]
    fn a_table_for_each_family_with_the_counts_before() {
        let mut unknown = Operation::new(
            "users.fly",
            Method::Post,
            "/api/v2/users/fly",
            Effect::Write,
        );
        unknown.call = "users().fly";
        let page = render(&[USERS_SEARCH, OAUTH_TOKENS, unknown]);
        let lines: Vec<&str> = page.lines().filter(|line| !line.is_empty()).collect();
        assert!(
            page.contains("3 operations: the library calls 2, the command 1, the sandbox answers 2. How their behaviour is known: 1 from recordings, 1 from documentation, 0 from reports, 1 from assumption."),
            "{page}"
        );
        assert!(lines.contains(&"| GET | `/api/v2/users/search` | `users().search` | `zd user search` | yes | agents | `search-index` | recordings |"), "{page}");
        assert!(
            lines.contains(
                &"| POST | `/api/v2/users/fly` | `users().fly` | – | no | agents | – | assumption |"
            ),
            "{page}"
        );
        let headings: Vec<&&str> = lines
            .iter()
            .filter(|line| line.starts_with("## "))
            .collect();
        assert_eq!(headings, [&"## users", &"## oauth"]);
    }
}
