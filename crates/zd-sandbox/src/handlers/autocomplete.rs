//! Users by the beginning of a name, or by a phone number.

use serde_json::Value;
use zd_model::operation;

use super::users::{UsersPage, in_order_of_ids};
use super::{Route, State};
use crate::call::{Body, Call};
use crate::clock::Now;
use crate::errors;
use crate::reply::Reply;
use crate::state::index::folded;
use crate::state::user::{IdentityKind, Role, User};

pub(super) const ROUTES: &[Route] = &[
    Route::new(operation::USERS_AUTOCOMPLETE, by_query),
    Route::new(operation::USERS_AUTOCOMPLETE_POST, by_body),
];

const MOST: usize = 100;

/// `GET /users/autocomplete`
fn by_query(state: &mut State, call: Call<'_>, _now: Now) -> Result<Reply, Reply> {
    complete(state, &call, |name| Ok(call.query(name).map(str::to_owned)))
}

/// `POST /users/autocomplete`: parameters in the body; those that are not there may be in the query.
fn by_body(state: &mut State, call: Call<'_>, _now: Now) -> Result<Reply, Reply> {
    let body = match &call.body {
        Body::Malformed => return Err(errors::malformed_json()),
        Body::Json(Value::Object(body)) => Some(body),
        _ => None,
    };
    complete(state, &call, |name| {
        match body.and_then(|body| body.get(name)) {
            None | Some(Value::Null) => Ok(call.query(name).map(str::to_owned)),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(Value::Number(number)) => Ok(Some(number.to_string())),
            Some(_) => Err(errors::query_error()),
        }
    })
}

/// Live users who fit, by id, as many as fit on a page: there is no next one.
///
/// `field_id`, `source` and `brand_id` change nothing here.
fn complete(
    state: &State,
    call: &Call<'_>,
    parameter: impl Fn(&str) -> Result<Option<String>, Reply>,
) -> Result<Reply, Reply> {
    let sent = |name| {
        let text = parameter(name)?.map(|text| text.trim().to_owned());
        Ok::<_, Reply>(text.filter(|text| !text.is_empty()))
    };
    let wanted = match (sent("name")?, sent("phone")?) {
        (Some(name), _) => Wanted::Name(folded(&name).into_owned()),
        (None, Some(phone)) => Wanted::Phone(phone),
        (None, None) => return Err(errors::query_error()),
    };
    let staff_only = match sent("filter")?.as_deref() {
        None | Some("requester") => false,
        Some("assignable") => true,
        Some(_) => return Err(errors::query_error()),
    };
    let per_page = match sent("per_page")? {
        None => MOST,
        Some(text) => text
            .parse()
            .map(|number: usize| number.clamp(1, MOST))
            .map_err(|_| errors::query_error())?,
    };
    let account = &state.account;
    let fits = |user: &User| {
        user.active && !(staff_only && user.role == Role::EndUser) && wanted.fits(user)
    };
    let slots = account
        .users
        .by_ids_from(0)
        .filter(|(_, _, user)| fits(user))
        .map(|(_, slot, _)| slot)
        .take(per_page);
    Ok(Reply::ok(&UsersPage {
        users: &in_order_of_ids(account, slots, call.base),
        single: false,
        call,
        with_identities: true,
        foot: None,
    }))
}

enum Wanted {
    /// In lower case.
    Name(String),
    Phone(String),
}

impl Wanted {
    /// A name fits if it, or a word in it, begins so (documented; the words by an example only).
    fn fits(&self, user: &User) -> bool {
        match self {
            Self::Name(start) => {
                let name = folded(&user.name);
                let mut rest = &*name;
                loop {
                    if rest.starts_with(&**start) {
                        return true;
                    }
                    match rest.split_once(char::is_whitespace) {
                        Some((_, behind)) => rest = behind,
                        None => return false,
                    }
                }
            }
            Self::Phone(phone) => {
                let identities = user.identities.iter();
                user.phone.as_deref() == Some(&**phone)
                    || identities
                        .filter(|identity| identity.kind == IdentityKind::PhoneNumber)
                        .any(|identity| *identity.value == **phone)
            }
        }
    }
}
