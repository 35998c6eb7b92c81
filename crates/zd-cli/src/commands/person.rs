//! Whom `42`, `ann@example.com`, `ext:A-42` and `me` mean.

use zd_model::operation::{ORGANIZATIONS_SEARCH, USERS_SEARCH};
use zd_model::{OrganizationId, User, UserId};
use zd_users::endpoints::{
    Include, Me, SearchOrganizations, SearchQuery, SearchUsers, ShowManyUsers, ShowUser,
};

use super::caller::Caller;
use crate::args::{Org, Person};
use crate::codes;
use crate::context::Account;
use crate::failure::{Failure, call_of};

impl Caller<'_> {
    /// The user's number; looks for it if need be.
    pub(super) async fn user_id(&self, person: &Person) -> Result<UserId, Failure> {
        match person {
            Person::Id(id) => Ok(*id),
            other => Ok(find(other, self.account()?).await?.id),
        }
    }

    /// The users' numbers.
    pub(super) async fn user_ids(&self, people: &[Person]) -> Result<Vec<UserId>, Failure> {
        let mut ids = Vec::with_capacity(people.len());
        for person in people {
            let id = self.user_id(person).await?;
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
        Ok(ids)
    }

    /// The organization's number; looks for it if need be.
    pub(super) async fn organization_id(&self, which: &Org) -> Result<OrganizationId, Failure> {
        let id = match which {
            Org::Id(id) => return Ok(*id),
            Org::ExternalId(id) => id,
        };
        let account = self.account()?;
        let found = account
            .client
            .execute(&SearchOrganizations::by_external_id(id))
            .await
            .map_err(|error| account.failure(&error))?;
        found.first().map(|found| found.id).ok_or_else(|| {
            Failure::new(
                &codes::RECORD_NOT_FOUND,
                format!("no organization has the external id {id}"),
            )
            .at("account", &account.name)
            .at("call", call_of(ORGANIZATIONS_SEARCH.name))
        })
    }

    /// Prints the one call that finds a user.
    pub(super) async fn print_find(&self, person: &Person) -> Result<(), Failure> {
        match person {
            Person::Id(id) => self.call(&ShowUser::new(*id)).await.map(|_| ()),
            Person::ExternalId(id) => self
                .call(&SearchUsers::by_external_id(id))
                .await
                .map(|_| ()),
            Person::Email(email) => {
                let query = SearchQuery::email(email);
                self.call(&SearchUsers::by_query(query)).await.map(|_| ())
            }
            Person::Me => self.call(&Me::new()).await.map(|_| ()),
        }
    }
}

/// The user, whole.
pub(super) async fn find(person: &Person, account: &Account) -> Result<User, Failure> {
    let users = account.client.users();
    let missing = |what: String| {
        Failure::new(&codes::USER_NOT_FOUND, what)
            .at("account", &account.name)
            .at("call", call_of(USERS_SEARCH.name))
    };
    match person {
        Person::Me => users.me().await.map_err(|error| account.failure(&error)),
        Person::Id(id) => users
            .get(*id)
            .await
            .map_err(|error| account.failure(&error)),
        Person::ExternalId(id) => {
            let page = users
                .search(SearchUsers::by_external_id(id))
                .page()
                .await
                .map_err(|error| account.failure(&error))?;
            page.users
                .into_iter()
                .next()
                .ok_or_else(|| missing(format!("no user has the external id {id}")))
        }
        Person::Email(email) => {
            let found = by_email(email, account).await?;
            let mut found = found.into_iter();
            match (found.next(), found.next()) {
                (Some(user), None) => Ok(user),
                (None, _) => Err(missing(format!("no user has the address {email}"))),
                (Some(one), Some(two)) => Err(Failure::new(
                    &codes::AMBIGUOUS,
                    format!("several users have the address {email}"),
                )
                .at("account", &account.name)
                .detail("users", format!("{}, {}", one.id, two.id))
                .fix(format!("zd user get {}", one.id))),
            }
        }
    }
}

/// Users of whom this is an address. The search matches words, so what it finds is looked at.
async fn by_email(email: &str, account: &Account) -> Result<Vec<User>, Failure> {
    let users = account.client.users();
    let page = users
        .search(SearchUsers::by_query(SearchQuery::email(email)))
        .page()
        .await
        .map_err(|error| account.failure(&error))?;
    let same = |address: Option<&str>| {
        address.is_some_and(|address| zd_import::same_email(address, email))
    };
    let (found, others): (Vec<User>, Vec<User>) = page
        .users
        .into_iter()
        .partition(|user| same(user.email.as_deref()));
    if !found.is_empty() || others.is_empty() {
        return Ok(found);
    }
    // Perhaps a secondary address, which only the identities show.
    let ids: Vec<UserId> = others.iter().map(|user| user.id).collect();
    let page = users
        .show_many(&ShowManyUsers::by_ids(&ids).include(Include::Identities))
        .await
        .map_err(|error| account.failure(&error))?;
    let identities = page.identities.into_value().unwrap_or_default();
    let owns = |user: &User| {
        identities.iter().any(|identity| {
            identity.user_id.value() == Some(&user.id) && same(identity.value.as_deref())
        })
    };
    Ok(page.users.into_iter().filter(|user| owns(user)).collect())
}
