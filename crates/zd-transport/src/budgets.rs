//! What a response says of the account's budgets.

use http::{HeaderMap, Response};

/// What a response says of the budgets; on every response that went through the retry layer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Budgets {
    /// The account's requests a minute, in fixed minutes of the wall clock.
    pub account: Option<Budget>,
    /// Budgets of endpoints and of bulk jobs, by the bucket's name in lower case (`create-update-user`,
    /// `inflight-jobs`), in the order of their headers.
    pub endpoints: Vec<(String, Budget)>,
}

/// A budget: so many in all, so many left, reset in so many seconds. Absent is what the server did not say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Budget {
    /// How many there are in a window.
    pub limit: Option<u64>,
    /// How many are left.
    pub remaining: Option<u64>,
    /// In how many seconds the window ends.
    pub reset: Option<u64>,
}

impl Budget {
    /// Whether the server said that nothing is left.
    pub fn is_spent(&self) -> bool {
        self.remaining == Some(0)
    }
}

/// The spellings of three generations of Zendesk, newest first; a response often has two of them at once.
const LIMIT: &[&str] = &["ratelimit-limit", "rate-limit", "x-rate-limit"];
const REMAINING: &[&str] = &[
    "ratelimit-remaining",
    "rate-limit-remaining",
    "x-rate-limit-remaining",
];
const RESET: &[&str] = &["ratelimit-reset", "rate-limit-reset"];
const BUCKET: &[&str] = &["zendesk-ratelimit-", "zendesk-rate-limit-"];

impl Budgets {
    /// Reads the headers; what is not a number is left out.
    ///
    /// ```
    /// let mut headers = http::HeaderMap::new();
    /// headers.insert("ratelimit-limit", "700".parse()?);
    /// headers.insert("ratelimit-remaining", "596".parse()?);
    /// headers.insert("zendesk-ratelimit-inflight-jobs", "total=30; remaining=29; resets=60".parse()?);
    /// let budgets = zd_transport::Budgets::from_headers(&headers);
    /// assert_eq!(budgets.account.and_then(|account| account.remaining), Some(596));
    /// assert_eq!(budgets.endpoint("inflight-jobs").and_then(|jobs| jobs.limit), Some(30));
    /// # Ok::<(), http::header::InvalidHeaderValue>(())
    /// ```
    pub fn from_headers(headers: &HeaderMap) -> Self {
        // One pass: most headers are about something else, and looking for each spelling costs more.
        let mut account = [Spellings::default(); 3];
        let mut endpoints = Vec::new();
        for (name, value) in headers {
            let name = name.as_str();
            if !name.contains("rate") {
                continue;
            }
            let value = value.to_str().ok();
            if let Some(name) = bucket_of(name) {
                let budget = value.and_then(bucket);
                endpoints.extend(budget.map(|budget| (name.to_owned(), budget)));
                continue;
            }
            for (found, spellings) in account.iter_mut().zip([LIMIT, REMAINING, RESET]) {
                if let Some(at) = spellings.iter().position(|spelling| *spelling == name) {
                    found.note(at, value);
                }
            }
        }
        let [limit, remaining, reset] = account.map(Spellings::newest);
        let account = Budget {
            limit,
            remaining,
            reset,
        };
        Self {
            account: (account != Budget::default()).then_some(account),
            endpoints,
        }
    }

    /// What a response says, whether a layer has read it already or not.
    pub fn of<T>(response: &Response<T>) -> Self {
        let read = response.extensions().get::<Self>().cloned();
        read.unwrap_or_else(|| Self::from_headers(response.headers()))
    }

    /// The budget of this bucket.
    pub fn endpoint(&self, bucket: &str) -> Option<Budget> {
        self.endpoints
            .iter()
            .find_map(|(name, budget)| name.eq_ignore_ascii_case(bucket).then_some(*budget))
    }
}

/// The number that each spelling says, or that it says none.
#[derive(Clone, Copy, Default)]
struct Spellings([Option<Option<u64>>; 3]);

impl Spellings {
    /// Of a header that comes twice the first value counts.
    fn note(&mut self, spelling: usize, value: Option<&str>) {
        if let Some(number) = self.0.get_mut(spelling) {
            number.get_or_insert_with(|| value?.trim().parse().ok());
        }
    }

    fn newest(self) -> Option<u64> {
        self.0.into_iter().flatten().flatten().next()
    }
}

fn bucket_of(name: &str) -> Option<&str> {
    BUCKET
        .iter()
        .find_map(|prefix| name.strip_prefix(prefix))
        .filter(|bucket| !bucket.is_empty())
}

fn bucket(value: &str) -> Option<Budget> {
    let mut budget = Budget::default();
    for part in value.split([';', ',']) {
        let Some((key, number)) = part.split_once('=') else {
            continue;
        };
        let number = number.trim().parse().ok();
        match key.trim() {
            "total" => budget.limit = number,
            "remaining" => budget.remaining = number,
            "resets" => budget.reset = number,
            _ => {}
        }
    }
    (budget != Budget::default()).then_some(budget)
}

#[cfg(test)]
mod tests {
    use http::HeaderName;
    use proptest::prelude::*;

    use super::*;

    fn read(pairs: &[(&str, &str)]) -> Budgets {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(
                name.parse::<HeaderName>().expect("a header name"),
                value.parse().expect("a header value"),
            );
        }
        Budgets::from_headers(&headers)
    }

    fn budget(limit: u64, remaining: u64, reset: u64) -> Budget {
        Budget {
            limit: Some(limit),
            remaining: Some(remaining),
            reset: Some(reset),
        }
    }

    #[test]
    fn every_spelling_of_the_account_is_read() {
        let expected = Some(budget(700, 596, 13));
        let spellings: [&[(&str, &str)]; 3] = [
            &[
                ("x-rate-limit", "700"),
                ("x-rate-limit-remaining", "596"),
                ("rate-limit-reset", "13"),
            ],
            &[
                ("rate-limit", "700"),
                ("rate-limit-remaining", "596"),
                ("rate-limit-reset", "13"),
            ],
            &[
                ("ratelimit-limit", "700"),
                ("ratelimit-remaining", "596"),
                ("ratelimit-reset", "13"),
            ],
        ];
        for headers in spellings {
            assert_eq!(read(headers).account, expected, "{headers:?}");
        }
    }

    #[test]
    fn buckets_are_read_in_both_spellings_and_any_case() {
        let budgets = read(&[
            (
                "Zendesk-RateLimit-Tickets-Index",
                "total=100; remaining=99; resets=43",
            ),
            (
                "zendesk-rate-limit-create-update-user",
                "total=1;remaining=0;resets=1",
            ),
        ]);
        assert_eq!(budgets.endpoint("tickets-index"), Some(budget(100, 99, 43)));
        let create = budgets
            .endpoint("create-update-user")
            .expect("the old spelling");
        assert!(create.is_spent());
        assert_eq!(budgets.account, None);
    }

    #[test]
    fn junk_is_left_out() {
        let budgets = read(&[
            ("ratelimit-limit", "many"),
            ("ratelimit-remaining", "-1"),
            ("x-rate-limit-remaining", " 12 "),
            ("ratelimit-reset", "99999999999999999999999"),
            ("zendesk-ratelimit-", "total=1; remaining=1; resets=1"),
            ("zendesk-ratelimit-a", "soon"),
            (
                "zendesk-ratelimit-b",
                "total=x; remaining=7; resets; colour=red",
            ),
        ]);
        let account = budgets
            .account
            .expect("the one number that can be read counts");
        assert_eq!((account.limit, account.remaining), (None, Some(12)));
        assert_eq!(budgets.endpoints.len(), 1);
        assert_eq!(
            budgets.endpoint("b").and_then(|bucket| bucket.remaining),
            Some(7)
        );
    }

    #[test]
    fn the_newest_spelling_that_is_a_number_counts_whatever_their_order() {
        let remaining =
            |pairs: &[(&str, &str)]| read(pairs).account.and_then(|account| account.remaining);
        let old = ("x-rate-limit-remaining", "1");
        let new = ("ratelimit-remaining", "2");
        assert_eq!(remaining(&[old, new]), Some(2));
        assert_eq!(remaining(&[new, old]), Some(2));
        let junk = ("ratelimit-remaining", "many");
        assert_eq!(remaining(&[old, junk]), Some(1));
        assert_eq!(remaining(&[junk, new, old]), Some(1), "the first value");
    }

    proptest! {
        #[test]
        fn no_header_makes_it_panic(value in "[ -~]{0,40}") {
            read(&[("ratelimit-limit", &value), ("zendesk-ratelimit-x", &value)]);
        }
    }
}
