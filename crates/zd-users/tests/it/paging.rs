//! Walks over lists: which page follows, where they end, and what they hold meanwhile.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::Poll;

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::{Stream, StreamExt, TryStreamExt, poll};
use http::{Request, Response};
use zd_model::{User, UsersPage};
use zd_transport::{Transport, TransportError};
use zd_users::endpoints::{ExportUsers, ExportUsersByTime, ListUsers, SearchExport, SearchUsers};
use zd_users::{Client, Error, ErrorKind, PagingError, Subdomain};

/// Answers each request by its number, from 1, and its text after the path; counts, and keeps nothing.
#[derive(Clone)]
struct Pages {
    answer: fn(u64, &str) -> String,
    requests: Arc<AtomicU64>,
}

impl std::fmt::Debug for Pages {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Pages")
    }
}

#[async_trait]
impl Transport for Pages {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        // A network answers later than at once.
        tokio::task::yield_now().await;
        let number = self.requests.fetch_add(1, Ordering::SeqCst) + 1;
        assert!(number < 5_000, "the walk does not end");
        let body = (self.answer)(number, request.uri().query().unwrap_or_default());
        let status = if body.starts_with('{') { 200 } else { 500 };
        Ok(Response::builder()
            .status(status)
            .body(body.into())
            .unwrap())
    }
}

impl Pages {
    /// A client of these pages, and their count.
    fn new(answer: fn(u64, &str) -> String) -> (Client, Self) {
        let pages = Self {
            answer,
            requests: Arc::default(),
        };
        let base = Subdomain::new("acme").unwrap().into();
        (Client::with_transport(base, Arc::new(pages.clone())), pages)
    }

    fn asked(&self) -> u64 {
        self.requests.load(Ordering::SeqCst)
    }
}

/// A page by cursor with these users; without a cursor the last one. Its `links.next` is set in any case.
fn by_cursor(ids: impl IntoIterator<Item = u64>, after: Option<&str>) -> String {
    let users: Vec<_> = ids
        .into_iter()
        .map(|id| format!(r#"{{"id":{id}}}"#))
        .collect();
    format!(
        r#"{{"users":[{}],"meta":{{"has_more":{},"after_cursor":"{}","before_cursor":"x"}},"links":{{"prev":"https://acme.zendesk.com/p","next":"https://acme.zendesk.com/n"}}}}"#,
        users.join(","),
        after.is_some(),
        after.unwrap_or("last"),
    )
}

fn users(client: &Client) -> impl Stream<Item = Result<User, Error>> + Send + 'static + use<> {
    client.users().list(ListUsers::new()).stream()
}

/// What a walk gives: ids, and the error it ended in. Once it ended it gives nothing more.
async fn walked(stream: impl Stream<Item = Result<User, Error>>) -> (Vec<u64>, Option<Error>) {
    let mut stream = pin!(stream);
    let mut ids = Vec::new();
    let mut failure = None;
    while let Some(user) = stream.next().await {
        assert!(failure.is_none(), "an error is the last thing that comes");
        match user {
            Ok(user) => ids.push(user.id.get()),
            Err(error) => failure = Some(error),
        }
    }
    (ids, failure)
}

fn paging_error(error: Option<Error>) -> PagingError {
    match error {
        Some(Error::Paging { source, .. }) => source,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn each_page_is_asked_for_by_the_cursor_of_the_one_before() {
    let (client, pages) = Pages::new(|number, query| match number {
        1 => {
            assert_eq!(query, "page%5Bsize%5D=100");
            by_cursor([1, 2], Some("a=="))
        }
        2 => {
            assert_eq!(query, "page%5Bsize%5D=100&page%5Bafter%5D=a%3D%3D");
            by_cursor([3], None)
        }
        _ => panic!("there is no more"),
    });
    assert_eq!(walked(users(&client)).await.0, [1, 2, 3]);
    assert_eq!(pages.asked(), 2);
}

/// Rule 16.6: the last page has a next link too; only `has_more` ends the walk.
#[tokio::test]
async fn the_link_on_the_last_page_is_not_followed() {
    let (client, pages) = Pages::new(|_, _| by_cursor([1], None));
    let (ids, error) = walked(users(&client)).await;
    assert_eq!(ids, [1]);
    assert!(error.is_none());
    assert_eq!(pages.asked(), 1);
}

#[tokio::test]
async fn an_empty_page_in_the_middle_is_no_end() {
    let (client, _pages) = Pages::new(|number, _| match number {
        1 => by_cursor([1], Some("a")),
        2 => by_cursor([], Some("b")),
        3 => by_cursor([], Some("c")),
        _ => by_cursor([4], None),
    });
    let (ids, error) = walked(users(&client)).await;
    assert_eq!(ids, [1, 4]);
    assert!(error.is_none());
}

/// A full last page may say that there is more, and an empty one follows (recorded).
#[tokio::test]
async fn an_empty_page_may_be_the_last() {
    let (client, _pages) = Pages::new(|number, _| {
        match number {
        1 => by_cursor([1], Some("a")),
        _ => r#"{"users":[],"meta":{"has_more":false,"after_cursor":null,"before_cursor":null},"links":{"prev":null,"next":null}}"#.to_owned(),
    }
    });
    assert_eq!(walked(users(&client)).await.0, [1]);
}

#[tokio::test]
async fn an_empty_list_is_empty() {
    let (client, pages) = Pages::new(|_, _| by_cursor([], None));
    let pages_of_it = client.users().list(ListUsers::new()).pages();
    let all: Vec<UsersPage> = pages_of_it.try_collect().await.unwrap();
    assert_eq!(all.len(), 1, "a page without records is a page");
    assert!(walked(users(&client)).await.0.is_empty());
    assert_eq!(pages.asked(), 2);
}

#[tokio::test]
async fn a_cursor_that_does_not_move_is_an_error_behind_the_records() {
    let (client, pages) = Pages::new(|number, _| by_cursor([number], Some("a")));
    let (ids, error) = walked(users(&client)).await;
    assert_eq!(ids, [1, 2], "what came is given");
    let error = error.unwrap();
    assert_eq!(error.operation(), "users.list");
    assert_eq!(error.kind(), ErrorKind::Unexpected);
    assert_eq!(paging_error(Some(error)), PagingError::Unmoving);
    assert_eq!(pages.asked(), 2);
}

#[tokio::test]
async fn cursors_that_go_round_are_noticed_however_long_the_way_round_is() {
    let (client, _pages) =
        Pages::new(|number, _| by_cursor([number], Some(if number % 2 == 1 { "a" } else { "b" })));
    let (_, error) = walked(users(&client)).await;
    assert_eq!(paging_error(error), PagingError::Unmoving);
    // Five pages, then seven over and over.
    let (client, pages) = Pages::new(|number, _| {
        let place = if number <= 5 {
            number
        } else {
            6 + (number - 6) % 7
        };
        by_cursor([number], Some(&place.to_string()))
    });
    let (_, error) = walked(users(&client)).await;
    assert_eq!(paging_error(error), PagingError::Unmoving);
    assert!(pages.asked() <= 3 * 12, "asked {} times", pages.asked());
}

#[tokio::test]
async fn more_without_a_cursor_is_an_error_behind_the_records() {
    let (client, _pages) = Pages::new(|_, _| {
        r#"{"users":[{"id":1}],"meta":{"has_more":true,"after_cursor":null,"before_cursor":null}}"#
            .to_owned()
    });
    let (ids, error) = walked(users(&client)).await;
    assert_eq!(ids, [1]);
    assert_eq!(paging_error(error), PagingError::NoCursor);
}

#[tokio::test]
async fn a_refusal_ends_the_walk() {
    let (client, pages) = Pages::new(|number, _| match number {
        1 => by_cursor([1], Some("a")),
        _ => "oops".to_owned(),
    });
    let (ids, error) = walked(users(&client)).await;
    assert_eq!(ids, [1]);
    assert_eq!(error.unwrap().kind(), ErrorKind::Server);
    assert_eq!(pages.asked(), 2, "the failed page is not asked for again");
}

#[tokio::test]
async fn nothing_is_asked_for_unless_the_stream_is_polled() {
    let (client, pages) = Pages::new(|number, _| by_cursor([number], Some(&number.to_string())));
    let pager = client.users().list(ListUsers::new());
    let mut stream = pin!(pager.clone().stream());
    assert_eq!(pages.asked(), 0);
    stream.next().await.unwrap().unwrap();
    assert_eq!(pages.asked(), 1, "and no page ahead");
    let mut by_page = pin!(pager.pages());
    assert_eq!(pages.asked(), 1);
    by_page.next().await.unwrap().unwrap();
    by_page.next().await.unwrap().unwrap();
    assert_eq!(pages.asked(), 3);
}

#[tokio::test]
async fn a_next_that_is_dropped_loses_nothing() {
    let (client, pages) = Pages::new(|number, _| by_cursor([number], None));
    let mut stream = pin!(users(&client));
    assert!(matches!(poll!(stream.next()), Poll::Pending));
    assert_eq!(stream.next().await.unwrap().unwrap().id.get(), 1);
    assert!(stream.next().await.is_none());
    assert_eq!(pages.asked(), 1);
}

#[tokio::test]
async fn a_walk_can_go_to_another_task() {
    let (client, _pages) = Pages::new(|_, _| by_cursor([1, 2], None));
    let stream = users(&client);
    drop(client);
    let counted = tokio::spawn(async move { stream.count().await });
    assert_eq!(counted.await.unwrap(), 2);
}

#[tokio::test]
async fn one_page_is_one_call_and_leads_to_the_next() {
    let (client, pages) = Pages::new(|number, _| by_cursor([number], Some("a")));
    let call = ListUsers::new().page_size(2).after("z");
    let page = client.users().list(call.clone()).page().await.unwrap();
    assert_eq!(page.users.len(), 1);
    assert_eq!(pages.asked(), 1);
    let next = zd_users::Paged::following(&call, &page).unwrap().unwrap();
    assert_eq!(zd_users::Paged::position(&next).as_deref(), Some("a"));
}

#[tokio::test]
async fn pages_bring_what_came_along() {
    let (client, _pages) = Pages::new(|number, _| {
        format!(
            r#"{{"users":[{{"id":{number}}}],"organizations":[{{"id":5}}],"meta":{{"has_more":{},"after_cursor":"c{number}"}}}}"#,
            number < 3
        )
    });
    let pages = client.users().list(ListUsers::new()).pages();
    let all: Vec<UsersPage> = pages.try_collect().await.unwrap();
    assert_eq!(all.len(), 3);
    assert!(
        all.iter()
            .all(|page| page.organizations.value().unwrap().len() == 1)
    );
}

/// Of a quarter of a million users no more than a page is ahead of what was taken.
#[tokio::test]
async fn a_long_list_is_held_a_page_at_a_time() {
    const USERS: u64 = 250_000;
    const PAGE: u64 = 100;
    let (client, pages) = Pages::new(|number, _| {
        let first = (number - 1) * PAGE + 1;
        let after = (first + PAGE <= USERS).then(|| number.to_string());
        by_cursor(first..first + PAGE, after.as_deref())
    });
    let mut stream = pin!(users(&client));
    let mut taken = 0;
    while let Some(user) = stream.try_next().await.unwrap() {
        taken += 1;
        assert_eq!(user.id.get(), taken);
        assert!(
            pages.asked() * PAGE - taken < PAGE,
            "no page is fetched ahead"
        );
    }
    assert_eq!(taken, USERS);
}

/// A page by number that says that there are always more.
fn by_number(number: u64, per_page: u64) -> String {
    let first = (number - 1) * per_page;
    let users: Vec<_> = (1..=per_page)
        .map(|id| format!(r#"{{"id":{}}}"#, first + id))
        .collect();
    format!(
        r#"{{"users":[{}],"next_page":"https://acme.zendesk.com/x","previous_page":null,"count":20000}}"#,
        users.join(",")
    )
}

#[tokio::test]
async fn a_search_gives_ten_thousand_users_and_says_that_there_are_more() {
    let (client, pages) = Pages::new(|number, query| {
        assert_eq!(
            query.ends_with(&format!("page={number}")),
            number > 1,
            "{query}"
        );
        by_number(number, 100)
    });
    let search = client.users().search(SearchUsers::by_query("x"));
    let (ids, error) = walked(search.stream()).await;
    assert_eq!(ids.len(), 10_000);
    assert_eq!(pages.asked(), 100);
    let error = error.unwrap();
    assert_eq!(error.kind(), ErrorKind::Request);
    assert!(matches!(
        paging_error(Some(error)),
        PagingError::TooDeep { max: 10_000, .. }
    ));
}

#[tokio::test]
async fn a_search_ends_without_a_next_page_or_with_an_empty_one() {
    let ends: [fn(u64, &str) -> String; 2] = [
        |number, _| match number {
            1 => by_number(1, 100),
            _ => r#"{"users":[],"next_page":null,"count":100}"#.to_owned(),
        },
        |number, _| match number {
            1 => by_number(1, 100),
            _ => by_number(1, 0),
        },
    ];
    for end in ends {
        let (client, pages) = Pages::new(end);
        let search = client.users().search(SearchUsers::by_query("x"));
        let (ids, error) = walked(search.stream()).await;
        assert!(error.is_none(), "{error:?}");
        assert_eq!(ids.len(), 100);
        assert_eq!(pages.asked(), 2);
    }
}

#[tokio::test]
async fn an_export_of_a_search_goes_past_ten_thousand() {
    let (client, _pages) = Pages::new(|number, query| {
        assert!(query.contains("filter%5Btype%5D=user"));
        by_cursor(
            number * 100..number * 100 + 100,
            (number < 101).then(|| number.to_string()).as_deref(),
        )
        .replacen("users", "results", 1)
    });
    let export = client
        .users()
        .search_export(SearchExport::users("role:end-user"));
    let (ids, error) = walked(export.stream()).await;
    assert!(error.is_none());
    assert_eq!(ids.len(), 10_100);
}

/// `count` and the number of users say nothing: an export ends when it says so.
#[tokio::test]
async fn an_export_by_cursor_ends_by_end_of_stream() {
    let (client, pages) = Pages::new(|number, query| {
        assert_eq!(query.starts_with("start_time=5&"), number == 1, "{query}");
        assert_eq!(query.starts_with("cursor="), number > 1, "{query}");
        let users = if number == 2 {
            String::new()
        } else {
            format!(r#"{{"id":{number}}}"#)
        };
        format!(
            r#"{{"users":[{users}],"after_url":"https://acme.zendesk.com/x","after_cursor":"c{number}","before_cursor":null,"end_of_stream":{}}}"#,
            number == 4
        )
    });
    let (ids, error) = walked(client.exports().users(ExportUsers::since(5)).stream()).await;
    assert_eq!(ids, [1, 3, 4]);
    assert!(error.is_none());
    assert_eq!(pages.asked(), 4);
}

/// Each page begins with the second in which the one before ended: users of that second come twice, as documented.
#[tokio::test]
async fn an_export_by_time_ends_by_end_of_stream_and_repeats_the_border() {
    let (client, pages) = Pages::new(|number, query| {
        assert!(
            query.starts_with(&format!("start_time={}&", number * 10)),
            "{query}"
        );
        format!(
            r#"{{"users":[{{"id":{number}}},{{"id":{}}}],"next_page":"https://acme.zendesk.com/x","count":2,"end_of_stream":{},"end_time":{}}}"#,
            number + 1,
            number == 3,
            number * 10 + 10
        )
    });
    let export = client.exports().users_by_time(ExportUsersByTime::since(10));
    let (ids, error) = walked(export.stream()).await;
    assert_eq!(ids, [1, 2, 2, 3, 3, 4]);
    assert!(error.is_none());
    assert_eq!(pages.asked(), 3);
}

#[tokio::test]
async fn an_export_whose_time_or_cursor_stands_still_is_an_error() {
    let (client, _pages) = Pages::new(|_, _| {
        r#"{"users":[{"id":1}],"count":1,"end_of_stream":false,"end_time":10}"#.to_owned()
    });
    let export = client.exports().users_by_time(ExportUsersByTime::since(10));
    let (ids, error) = walked(export.stream()).await;
    assert_eq!(ids, [1]);
    assert_eq!(paging_error(error), PagingError::Unmoving);
    let (client, _pages) = Pages::new(|_, _| {
        r#"{"users":[{"id":1}],"after_cursor":"c","end_of_stream":false}"#.to_owned()
    });
    let (_, error) = walked(client.exports().users(ExportUsers::since(0)).stream()).await;
    assert_eq!(paging_error(error), PagingError::Unmoving);
}

#[test]
fn a_walk_is_a_plain_stream() {
    fn check<T: Send + 'static>(_: &T) {}
    let (client, _pages) = Pages::new(|_, _| by_cursor([], None));
    check(&users(&client));
    check(&client.users().list(ListUsers::new()).pages());
}
