//! How people known by their address are found: each by a search, or all by one walk over the account's users.
//!
//! Pure. Nobody knows beforehand how many addresses will be looked for, since a row with an external id that nobody has
//! is looked for by its address next. So searches go on until they have taken as long as a walk would have, and then
//! the walk is made: at worst that takes twice as long as the better way.

use zd_model::{UserId, UsersPage};
use zd_users::Paged as _;
use zd_users::endpoints::{Include, ListUsers};

use super::address_book::AddressBook;
use super::cost::break_even;
use super::machine::Ask;
use super::options::ByAddress;

/// So many searches are not worth asking how large the account is.
const FEW: u64 = 100;
/// What a search gives at most, and a request for people takes.
const MAX_HITS: usize = 100;

/// How an address is to be looked for.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Route {
    Search,
    /// It is probably one of these.
    Among(Vec<UserId>),
    /// Nobody has it.
    Nobody,
}

#[derive(Debug)]
pub(super) struct Addresses {
    way: ByAddress,
    state: State,
    /// How many rows are known to need a look by address.
    announced: u64,
    searches: u64,
}

#[derive(Debug)]
enum State {
    /// Nobody knows how large the account is, or it does not matter yet.
    Uncounted,
    /// It is being asked.
    Counting {
        asked: bool,
    },
    /// Searching, until it has been as many as this.
    Searching {
        until: u64,
    },
    Walking(Box<Walk>),
    Walked(AddressBook),
}

#[derive(Debug)]
struct Walk {
    next: Option<ListUsers>,
    asked: bool,
    pages: u64,
    /// A list that goes on after so many pages does not end.
    most: u64,
    book: AddressBook,
}

impl Addresses {
    pub(super) const fn new(way: ByAddress, announced: u64) -> Self {
        Self {
            way,
            state: State::Uncounted,
            announced,
            searches: 0,
        }
    }

    /// Whether addresses can be looked for now; if not, [`next_ask`](Self::next_ask) says what has to be known first.
    pub(super) fn is_ready(&mut self) -> bool {
        let wanted = self.announced.max(self.searches);
        match (&self.state, self.way) {
            (State::Counting { .. } | State::Walking(_), _) => false,
            (State::Walked(_), _) | (_, ByAddress::Search) => true,
            (State::Uncounted, ByAddress::Auto) if wanted > FEW => {
                self.state = State::Counting { asked: false };
                false
            }
            (State::Uncounted, ByAddress::Walk) => {
                self.walk(u64::MAX);
                false
            }
            (State::Searching { until }, ByAddress::Auto) if wanted > *until => {
                // Ten times as many pages as the break-even stands for: the list has grown, or does not end.
                self.walk(until.saturating_mul(10).max(10_000));
                false
            }
            _ => true,
        }
    }

    fn walk(&mut self, most: u64) {
        let list = ListUsers::new().include(Include::Identities);
        self.state = State::Walking(Box::new(Walk {
            next: Some(list),
            asked: false,
            pages: 0,
            most,
            book: AddressBook::new(),
        }));
    }

    /// What has to be asked, if it is not being asked already.
    pub(super) fn next_ask(&mut self) -> Option<Ask> {
        match &mut self.state {
            State::Counting { asked } if !*asked => {
                *asked = true;
                Some(Ask::Count)
            }
            State::Walking(walk) if !walk.asked => {
                walk.asked = true;
                walk.next.clone().map(Ask::Walk)
            }
            _ => None,
        }
    }

    /// The account has so many users.
    pub(super) fn counted(&mut self, users: u64) {
        self.state = State::Searching {
            until: break_even(users).max(FEW),
        };
    }

    /// A page of users, and the call for the next one.
    pub(super) fn page(&mut self, page: &UsersPage, next: Option<ListUsers>) {
        let State::Walking(walk) = &mut self.state else {
            return;
        };
        walk.book.note(page);
        walk.pages += 1;
        let from = walk.next.take().and_then(|call| call.position());
        match next {
            Some(next) if next.position() != from && walk.pages < walk.most => {
                (walk.next, walk.asked) = (Some(next), false);
            }
            Some(_) => self.refused(),
            None => {
                let mut book = std::mem::replace(&mut walk.book, AddressBook::new());
                book.sort();
                self.state = State::Walked(book);
            }
        }
    }

    /// What was asked came to nothing and is to be asked again.
    pub(super) fn failed(&mut self) {
        match &mut self.state {
            State::Counting { asked } => *asked = false,
            State::Walking(walk) => walk.asked = false,
            _ => {}
        }
    }

    /// What was asked is refused for good: there are searches still.
    pub(super) fn refused(&mut self) {
        self.state = State::Searching { until: u64::MAX };
        if self.way == ByAddress::Walk {
            self.way = ByAddress::Search;
        }
    }

    /// How to look for this address.
    pub(super) fn route(&mut self, address: &str) -> Route {
        if let State::Walked(book) = &self.state {
            let mut ids = book.find(address);
            ids.truncate(MAX_HITS);
            if !ids.is_empty() {
                return Route::Among(ids);
            }
            if book.is_complete() {
                return Route::Nobody;
            }
        }
        self.searches += 1;
        Route::Search
    }

    /// How many users a walk has noted.
    pub(super) fn users_walked(&self) -> u64 {
        match &self.state {
            State::Walking(walk) => walk.book.users(),
            State::Walked(book) => book.users(),
            _ => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn page(page: serde_json::Value) -> UsersPage {
        serde_json::from_value(page).unwrap()
    }

    fn search(addresses: &mut Addresses, times: u64) {
        for number in 0..times {
            assert_eq!(
                addresses.route(&format!("{number}@x.example")),
                Route::Search
            );
        }
    }

    #[test]
    fn a_few_addresses_are_searched_for_without_counting_anybody() {
        let mut addresses = Addresses::new(ByAddress::Auto, 0);
        assert!(addresses.is_ready());
        search(&mut addresses, FEW);
        assert!(addresses.is_ready() && addresses.next_ask().is_none());
    }

    #[test]
    fn when_searches_have_taken_as_long_as_a_walk_the_walk_is_made() {
        let mut addresses = Addresses::new(ByAddress::Auto, 0);
        search(&mut addresses, FEW + 1);
        assert!(!addresses.is_ready());
        assert!(matches!(addresses.next_ask(), Some(Ask::Count)));
        assert!(addresses.next_ask().is_none(), "once");
        addresses.counted(20_000);
        assert!(addresses.is_ready());
        search(&mut addresses, break_even(20_000));
        assert!(!addresses.is_ready());
        assert!(matches!(addresses.next_ask(), Some(Ask::Walk(_))));
        addresses.page(
            &page(json!({"users": [{"id": 1, "email": "ann@x.example"}], "identities": []})),
            Some(ListUsers::new().after("x")),
        );
        assert!(!addresses.is_ready());
        assert!(matches!(addresses.next_ask(), Some(Ask::Walk(_))));
        addresses.page(&page(json!({"users": [], "identities": []})), None);
        assert!(addresses.is_ready());
        let among = Route::Among(vec![UserId::new(1)]);
        assert_eq!(addresses.route("ANN@x.example"), among);
        assert_eq!(addresses.route("bob@x.example"), Route::Nobody);
        assert_eq!(addresses.users_walked(), 1);
    }

    #[test]
    fn what_is_known_beforehand_needs_no_searches_first() {
        let mut addresses = Addresses::new(ByAddress::Auto, 50_000);
        assert!(!addresses.is_ready());
        assert!(matches!(addresses.next_ask(), Some(Ask::Count)));
        addresses.counted(20_000);
        assert!(!addresses.is_ready());
        assert!(matches!(addresses.next_ask(), Some(Ask::Walk(_))));
    }

    #[test]
    fn a_walk_without_identities_leaves_a_search_for_whoever_it_does_not_have() {
        let mut addresses = Addresses::new(ByAddress::Walk, 0);
        assert!(!addresses.is_ready());
        addresses.next_ask();
        addresses.page(
            &page(json!({"users": [{"id": 1, "email": "ann@x.example"}]})),
            None,
        );
        assert!(addresses.is_ready());
        assert!(matches!(addresses.route("ann@x.example"), Route::Among(_)));
        assert_eq!(addresses.route("second@x.example"), Route::Search);
    }

    #[test]
    fn a_walk_that_is_refused_or_does_not_move_on_ends_in_searches() {
        for refused in [true, false] {
            let mut addresses = Addresses::new(ByAddress::Walk, 0);
            assert!(!addresses.is_ready());
            addresses.next_ask();
            if refused {
                addresses.refused();
            } else {
                let call = ListUsers::new().after("x");
                let empty = page(json!({"users": []}));
                addresses.page(&empty, Some(call.clone()));
                addresses.next_ask();
                addresses.page(&empty, Some(call));
            }
            assert!(addresses.is_ready());
            search(&mut addresses, 1_000);
            assert!(addresses.is_ready());
        }
    }
}
