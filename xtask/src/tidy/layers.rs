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
        on: &["zd-model", "zd-import", "zd-sandbox"],
        without: &["tokio", "hyper", "rustls"],
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::complaints;
    use crate::workspace;

    #[test]
    fn dependencies_of_this_workspace_point_one_way() {
        let metadata = workspace::metadata().expect("cargo metadata works in the workspace");
        assert!(metadata.packages.len() >= 7, "{metadata:?}");
        assert_eq!(complaints(&metadata), [""; 0]);
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
