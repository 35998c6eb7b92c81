//! From a method and a path to a row of the operation table.

use http::Method;
use zd_model::Operation;
use zd_model::operation::ALL;

/// The operation and the values of its path parameters; literal paths win over parameters.
pub(crate) fn find<'a>(
    method: &Method,
    path: &'a str,
) -> Option<(&'static Operation, Vec<&'a str>)> {
    let path = path.strip_suffix(".json").unwrap_or(path);
    ALL.iter()
        .filter(|operation| operation.method.as_str() == method.as_str())
        .filter_map(|operation| Some((operation, params(operation.path, path)?)))
        .min_by_key(|(_, params)| params.len())
}

fn params<'a>(template: &str, path: &'a str) -> Option<Vec<&'a str>> {
    let mut found = Vec::new();
    let mut segments = path.split('/');
    for expected in template.split('/') {
        let segment = segments.next()?;
        if expected.starts_with('{') {
            if segment.is_empty() {
                return None;
            }
            found.push(segment);
        } else if expected != segment {
            return None;
        }
    }
    segments.next().is_none().then_some(found)
}

#[cfg(test)]
mod tests {
    use http::Method;
    use zd_model::operation::{self, ALL};

    use super::find;

    #[test]
    fn finds_every_operation_by_its_own_path() {
        for expected in ALL {
            let method: Method = expected.method.as_str().parse().unwrap();
            for suffix in ["", ".json"] {
                let path = format!("{}{suffix}", expected.path);
                let (found, _) = find(&method, &path).unwrap();
                assert_eq!(found.name, expected.name);
            }
        }
    }

    #[test]
    fn literal_paths_win_and_others_are_not_there() {
        let (me, params) = find(&Method::GET, "/api/v2/users/me.json").unwrap();
        assert_eq!((me, params.len()), (&operation::USERS_ME, 0));
        let (_, params) = find(&Method::GET, "/api/v2/users/12.json").unwrap();
        assert_eq!(params, ["12"]);
        for (method, path) in [
            (Method::POST, "/api/v2/users/me"),
            (Method::GET, "/api/v2/users/"),
            (Method::GET, "/api/v2/users/1/identities"),
            (Method::HEAD, "/api/v2/users/me"),
            (Method::GET, "/"),
        ] {
            assert!(find(&method, path).is_none(), "{method} {path}");
        }
    }
}
