//! The table of operations is one that a router and a reader can trust.

use std::collections::HashSet;

use zd_model::operation::{ALL, Effect, Method, Roles, USERS_AUTOCOMPLETE_POST};

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
fn only_gets_are_reads_but_for_the_search_that_keeps_names_out_of_addresses() {
    for operation in ALL {
        let name = operation.name;
        let reads = operation.method == Method::Get || *operation == USERS_AUTOCOMPLETE_POST;
        assert_eq!(reads, operation.effect == Effect::Read, "{name}");
        assert!(
            name.contains('.') && !operation.summary.is_empty(),
            "{name}"
        );
    }
}

#[test]
fn every_operation_is_called_by_a_method_and_by_a_verb() {
    for operation in ALL {
        let layer = operation.roles == Roles::OAuthClients;
        let Some((handle, method)) = operation.call.split_once("().") else {
            assert!(layer && operation.call.is_empty(), "{}", operation.name);
            continue;
        };
        let is_name = |text: &str| {
            !text.is_empty()
                && text
                    .bytes()
                    .all(|byte| byte.is_ascii_lowercase() || byte == b'_')
        };
        assert!(is_name(handle) && is_name(method), "{}", operation.call);
        assert!(!operation.command.is_empty(), "{}", operation.name);
    }
}
