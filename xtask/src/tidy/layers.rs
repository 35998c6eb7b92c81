//! Dependencies point one way.

use crate::workspace::Metadata;

/// What a crate may stand on, beside crates of others.
struct Layer {
    name: &'static str,
    /// The crates of this workspace that it may use.
    on: &'static [&'static str],
    /// Crates of others that it must do without, by the beginning of their names.
    without: &'static [&'static str],
}

/// From the ground up. Dev-dependencies are free: tests may use what stands above.
const LAYERS: &[Layer] = &[
    Layer {
        name: "zd-model",
        on: &[],
        // No I/O: it is for anyone.
        without: &["tokio", "hyper", "rustls", "http", "tracing"],
    },
    Layer {
        name: "zd-transport",
        on: &["zd-model"],
        without: &[],
    },
    Layer {
        name: "zd-users",
        on: &["zd-model", "zd-transport"],
        // It knows the trait, not who is behind it.
        without: &["hyper", "rustls"],
    },
    Layer {
        name: "zd-sandbox",
        on: &["zd-model", "zd-transport"],
        without: &["rustls"],
    },
    Layer {
        name: "zd-import",
        on: &["zd-model", "zd-transport", "zd-users"],
        without: &["hyper", "rustls"],
    },
    Layer {
        name: "zd-cli",
        on: &[
            "zd-model",
            "zd-transport",
            "zd-users",
            "zd-import",
            "zd-sandbox",
        ],
        without: &["hyper", "rustls"],
    },
    Layer {
        name: "xtask",
        on: &[
            "zd-model",
            "zd-transport",
            "zd-users",
            "zd-import",
            "zd-sandbox",
        ],
        // The bench measures hyper with hyper; every other chore does without a runtime.
        without: &["rustls"],
    },
];

/// Every dependency that points the wrong way, and every crate without a place.
pub(crate) fn complaints(metadata: &Metadata) -> Vec<String> {
    let mut complaints = Vec::new();
    for package in &metadata.packages {
        let name = package.name.as_str();
        let Some(layer) = LAYERS.iter().find(|layer| layer.name == name) else {
            complaints.push(format!("{name} has no place among the layers"));
            continue;
        };
        for dependency in &package.dependencies {
            let on = dependency.name.as_str();
            let ours = metadata.packages.iter().any(|package| package.name == on);
            if dependency.kind.as_deref() == Some("dev") || (ours && layer.on.contains(&on)) {
                continue;
            }
            if ours || layer.without.iter().any(|start| on.starts_with(start)) {
                complaints.push(format!("{name} must not depend on {on}"));
            }
        }
    }
    complaints
}

/// What the model says a record looks like. The sandbox keeps records of its own: one that read and wrote with the client's
/// types would agree with the client's mistakes.
const RECORDS: &[&str] = &[
    "CurrentUser",
    "ErrorBody",
    "Identity",
    "IdentityInput",
    "JobResult",
    "JobResults",
    "JobStatus",
    "JobStatusEnvelope",
    "Organization",
    "OrganizationInput",
    "User",
    "UserEnvelope",
    "UserField",
    "UserInput",
    "UsersPage",
];

/// The lines of a source of the sandbox that name a record of the model.
pub(crate) fn borrowed_records(source: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for (start, _) in source.match_indices("zd_model::") {
        let (before, rest) = source.split_at(start);
        let path = rest.split(';').next().unwrap_or_default();
        let names = path.split(|c: char| !(c.is_alphanumeric() || c == '_'));
        for name in names.filter(|name| RECORDS.contains(name)) {
            let line = before.lines().count().max(1);
            found.push((
                line,
                format!("the sandbox must not use the model's record `{name}`"),
            ));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{borrowed_records, complaints};
    use crate::workspace;

    #[test]
    fn direction_of_this_workspaces_dependencies() {
        let metadata = workspace::metadata().expect("cargo metadata works in the workspace");
        assert!(metadata.packages.len() >= 7, "{metadata:?}");
        assert_eq!(complaints(&metadata), [""; 0]);
    }

    #[test]
    fn direction_of_the_sandboxs_records() {
        let folder = workspace::root().join("crates/zd-sandbox/src");
        let files = workspace::files(&[folder], "rs").unwrap();
        assert!(!files.is_empty());
        for file in files {
            let source = std::fs::read_to_string(&file).unwrap();
            assert_eq!(borrowed_records(&source), [], "{}", file.display());
        }
    }

    #[test]
    fn a_borrowed_record_is_noticed() {
        let source = "use zd_model::{Operation, UserId};\nuse zd_model::{\n    Role, User,\n};\nlet a = zd_model::JobStatus::new();\nstruct User;";
        let lines: Vec<usize> = borrowed_records(source)
            .into_iter()
            .map(|(line, _)| line)
            .collect();
        assert_eq!(lines, [2, 5]);
    }

    #[test]
    fn a_wrong_way_is_noticed() {
        let metadata = serde_json::from_value(json!({"packages": [
            {"name": "zd-model", "dependencies": [
                {"name": "serde", "kind": null},
                {"name": "zd-users", "kind": null},
                {"name": "zd-transport", "kind": "dev"},
            ]},
            {"name": "zd-users", "dependencies": [
                {"name": "zd-model", "kind": null},
                {"name": "hyper-util", "kind": null},
                {"name": "zd-sandbox", "kind": "build"},
            ]},
            {"name": "zd-transport", "dependencies": []},
            {"name": "zd-sandbox", "dependencies": []},
            {"name": "zd-new", "dependencies": []},
        ]}))
        .unwrap();
        assert_eq!(
            complaints(&metadata),
            [
                "zd-model must not depend on zd-users",
                "zd-users must not depend on hyper-util",
                "zd-users must not depend on zd-sandbox",
                "zd-new has no place among the layers",
            ]
        );
    }
}
