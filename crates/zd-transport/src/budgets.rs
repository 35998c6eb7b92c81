//! What a response says of the account's budgets.

use http::HeaderMap;

/// What a response says of the budgets; on every response that went through the retry layer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Budgets {
    /// The account's requests a minute.
    pub account: Option<Budget>,
    /// Budgets of endpoints, by the name in their header.
    pub endpoints: Vec<(String, Budget)>,
}

/// A budget: so many in all, so many left, reset in so many seconds.
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

impl Budgets {
    /// Reads the three families of headers; what is not a number is left out.
    pub fn from_headers(headers: &HeaderMap) -> Self {
        let number = |name: &str| headers.get(name)?.to_str().ok()?.trim().parse().ok();
        let either = |names: &[&str]| names.iter().find_map(|name| number(name));
        let account = Budget {
            limit: either(&["ratelimit-limit", "rate-limit", "x-rate-limit"]),
            remaining: either(&[
                "ratelimit-remaining",
                "rate-limit-remaining",
                "x-rate-limit-remaining",
            ]),
            reset: either(&["ratelimit-reset", "rate-limit-reset"]),
        };
        Self {
            account: (account != Budget::default()).then_some(account),
            endpoints: Vec::new(),
        }
    }
}
