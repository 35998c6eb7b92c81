//! What a response body is, told from the request and the status alone.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use zd_model::{
    ErrorBody, IdentitiesPage, IdentityEnvelope, JobStatusEnvelope, JobStatusesPage, MeEnvelope,
    OrganizationEnvelope, OrganizationsPage, UserEnvelope, UserFieldEnvelope, UserFieldsPage,
    UsersByCursorPage, UsersByTimePage, UsersPage,
};

/// A body that zd-model has a type for.
pub(crate) struct Kind {
    /// The type's name.
    pub(crate) name: &'static str,
    /// Reads the body's text with that type and writes it back.
    pub(crate) again: fn(&str) -> Result<Value, serde_json::Error>,
}

macro_rules! kind {
    ($type:ident) => {
        Kind {
            name: stringify!($type),
            again: again::<$type>,
        }
    };
}

fn again<T: DeserializeOwned + Serialize>(body: &str) -> Result<Value, serde_json::Error> {
    serde_json::to_value(serde_json::from_str::<T>(body)?)
}

/// The kind of the body that answers this request, or `Err` with a name for a kind that has no type yet.
pub(crate) fn kind_of(method: &str, path: &str, status: u16) -> Result<Kind, String> {
    if status >= 400 {
        return Ok(kind!(ErrorBody));
    }
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let path = path.strip_suffix(".json").unwrap_or(path);
    let path = path.strip_prefix("/api/v2/").unwrap_or(path);
    let segments: Vec<&str> = path
        .split('/')
        .map(|segment| if is_id(segment) { "{id}" } else { segment })
        .collect();
    Ok(match (method, segments.as_slice()) {
        ("GET", ["users"] | ["groups" | "organizations", "{id}", "users"]) => kind!(UsersPage),
        ("GET", ["users", "show_many" | "search"]) => kind!(UsersPage),
        ("GET", ["incremental", "users"]) => kind!(UsersByTimePage),
        ("GET", ["incremental", "users", "cursor"]) => kind!(UsersByCursorPage),
        ("GET", ["users", "me"]) => kind!(MeEnvelope),
        ("POST", ["users"] | ["users", "create_or_update"]) => kind!(UserEnvelope),
        ("GET" | "PUT" | "DELETE", ["users", "{id}"]) => kind!(UserEnvelope),
        ("PUT", ["users", "{id}", "merge"]) => kind!(UserEnvelope),
        ("GET", ["users", "{id}", "identities"]) => kind!(IdentitiesPage),
        ("PUT", ["users", "{id}", "identities", "{id}", "make_primary"]) => kind!(IdentitiesPage),
        ("POST", ["users", "{id}", "identities"]) => kind!(IdentityEnvelope),
        ("GET" | "PUT", ["users", "{id}", "identities", "{id}"]) => kind!(IdentityEnvelope),
        ("PUT", ["users", "{id}", "identities", "{id}", "verify"]) => kind!(IdentityEnvelope),
        ("GET", ["user_fields"] | ["user_fields", "show_many"]) => kind!(UserFieldsPage),
        ("POST", ["user_fields"]) => kind!(UserFieldEnvelope),
        ("GET" | "PUT", ["user_fields", key]) if *key != "reorder" => kind!(UserFieldEnvelope),
        ("GET", ["organizations"] | ["organizations", "show_many"]) => kind!(OrganizationsPage),
        ("GET" | "PUT", ["organizations", "{id}"]) => kind!(OrganizationEnvelope),
        ("POST", ["organizations"]) => kind!(OrganizationEnvelope),
        // Whatever the records, a bulk call answers with its job.
        ("POST", [_, "create_many" | "create_or_update_many"]) => kind!(JobStatusEnvelope),
        ("PUT", [_, "update_many"]) => kind!(JobStatusEnvelope),
        ("DELETE", [_, "destroy_many"] | ["deleted_tickets", "{id}"]) => kind!(JobStatusEnvelope),
        ("GET", ["job_statuses"] | ["job_statuses", "show_many"]) => kind!(JobStatusesPage),
        ("GET", ["job_statuses", _]) => kind!(JobStatusEnvelope),
        _ => return Err(format!("{method} {}", segments.join("/"))),
    })
}

fn is_id(segment: &str) -> bool {
    !segment.is_empty() && segment.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::kind_of;

    fn check(method: &str, path: &str, status: u16, expected: Result<&str, &str>) {
        let kind = kind_of(method, path, status).map(|kind| kind.name);
        assert_eq!(kind.as_ref().map_err(String::as_str).copied(), expected);
    }

    #[test]
    fn told_from_method_path_and_status() {
        check("GET", "/api/v2/users/me.json", 200, Ok("MeEnvelope"));
        check(
            "GET",
            "/api/v2/users/7.json?include=x",
            200,
            Ok("UserEnvelope"),
        );
        check("GET", "/api/v2/users/7.json", 404, Ok("ErrorBody"));
        check(
            "GET",
            "/api/v2/users/search.json?query=a/b",
            200,
            Ok("UsersPage"),
        );
        check(
            "POST",
            "/api/v2/tickets/create_many",
            200,
            Ok("JobStatusEnvelope"),
        );
        check(
            "GET",
            "/api/v2/job_statuses/V3-7",
            200,
            Ok("JobStatusEnvelope"),
        );
        check(
            "GET",
            "/api/v2/job_statuses/show_many",
            200,
            Ok("JobStatusesPage"),
        );
        check(
            "GET",
            "/api/v2/incremental/users/cursor.json",
            200,
            Ok("UsersByCursorPage"),
        );
        check(
            "GET",
            "/api/v2/users/7/related",
            200,
            Err("GET users/{id}/related"),
        );
        check(
            "PUT",
            "/api/v2/user_fields/reorder",
            200,
            Err("PUT user_fields/reorder"),
        );
    }
}
