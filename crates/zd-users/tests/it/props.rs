//! What holds for any key and any answer.

use bytes::Bytes;
use http::Response;
use proptest::prelude::{any, prop};
use proptest::{prop_assert, prop_assert_eq, proptest};
use zd_model::{ExternalId, UserId, UserInput};
use zd_users::endpoints::{
    CreateOrUpdate, CreateOrUpdateMany, ListJobs, Me, SearchQuery, SearchUsers, ShowJob,
    ShowManyJobs, ShowManyUsers, ShowUser,
};
use zd_users::{Endpoint, Error};

/// The value of a parameter as the other side reads it.
fn parameter(endpoint: &impl Endpoint, name: &str) -> Option<String> {
    let request = endpoint.build().ok()?;
    let query = request.uri().query()?.as_bytes().to_vec();
    form_urlencoded::parse(&query)
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.into_owned())
}

fn answer(status: u16, body: &[u8]) -> Response<Bytes> {
    let body = Bytes::copy_from_slice(body);
    Response::builder().status(status).body(body).unwrap()
}

/// No answer makes a call panic, and none but a 2xx is a success.
fn check_answer(endpoint: &impl Endpoint, status: u16, body: &[u8]) {
    match endpoint.parse(answer(status, body)) {
        Ok(_) => assert!((200..300).contains(&status)),
        Err(Error::Api(error)) => {
            assert_eq!(error.status, status);
            assert!(!(200..300).contains(&status));
            let _shown = format!("{error:?} {:?} {:?}", error.message(), error.details());
        }
        Err(Error::Decode(error)) => assert_eq!(error.status, status),
        Err(Error::Anonymous { .. }) => assert!((200..300).contains(&status)),
        Err(other) => panic!("{other:?}"),
    }
}

fn check_every_call(status: u16, body: &[u8]) {
    let user = UserInput::default();
    let users = [UserInput::default()];
    check_answer(&CreateOrUpdate::new(&user), status, body);
    check_answer(&CreateOrUpdateMany::new(&users), status, body);
    check_answer(&ShowUser::new(UserId::new(1)), status, body);
    check_answer(&ShowManyUsers::by_ids(&[UserId::new(1)]), status, body);
    check_answer(&SearchUsers::by_query("x"), status, body);
    check_answer(&Me::new(), status, body);
    check_answer(&ShowJob::new("a".into()), status, body);
    check_answer(&ShowManyJobs::new(["a".into()]), status, body);
    check_answer(&ListJobs::new(), status, body);
}

proptest! {
    #[test]
    fn a_key_arrives_as_it_was_given(id in "\\PC{1,60}") {
        let search = SearchUsers::by_external_id(&id.as_str().into());
        let expected = (!id.trim().is_empty()).then(|| id.clone());
        prop_assert_eq!(parameter(&search, "external_id"), expected);
    }

    #[test]
    fn a_list_of_keys_arrives_as_it_was_given_or_is_refused(
        ids in prop::collection::vec("\\PC{0,12}", 1..8)
    ) {
        let keys: Vec<_> = ids.iter().map(|id| ExternalId::from(id.as_str())).collect();
        let sent = parameter(&ShowManyUsers::by_external_ids(&keys), "external_ids");
        let listable = ids.iter().all(|id| !id.contains(',') && !id.trim().is_empty());
        prop_assert_eq!(sent, listable.then(|| ids.join(",")));
    }

    #[test]
    fn nothing_in_an_address_ends_its_quotes(address in "\\PC{0,40}") {
        let query = SearchQuery::email(&address);
        let inner = query.as_str().strip_prefix("email:\"").unwrap().strip_suffix('"').unwrap();
        let mut back = String::new();
        let mut characters = inner.chars();
        while let Some(character) = characters.next() {
            prop_assert!(character != '"', "the quotes end early");
            back.push(if character == '\\' { characters.next().unwrap() } else { character });
        }
        prop_assert_eq!(back, address);
    }

    #[test]
    fn any_bytes_are_an_answer(status in 100_u16..600, body in prop::collection::vec(any::<u8>(), 0..200)) {
        check_every_call(status, &body);
    }

    #[test]
    fn any_json_is_an_answer(
        status in prop::sample::select(vec![200_u16, 201, 302, 400, 422, 429, 500]),
        body in "\\{\"(user|users|job_status|job_statuses|error|errors|details)\": ?(\\{\"(id|name|error|title|email)\": ?(null|1|-1|1e99|\"a\"|\\[\\])\\}|\\[\\{\"(id|status|code)\":(1|\"x\"|\\{\\})\\}\\]|null|7|\"t\")\\}"
    ) {
        check_every_call(status, body.as_bytes());
    }
}
