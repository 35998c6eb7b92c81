//! From a method and a path to the operation's handler.

use std::sync::LazyLock;

use http::Method;

use crate::handlers::{self, Route};

/// More segments than any path of the table has.
const MOST_SEGMENTS: usize = 16;

/// The route and the values of its path's parameters; literal paths win over parameters.
pub(crate) fn find<'a>(method: &Method, path: &'a str) -> Option<(&'static Route, Vec<&'a str>)> {
    static ROUTER: LazyLock<Router> = LazyLock::new(Router::new);
    let path = path.strip_suffix(".json").unwrap_or(path);
    let mut places = [""; MOST_SEGMENTS];
    let mut count = 0;
    for segment in path.split('/') {
        *places.get_mut(count)? = segment;
        count += 1;
    }
    let segments = places.get(..count)?;
    let shapes = ROUTER.by_shape.get(count)?;
    let (_, candidates) = shapes.iter().find(|(of, _)| *of == method.as_str())?;
    let found = candidates
        .iter()
        .find(|candidate| candidate.fits(segments))?;
    Some((found.route, found.params(segments)))
}

/// What is longer is nearly nothing.
const LONGEST_NEARLY: usize = 200;

/// The method and path of the operation that is most like this, if any is: for whoever wonders about a 404.
pub(crate) fn nearest(method: &Method, path: &str) -> Option<String> {
    let path = path.strip_suffix(".json").unwrap_or(path);
    if path.len() > LONGEST_NEARLY {
        return None;
    }
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

/// Routes by number of segments and method; those with fewer parameters first.
struct Router {
    by_shape: Vec<Vec<(&'static str, Vec<Candidate>)>>,
}

struct Candidate {
    route: &'static Route,
    template: Vec<Segment>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Segment {
    Literal(&'static str),
    Parameter,
}

impl Router {
    fn new() -> Self {
        let mut by_shape: Vec<Vec<(&'static str, Vec<Candidate>)>> = Vec::new();
        for route in handlers::routes() {
            let template: Vec<Segment> = route
                .operation
                .path
                .split('/')
                .map(|segment| match segment.starts_with('{') {
                    true => Segment::Parameter,
                    false => Segment::Literal(segment),
                })
                .collect();
            let method = route.operation.method.as_str();
            if by_shape.len() <= template.len() {
                by_shape.resize_with(template.len() + 1, Vec::new);
            }
            let Some(shapes) = by_shape.get_mut(template.len()) else {
                continue;
            };
            let candidate = Candidate { route, template };
            match shapes.iter_mut().find(|(of, _)| *of == method) {
                Some((_, candidates)) => candidates.push(candidate),
                None => shapes.push((method, vec![candidate])),
            }
        }
        for (_, candidates) in by_shape.iter_mut().flatten() {
            candidates.sort_by_key(Candidate::parameters);
        }
        Self { by_shape }
    }
}

impl Candidate {
    fn parameters(&self) -> usize {
        let parameters = self.template.iter();
        parameters
            .filter(|segment| **segment == Segment::Parameter)
            .count()
    }

    /// Compared from the end, because all paths begin alike.
    fn fits(&self, segments: &[&str]) -> bool {
        let mut pairs = self.template.iter().zip(segments).rev();
        pairs.all(|(expected, segment)| match expected {
            Segment::Literal(literal) => literal == segment,
            Segment::Parameter => !segment.is_empty(),
        })
    }

    fn params<'a>(&self, segments: &[&'a str]) -> Vec<&'a str> {
        let pairs = self.template.iter().zip(segments);
        pairs
            .filter(|(expected, _)| **expected == Segment::Parameter)
            .map(|(_, segment)| *segment)
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use http::Method;
    use zd_model::operation;

    use super::{MOST_SEGMENTS, find};
    use crate::handlers;

    #[test]
    fn no_path_of_the_table_is_too_long() {
        let segments = |path: &str| path.split('/').count();
        assert!(handlers::routes().all(|route| segments(route.operation.path) <= MOST_SEGMENTS));
    }

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
            (Method::GET, "/api/v2/a/b/c/d/e/f/g/h/i/j/k/l/m/n/o/p"),
        ] {
            assert!(find(&method, path).is_none(), "{method} {path}");
        }
    }
}
