//! From a method and a path to a row of the operation table.

use zd_model::Operation;
use zd_model::operation::ALL;

/// The operation and the values of its path parameters; literal paths win over parameters.
pub(crate) fn find<'a>(method: &str, path: &'a str) -> Option<(&'static Operation, Vec<&'a str>)> {
    let path = path.strip_suffix(".json").unwrap_or(path);
    ALL.iter()
        .filter(|operation| operation.method.as_str() == method)
        .filter_map(|operation| Some((operation, params(operation.path, path)?)))
        .min_by_key(|(_, params)| params.len())
}

fn params<'a>(template: &str, path: &'a str) -> Option<Vec<&'a str>> {
    let mut found = Vec::new();
    let mut segments = path.split('/');
    for expected in template.split('/') {
        let segment = segments.next()?;
        if expected.starts_with('{') {
            found.push(segment);
        } else if expected != segment {
            return None;
        }
    }
    segments.next().is_none().then_some(found)
}
