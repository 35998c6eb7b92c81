//! From a method and a path to the operation's handler.

use std::sync::LazyLock;

use hashbrown::HashMap;
use http::Method;

use crate::handlers::{self, Route};

/// The route and the values of its path's parameters; literal paths win over parameters.
pub(crate) fn find<'a>(method: &Method, path: &'a str) -> Option<(&'static Route, Vec<&'a str>)> {
    static ROUTER: LazyLock<Router> = LazyLock::new(Router::new);
    let path = path.strip_suffix(".json").unwrap_or(path);
    let segments: Vec<&str> = path.split('/').collect();
    let candidates = ROUTER.by_shape.get(&(method.as_str(), segments.len()))?;
    candidates
        .iter()
        .find_map(|candidate| Some((candidate.route, candidate.params(&segments)?)))
}

/// The method and path of the operation that is most like this, if any is: for whoever wonders about a 404.
pub(crate) fn nearest(method: &Method, path: &str) -> Option<String> {
    let path = path.strip_suffix(".json").unwrap_or(path);
    let wanted = format!("{method} {path}");
    let like = |route: &Route| {
        let text = format!(
            "{} {}",
            route.operation.method.as_str(),
            route.operation.path
        );
        (strsim::normalized_levenshtein(&wanted, &text), text)
    };
    handlers::routes()
        .map(like)
        .filter(|(likeness, _)| *likeness > 0.6)
        .max_by(|(left, _), (right, _)| left.total_cmp(right))
        .map(|(_, text)| text)
}

/// Routes by method and number of segments; those with fewer parameters first.
struct Router {
    by_shape: HashMap<(&'static str, usize), Vec<Candidate>>,
}

struct Candidate {
    route: &'static Route,
    template: Vec<&'static str>,
}

impl Router {
    fn new() -> Self {
        let mut by_shape: HashMap<_, Vec<Candidate>> = HashMap::new();
        for route in handlers::routes() {
            let template: Vec<&str> = route.operation.path.split('/').collect();
            let shape = (route.operation.method.as_str(), template.len());
            let candidate = Candidate { route, template };
            by_shape.entry(shape).or_default().push(candidate);
        }
        for candidates in by_shape.values_mut() {
            candidates.sort_by_key(Candidate::parameters);
        }
        Self { by_shape }
    }
}

impl Candidate {
    fn parameters(&self) -> usize {
        self.template
            .iter()
            .filter(|segment| segment.starts_with('{'))
            .count()
    }

    fn params<'a>(&self, segments: &[&'a str]) -> Option<Vec<&'a str>> {
        let mut found = Vec::new();
        for (expected, segment) in self.template.iter().zip(segments) {
            if expected.starts_with('{') {
                if segment.is_empty() {
                    return None;
                }
                found.push(*segment);
            } else if expected != segment {
                return None;
            }
        }
        Some(found)
    }
}

#[cfg(test)]
mod tests {
    use http::Method;
    use zd_model::operation;

    use super::find;
    use crate::handlers;

    #[test]
    fn finds_every_operation_by_its_own_path() {
        for expected in handlers::routes() {
            let method: Method = expected.operation.method.as_str().parse().unwrap();
            for suffix in ["", ".json"] {
                let path = format!("{}{suffix}", expected.operation.path);
                let (found, _) = find(&method, &path).unwrap();
                assert_eq!(found.operation.name, expected.operation.name);
            }
        }
    }

    #[test]
    fn literal_paths_win_and_others_are_not_there() {
        let (me, params) = find(&Method::GET, "/api/v2/users/me.json").unwrap();
        assert_eq!((me.operation, params.len()), (operation::USERS_ME, 0));
        let (_, params) = find(&Method::GET, "/api/v2/users/12.json").unwrap();
        assert_eq!(params, ["12"]);
        for (method, path) in [
            (Method::POST, "/api/v2/users/me"),
            (Method::GET, "/api/v2/users/"),
            (Method::GET, "/api/v2/users/1/tickets/requested"),
            (Method::HEAD, "/api/v2/users/me"),
            (Method::GET, "/"),
        ] {
            assert!(find(&method, path).is_none(), "{method} {path}");
        }
    }
}
