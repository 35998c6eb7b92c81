//! The table of operations is one that a router and a reader can trust.

use std::collections::HashSet;

use zd_model::operation::{ALL, Effect, Method};

#[test]
fn names_and_places_are_unique() {
    let mut names = HashSet::new();
    let mut places = HashSet::new();
    for operation in ALL {
        assert!(names.insert(operation.name), "{} twice", operation.name);
        assert!(
            places.insert((operation.method, operation.path)),
            "{} has the place of another",
            operation.name
        );
    }
    assert!(!ALL.is_empty());
}

#[test]
fn paths_are_of_the_api_and_well_formed() {
    for operation in ALL {
        let path = operation.path;
        assert!(
            path.starts_with("/api/v2/") || path.starts_with("/oauth/"),
            "{path}"
        );
        assert!(!path.ends_with('/') && !path.ends_with(".json"), "{path}");
        for segment in path.split('/').skip(1) {
            let name = segment
                .strip_prefix('{')
                .and_then(|rest| rest.strip_suffix('}'))
                .unwrap_or(segment);
            let legal =
                |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
            assert!(!name.is_empty() && name.bytes().all(legal), "{path}");
        }
    }
}

#[test]
fn only_gets_are_reads() {
    for operation in ALL {
        let name = operation.name;
        assert_eq!(
            operation.method == Method::Get,
            operation.effect == Effect::Read,
            "{name}"
        );
        assert!(
            name.contains('.') && !operation.summary.is_empty(),
            "{name}"
        );
    }
}

/// The README's table is this table.
#[test]
fn the_readme_shows_the_table() {
    let mut table =
        String::from("| Name | Request | Bucket | For | Known from |\n|---|---|---|---|---|\n");
    for operation in ALL {
        let bucket = operation.bucket.map_or("", |bucket| bucket.name());
        table += &format!(
            "| `{}` | `{} {}` | {} | {} | {} |\n",
            operation.name,
            operation.method.as_str(),
            operation.path,
            bucket,
            operation.roles.as_str(),
            operation.evidence.as_str(),
        );
    }
    let readme = include_str!("../../README.md");
    assert!(
        readme.contains(&table),
        "the README's table should be\n{table}"
    );
}
