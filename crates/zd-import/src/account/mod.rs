//! What an import knows of the account before it sends anything.

mod fields;
mod near;
mod organizations;
mod pattern;

pub use organizations::{LookUpError, OrganizationSummary, Organizations};

use futures_util::TryStreamExt as _;
use serde::Deserialize;
use serde_json::Value;
use zd_model::{Role, User, UserField};
use zd_transport::Budgets;
use zd_users::endpoints::Me;
use zd_users::{Client, Endpoint as _, ErrorKind};

use crate::scan::{Fault, FieldKind, Given};
use fields::Fields;

pub(crate) use organizations::{Joined, Naming, OrganizationRef};

/// What is known of an account before anything is sent: its custom fields, and who is asking.
///
/// An account that does not let its custom fields be listed (403, 404) leaves them unknown; values are not checked then, and
/// the plan says so.
///
/// It is a plain value: asked for with [`fetch`](Self::fetch), or made by hand. In
/// [`ScanOptions::account`](crate::ScanOptions::account) it lets a scan check custom fields against their definitions.
///
/// ```
/// use std::sync::Arc;
/// use zd_import::{AccountFacts, Input, Scan, ScanOptions};
///
/// let facts = AccountFacts::from_json(br#"{"user_fields": [{"id": 1, "key": "seats", "type": "integer"}], "role": "admin"}"#)?;
/// let options = ScanOptions { account: Some(Arc::new(facts)), ..ScanOptions::default() };
/// let people = Input::from_bytes("people", "external_id,user_fields.seats\n7,a dozen\n")?;
/// let scan = Scan::read(people, options)?;
/// assert_eq!(scan.plan().problems.first[0].code, "integer_malformed");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct AccountFacts {
    known: Option<(Vec<UserField>, Fields)>,
    role: Option<Role>,
    requests_a_minute: Option<u64>,
}

/// As it is written down.
#[derive(Deserialize)]
struct Written {
    user_fields: Vec<UserField>,
    #[serde(default)]
    role: Option<Role>,
}

impl AccountFacts {
    /// An account with these custom fields, those out of use among them, of which somebody with this role is asking.
    pub fn new(user_fields: Vec<UserField>, role: Option<Role>) -> Self {
        let fields = Fields::of(&user_fields);
        Self {
            known: Some((user_fields, fields)),
            role,
            requests_a_minute: None,
        }
    }

    /// Asks an account: who we are, and for all pages of its custom fields. Two requests, unless there are many fields.
    ///
    /// # Errors
    ///
    /// If the account cannot be asked; wrong credentials are told here.
    ///
    /// # Cancel safety
    ///
    /// Only reads.
    pub async fn fetch(client: &Client) -> Result<Self, zd_users::Error> {
        let (me, requests_a_minute) = ask_me(client).await?;
        let role = me.role.value().cloned();
        let known = match client.user_fields().list().stream().try_collect().await {
            Ok(definitions) => Self::new(definitions, None).known,
            Err(error) if matches!(error.kind(), ErrorKind::Forbidden | ErrorKind::NotFound) => {
                None
            }
            Err(error) => return Err(error),
        };
        Ok(Self {
            known,
            role,
            requests_a_minute,
        })
    }

    /// Asks an account only who we are: how many requests a minute it allows, if it tells.
    ///
    /// # Errors
    ///
    /// If the account cannot be asked; wrong credentials are told here.
    ///
    /// # Cancel safety
    ///
    /// Only reads.
    pub async fn ask_limit(client: &Client) -> Result<Option<u64>, zd_users::Error> {
        ask_me(client).await.map(|(_, limit)| limit)
    }

    /// Reads them from JSON: `user_fields` as Zendesk's list of them, and `role`, which may be left out.
    ///
    /// # Errors
    ///
    /// If it is no such JSON.
    pub fn from_json(json: &[u8]) -> Result<Self, serde_json::Error> {
        let written: Written = serde_json::from_slice(json)?;
        Ok(Self::new(written.user_fields, written.role))
    }

    /// The definitions of the custom fields, if the account lists them: what comparing takes, too.
    pub fn user_fields(&self) -> Option<&[UserField]> {
        let (definitions, _) = self.known.as_ref()?;
        Some(definitions)
    }

    /// The role of who is asking, if known. Agents can write end users only.
    pub const fn role(&self) -> Option<&Role> {
        self.role.as_ref()
    }

    /// How many requests a minute the account allows, if it was asked and told.
    pub const fn requests_a_minute(&self) -> Option<u64> {
        self.requests_a_minute
    }

    /// Checks a custom field's column before any value of it is seen.
    pub(crate) fn column(&self, key: &str, kind: FieldKind) -> Result<(), Fault> {
        self.known
            .as_ref()
            .map_or(Ok(()), |(_, fields)| fields.column(key, kind))
    }

    /// Checks a custom field's value, which becomes what the field takes.
    pub(crate) fn value(
        &self,
        key: &str,
        kind: FieldKind,
        given: Given<'_>,
    ) -> Result<Value, Fault> {
        match &self.known {
            Some((_, fields)) => fields.value(key, kind, given),
            None => given.field(kind),
        }
    }

    /// Whether values of this custom field pass unchecked.
    fn lets_pass(&self, key: &str) -> bool {
        self.known
            .as_ref()
            .is_none_or(|(_, fields)| fields.is_unread(key))
    }
}

/// Those of these attributes that are custom fields whose values were not checked against the account.
pub(crate) fn unchecked(account: Option<&AccountFacts>, attributes: &[String]) -> Vec<String> {
    let passes = |name: &&String| {
        let key = name.strip_prefix("user_fields.");
        key.is_some_and(|key| account.is_none_or(|account| account.lets_pass(key)))
    };
    attributes.iter().filter(passes).cloned().collect()
}

/// Who we are, and what the answer says of the account's requests a minute.
async fn ask_me(client: &Client) -> Result<(User, Option<u64>), zd_users::Error> {
    let response = client.execute_raw(&Me, http::Extensions::new()).await?;
    let limit = Budgets::of(&response)
        .account
        .and_then(|account| account.limit);
    Ok((Me.parse(response)?, limit))
}
