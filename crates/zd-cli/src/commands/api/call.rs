//! A request of the user's own as an endpoint.

use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, Uri};
use serde_json::Value;
use zd_model::Operation;
use zd_model::operation::{self, Effect};
use zd_users::{Endpoint, Error, RequestError, read_json};

use super::body::{self, Field};
use crate::args::ApiArgs;
use crate::failure::Failure;

/// Where paths without a leading slash are.
const BASE: &str = "/api/v2/";

/// The request that the flags describe.
pub(super) struct RawCall {
    operation: Operation,
    method: Method,
    /// Path and query, or a whole URL.
    target: String,
    headers: HeaderMap,
    body: Bytes,
}

impl RawCall {
    /// The request that the flags describe.
    pub(super) fn new(args: &ApiArgs) -> Result<Self, Failure> {
        let fields = args
            .raw_field
            .iter()
            .map(|pair| Field::raw(pair))
            .chain(args.typed_field.iter().map(|pair| Field::typed(pair)))
            .collect::<Result<Vec<_>, _>>()?;
        let method = method(args, !fields.is_empty())?;
        let mut target = target(&args.path);
        let mut headers = headers(args)?;
        headers
            .entry(ACCEPT)
            .or_insert(HeaderValue::from_static("application/json"));
        let body = match &args.input {
            Some(file) => {
                append(&mut target, &fields);
                body::read(file)?
            }
            None if method == Method::GET || method == Method::HEAD => {
                append(&mut target, &fields);
                Vec::new()
            }
            None if fields.is_empty() => Vec::new(),
            None => body::object(&fields)?.to_string().into_bytes(),
        };
        if !body.is_empty() {
            headers
                .entry(CONTENT_TYPE)
                .or_insert(HeaderValue::from_static("application/json"));
        }
        Self {
            operation: Operation::new("raw", operation::Method::Get, BASE, Effect::Write),
            method,
            target,
            headers,
            body: body.into(),
        }
        .named()
    }

    /// The call for another page of the same list.
    pub(super) fn page(&self, url: String) -> Result<Self, Failure> {
        Self {
            operation: self.operation,
            method: self.method.clone(),
            target: url,
            headers: self.headers.clone(),
            body: Bytes::new(),
        }
        .named()
    }

    pub(super) const fn method(&self) -> &Method {
        &self.method
    }

    pub(super) fn target(&self) -> &str {
        &self.target
    }

    /// Method and path, without the query, which may be personal.
    pub(super) fn described(&self) -> String {
        let path = self.target.split('?').next().unwrap_or_default();
        format!("{} {path}", self.method)
    }

    /// With the row of the operation table, if it has one: what is resent and what an error says depends on it.
    fn named(mut self) -> Result<Self, Failure> {
        let uri: Uri = self
            .target
            .parse()
            .map_err(|error: http::uri::InvalidUri| {
                Failure::usage(format!(
                    "{:?} is no path",
                    self.target.split('?').next().unwrap_or_default()
                ))
                .why(error.to_string())
                .fix("a path such as users/me; what is not ASCII is written with percent signs")
            })?;
        let path = uri.path();
        let path = path.strip_suffix(".json").unwrap_or(path);
        let found = operation::ALL.iter().find(|operation| {
            operation.method.as_str() == self.method.as_str() && matches(operation.path, path)
        });
        match found {
            Some(operation) => self.operation = *operation,
            None if self.method == Method::GET || self.method == Method::HEAD => {
                self.operation.effect = Effect::Read;
            }
            None => self.operation.effect = Effect::Write,
        }
        Ok(self)
    }
}

impl Endpoint for RawCall {
    /// The JSON, if it is JSON.
    type Output = Option<Value>;

    fn operation(&self) -> &Operation {
        &self.operation
    }

    fn build(&self) -> Result<Request<Bytes>, RequestError> {
        let mut request = Request::builder()
            .method(self.method.clone())
            .uri(&self.target)
            .body(self.body.clone())
            .map_err(|error| RequestError::unsendable("the request", error))?;
        *request.headers_mut() = self.headers.clone();
        Ok(request)
    }

    fn parse(&self, response: Response<Bytes>) -> Result<Option<Value>, Error> {
        if response.status().is_success() {
            return Ok(serde_json::from_slice(response.body()).ok());
        }
        read_json(&self.operation, &response)
    }
}

/// Whether a path is one of a template; `me` and `show_many` are no ids.
fn matches(template: &str, path: &str) -> bool {
    let (mut parts, mut segments) = (template.split('/'), path.split('/'));
    loop {
        match (parts.next(), segments.next()) {
            (None, None) => return true,
            (Some(part), Some(segment)) if part == segment => {}
            (Some(part), Some(segment))
                if part.starts_with('{') && segment.bytes().any(|byte| byte.is_ascii_digit()) => {}
            _ => return false,
        }
    }
}

fn method(args: &ApiArgs, has_fields: bool) -> Result<Method, Failure> {
    match &args.method {
        Some(name) => Method::from_bytes(name.to_ascii_uppercase().as_bytes())
            .map_err(|_| Failure::usage(format!("{name:?} is no method")).fix("-X PUT")),
        None if has_fields || args.input.is_some() => Ok(Method::POST),
        None => Ok(Method::GET),
    }
}

fn target(path: &str) -> String {
    let path = path.trim();
    if path.starts_with('/') || path.starts_with("https://") || path.starts_with("http://") {
        path.to_owned()
    } else {
        format!("{BASE}{path}")
    }
}

/// Adds fields to the query.
fn append(target: &mut String, fields: &[Field<'_>]) {
    if fields.is_empty() {
        return;
    }
    let mut query = form_urlencoded::Serializer::new(String::new());
    for field in fields {
        let (key, text) = field.pair();
        query.append_pair(key, &text);
    }
    target.push(if target.contains('?') { '&' } else { '?' });
    target.push_str(&query.finish());
}

fn headers(args: &ApiArgs) -> Result<HeaderMap, Failure> {
    let mut headers = HeaderMap::new();
    for text in &args.header {
        // What is in it may be secret, so it is not shown.
        let bad = || Failure::usage("a header is not NAME: VALUE").fix("-H 'Accept-Language: de'");
        let (name, value) = text.split_once(':').ok_or_else(bad)?;
        let name = HeaderName::from_bytes(name.trim().as_bytes()).map_err(|_| bad())?;
        let value = HeaderValue::from_str(value.trim()).map_err(|_| bad())?;
        headers.append(name, value);
    }
    Ok(headers)
}

#[cfg(test)]
mod tests {
    use zd_users::Endpoint as _;

    use super::{RawCall, matches};
    use crate::args::ApiArgs;

    fn args(path: &str) -> ApiArgs {
        ApiArgs {
            path: path.to_owned(),
            method: None,
            raw_field: Vec::new(),
            typed_field: Vec::new(),
            header: Vec::new(),
            include: false,
            input: None,
            paginate: false,
        }
    }

    fn line(args: &ApiArgs) -> String {
        let call = RawCall::new(args).unwrap();
        let request = call.build().unwrap();
        let body = String::from_utf8(request.body().to_vec()).unwrap();
        format!("{} {} {body}", request.method(), request.uri())
            .trim_end()
            .to_owned()
    }

    #[test]
    fn a_path_is_below_the_api_unless_it_says_where_it_is() {
        assert_eq!(line(&args("users/me")), "GET /api/v2/users/me");
        assert_eq!(line(&args("/oauth/x")), "GET /oauth/x");
        assert_eq!(
            line(&args("https://a.example/api")),
            "GET https://a.example/api"
        );
        assert!(RawCall::new(&args("users/ü b")).is_err());
    }

    #[test]
    fn fields_make_a_body_or_a_query() {
        let mut call = args("users?a=1");
        call.raw_field = vec!["name=Ann & Bob".to_owned()];
        assert_eq!(
            line(&call),
            r#"POST /api/v2/users?a=1 {"name":"Ann & Bob"}"#
        );
        call.method = Some("get".to_owned());
        assert_eq!(line(&call), "GET /api/v2/users?a=1&name=Ann+%26+Bob");
    }

    #[test]
    fn a_request_that_the_table_knows_has_its_name() {
        for (path, name) in [
            ("users/me", "users.me"),
            ("users/42.json", "users.show"),
            ("users/search?query=a", "users.search"),
            ("tickets", "raw"),
            ("job_statuses/V3-0a", "job_statuses.show"),
        ] {
            assert_eq!(
                RawCall::new(&args(path)).unwrap().operation().name,
                name,
                "{path}"
            );
        }
        assert!(matches("/api/v2/users/{id}", "/api/v2/users/42"));
        assert!(!matches("/api/v2/users/{id}", "/api/v2/users/me"));
    }
}
