//! A row as it is sent.
//!
//! Thousands of rows are on their way at once, and of most nothing is needed any more but what finds their result. So a
//! row's person is written as soon as it is known, and read back from there if it has to be compared with what Zendesk
//! stored.

use bytes::Bytes;
use zd_model::{Nullable, UserInput};
use zd_users::endpoints::WrittenUser;

use crate::Row;
use crate::key::PersonKeys;

/// A row whose person is written as it is sent.
#[derive(Clone, Debug)]
pub(crate) struct WrittenRow {
    pub(crate) number: u64,
    pub(crate) line: u64,
    pub(crate) group: Option<u32>,
    pub(crate) raw: Bytes,
    /// What the person is found by.
    pub(crate) keys: PersonKeys,
    pub(crate) written: WrittenUser,
}

impl WrittenRow {
    pub(crate) fn of(row: Row) -> Self {
        let mut user = row.user;
        Self {
            number: row.number,
            line: row.line,
            group: row.group,
            raw: row.raw,
            written: WrittenUser::new(&user),
            keys: PersonKeys::take(&mut user),
        }
    }

    /// The person again; none if what is sent cannot be read as a person, of whom nothing can be told then.
    pub(crate) fn user(&self) -> Option<UserInput> {
        serde_json::from_slice(self.written.as_bytes()).ok()
    }

    /// Leaves the external id out: it would change whose it is.
    pub(crate) fn drop_external_id(&mut self) {
        if self.keys.external_id.take().is_none() {
            return;
        }
        // In the place of a person who cannot be read again goes nobody, whom Zendesk refuses.
        let mut user = self.user().unwrap_or_default();
        user.external_id = Nullable::Absent;
        self.written = WrittenUser::new(&user);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;

    fn written(user: UserInput) -> WrittenRow {
        WrittenRow::of(Row::new(3, 5, user, Bytes::new()))
    }

    /// Everything that a row can say, as people write it and as nobody should.
    fn whole() -> UserInput {
        serde_json::from_str(
            r#"{
            "id": 18446744073709551615, "external_id": " 7\u0000", "email": "Ann@b.example", "name": "A\"\\n\u2028é", "role": "wizard",
            "custom_role_id": 1, "phone": null, "shared_phone_number": true, "organization_id": 9007199254740993,
            "organization": {"name": "Fir", "more": [1, {"a": null}]}, "organization_ids": [1, 2], "organization_name": "",
            "tags": ["a", ""], "identities": [{"type": "email", "value": "a@b.example", "odd": 1.50}], "verified": null,
            "skip_verify_email": true, "suspended": false, "alias": "", "signature": "s", "details": "d", "notes": null,
            "time_zone": "Berlin", "locale": "de", "language": "de", "locale_id": 8, "moderator": false,
            "ticket_restriction": "odd", "only_private_comments": null, "restricted_agent": true, "default_group_id": 3,
            "group_id": 4, "group_ids": [], "agent_brand_ids": [5], "active_brand_id": 6, "remote_photo_url": "https://x.example",
            "password": "secret", "separation": {"scope": "account", "odd": {}},
            "user_fields": {"": null, "n": 1.10, "list": ["x", 2], "yes": false}
        }"#,
        )
        .unwrap()
    }

    #[test]
    fn a_person_is_read_back_as_it_was_written() {
        for user in [UserInput::default(), whole()] {
            assert_eq!(written(user.clone()).user(), Some(user));
        }
    }

    proptest! {
        #[test]
        fn whatever_the_texts_and_numbers(text in "\\PC{0,9}|[\u{0}-\u{20}\"\\\\]{0,5}", digits in "-?[1-9][0-9]{0,40}(\\.[0-9]{1,20})?") {
            let mut user = whole();
            user.external_id = text.as_str().into();
            user.name = Some(text.clone());
            let number: Value = serde_json::from_str(&digits).unwrap();
            let fields = [(text.clone(), number), ("b".to_owned(), text.into())];
            user.user_fields = Nullable::Value(fields.into_iter().collect());
            prop_assert_eq!(written(user.clone()).user(), Some(user));
        }
    }

    #[test]
    fn a_dropped_external_id_is_neither_sent_nor_looked_for() {
        let mut row = written(whole());
        row.drop_external_id();
        let mut user = whole();
        user.external_id = Nullable::Absent;
        assert_eq!(row.written, WrittenUser::new(&user));
        assert!(row.keys.external_id.is_none() && row.keys.email.is_some());
    }
}
