//! Finding users while somebody types.

use bytes::Bytes;
use http::{Request, Response};
use serde_json::{Map, Value};
use zd_model::operation::{USERS_AUTOCOMPLETE, USERS_AUTOCOMPLETE_POST};
use zd_model::{Operation, User, UserFieldId, UsersPage};

use super::draft::Draft;
use super::include::Includes;
use super::{BrandScope, Include};
use crate::endpoint::read_json;
use crate::{Endpoint, Error, RequestError};

/// What an autocompletion looks for.
#[derive(Clone, Debug)]
struct Wanted {
    /// `name` or `phone`, and the text.
    by: (&'static str, String),
    filter: Option<&'static str>,
    field: Option<UserFieldId>,
    source: Option<String>,
    brand: Option<BrandScope>,
    include: Includes,
}

impl Wanted {
    fn new(parameter: &'static str, text: String) -> Self {
        Self {
            by: (parameter, text),
            filter: None,
            field: None,
            source: None,
            brand: None,
            include: Includes::none(),
        }
    }

    fn check(&self) -> Result<(), RequestError> {
        if self.by.1.trim().is_empty() {
            return Err(RequestError::Empty { what: self.by.0 });
        }
        Ok(())
    }

    fn pairs(&self) -> Vec<(&'static str, Value)> {
        let mut pairs = vec![(self.by.0, Value::from(self.by.1.as_str()))];
        if let Some(filter) = self.filter {
            pairs.push(("filter", filter.into()));
        }
        if let Some(field) = self.field {
            pairs.push(("field_id", field.get().into()));
        }
        if let Some(source) = &self.source {
            pairs.push(("source", source.as_str().into()));
        }
        if let Some(brand) = self.brand {
            pairs.push(("brand_id", brand_value(brand)));
        }
        pairs
    }
}

/// In a body the number of a brand is a number.
fn brand_value(brand: BrandScope) -> Value {
    match brand {
        BrandScope::All => "all".into(),
        BrandScope::Unbranded => 0.into(),
        BrandScope::Of(brand) => brand.get().into(),
    }
}

macro_rules! autocompletions {
    ($($(#[$meta:meta])* $name:ident;)+) => {$(
        $(#[$meta])*
        ///
        /// Users with foreign identities are left out (documented). For agents.
        #[derive(Clone, Debug)]
        #[must_use = "an endpoint does nothing until it is executed"]
        pub struct $name {
            wanted: Wanted,
        }

        impl $name {
            /// Users whose name begins with this, or one of the words of it.
            pub fn by_name(beginning: impl Into<String>) -> Self {
                Self { wanted: Wanted::new("name", beginning.into()) }
            }

            /// Users with this phone number.
            pub fn by_phone(number: impl Into<String>) -> Self {
                Self { wanted: Wanted::new("phone", number.into()) }
            }

            /// Only members of staff to whom tickets can be assigned.
            pub const fn assignable(mut self) -> Self {
                self.wanted.filter = Some("assignable");
                self
            }

            /// Only users who can ask for tickets.
            pub const fn requester(mut self) -> Self {
                self.wanted.filter = Some("requester");
                self
            }

            /// Only users whom this lookup field of records of this kind, such as `zen:ticket`, may point to.
            pub fn for_field(mut self, field: UserFieldId, source: impl Into<String>) -> Self {
                self.wanted.field = Some(field);
                self.wanted.source = Some(source.into());
                self
            }

            /// Only the end users of this brand. An unknown one is refused.
            pub const fn brand(mut self, brand: BrandScope) -> Self {
                self.wanted.brand = Some(brand);
                self
            }

            /// Has these records come along.
            pub fn include(mut self, what: Include) -> Self {
                self.wanted.include.add(what);
                self
            }
        }
    )+};
}

autocompletions! {
    /// `GET /api/v2/users/autocomplete`: what is looked for stands in the address, and so in logs on the way.
    Autocomplete;
    /// `POST /api/v2/users/autocomplete`: the same, with what is looked for in the body. It only reads.
    AutocompletePost;
}

impl Endpoint for Autocomplete {
    type Output = Vec<User>;

    fn operation(&self) -> &Operation {
        &USERS_AUTOCOMPLETE
    }

    fn build(&self) -> Result<Request<Bytes>, RequestError> {
        self.wanted.check()?;
        let mut draft = Draft::of(self.operation());
        for (name, value) in self.wanted.pairs() {
            match value {
                Value::String(text) => draft.pair(name, text),
                other => draft.pair(name, other),
            };
        }
        self.wanted.include.ask(&mut draft);
        draft.finish()
    }

    fn parse(&self, response: Response<Bytes>) -> Result<Vec<User>, Error> {
        Ok(read_json::<UsersPage>(self.operation(), &response)?.users)
    }
}

impl Endpoint for AutocompletePost {
    type Output = Vec<User>;

    fn operation(&self) -> &Operation {
        &USERS_AUTOCOMPLETE_POST
    }

    fn build(&self) -> Result<Request<Bytes>, RequestError> {
        self.wanted.check()?;
        let body: Map<String, Value> = self
            .wanted
            .pairs()
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect();
        let mut draft = Draft::of(self.operation());
        self.wanted.include.ask(&mut draft);
        draft.json(&body)?.finish()
    }

    fn parse(&self, response: Response<Bytes>) -> Result<Vec<User>, Error> {
        Ok(read_json::<UsersPage>(self.operation(), &response)?.users)
    }
}
