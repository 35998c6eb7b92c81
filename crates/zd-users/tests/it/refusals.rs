//! What is known to be refused is refused before anything is sent, and the error says where and why.

use std::future::Future;
use std::sync::Arc;

use zd_model::{
    BrandAgentId, CustomFieldOptionInput, ExternalId, IdentityId, IdentityInput, IdentityType,
    IdentityUpdate, JobId, Nullable, OrganizationId, OrganizationUpsert, UserFieldId,
    UserFieldInput, UserFieldType, UserId, UserInput, UserSettings, VerificationMethod,
};
use zd_transport::ScriptedTransport;
use zd_users::endpoints::{
    Autocomplete, AutocompleteOrganizations, AutocompletePost, BrandScope, CreateOrUpdate,
    DestroyManyUsers, ExportUsers, ExportUsersByTime, ListUsers, SearchExport, SearchOrganizations,
    SearchUsers, ShowManyOrganizations, ShowManyUserFields, ShowManyUsers, UpdateManyUsers,
    UploadPhoto,
};
use zd_users::{Client, Error, ErrorKind, Resend, Subdomain};

const USER: UserId = UserId::new(7);

/// Runs a call that must be refused: nothing is sent, and the error is of this operation and says this.
async fn refused<T, F: Future<Output = Result<T, Error>>>(
    operation: &str,
    says: &str,
    call: impl FnOnce(Client) -> F,
) {
    let script = ScriptedTransport::new();
    let base = Subdomain::new("acme").unwrap().into();
    let result = call(Client::with_transport(base, Arc::new(script.clone()))).await;
    let Err(error) = result else {
        panic!("{operation} was not refused: {says}");
    };
    assert!(script.requests().is_empty(), "{operation} was sent");
    assert_eq!(error.kind(), ErrorKind::Request, "{error:?}");
    assert!(!error.is_retryable() && !error.may_have_been_applied());
    assert_eq!(error.to_string(), format!("{operation} was not sent"));
    let Error::Request { source, .. } = error else {
        panic!("{error:?}");
    };
    assert_eq!(source.to_string(), says);
}

fn keyed() -> UserInput {
    UserInput {
        external_id: "1".into(),
        ..UserInput::default()
    }
}

fn named() -> UserInput {
    UserInput {
        name: Some("Ann".to_owned()),
        ..UserInput::default()
    }
}

fn ids(count: u64) -> Vec<UserId> {
    (1..=count).map(UserId::new).collect()
}

fn external_ids(count: usize) -> Vec<ExternalId> {
    (0..count)
        .map(|id| ExternalId::new(id.to_string()))
        .collect()
}

fn nothing_given(what: &str) -> String {
    format!("no {what} given")
}

fn too_many(what: &str) -> String {
    format!("at most 100 {what} at once, not 101")
}

#[tokio::test]
async fn bulk_calls_take_one_to_a_hundred_users() {
    for (count, says) in [(0, nothing_given("users")), (101, too_many("users"))] {
        let users = vec![
            UserInput {
                name: Some("Ann".to_owned()),
                ..keyed()
            };
            count
        ];
        let users = &users;
        refused("users.create_many", &says, |client| async move {
            client.users().create_many(users).await
        })
        .await;
        refused("users.create_or_update_many", &says, |client| async move {
            client.users().create_or_update_many(users).await
        })
        .await;
        refused("users.update_many", &says, |client| async move {
            client
                .users()
                .update_many(&UpdateManyUsers::each(users))
                .await
        })
        .await;
    }
}

#[tokio::test]
async fn calls_by_ids_take_one_to_a_hundred_ids() {
    for (count, says) in [(0, nothing_given("user ids")), (101, too_many("user ids"))] {
        let ids = &ids(count);
        refused("users.show_many", &says, |client| async move {
            client.users().show_many(&ShowManyUsers::by_ids(ids)).await
        })
        .await;
        refused("users.update_many", &says, |client| async move {
            client
                .users()
                .update_many(&UpdateManyUsers::by_ids(ids, &named()))
                .await
        })
        .await;
        refused("users.destroy_many", &says, |client| async move {
            client
                .users()
                .destroy_many(&DestroyManyUsers::by_ids(ids))
                .await
        })
        .await;
        refused("users.logout_many", &says, |client| async move {
            client.users().logout_many(ids).await
        })
        .await;
    }
}

#[tokio::test]
async fn calls_by_external_ids_take_one_to_a_hundred_that_a_list_can_hold() {
    let unlistable =
        "number 2 of the external ids is empty or has a comma in it, which a list cannot hold";
    let cases = [
        (vec![], nothing_given("external ids")),
        (external_ids(101), too_many("external ids")),
        (vec!["1".into(), "a,b".into()], unlistable.to_owned()),
        (vec!["1".into(), " ".into()], unlistable.to_owned()),
    ];
    for (ids, says) in &cases {
        refused("users.show_many", says, |client| async move {
            client
                .users()
                .show_many(&ShowManyUsers::by_external_ids(ids))
                .await
        })
        .await;
        refused("users.update_many", says, |client| async move {
            client
                .users()
                .update_many(&UpdateManyUsers::by_external_ids(ids, &named()))
                .await
        })
        .await;
        refused("users.destroy_many", says, |client| async move {
            client
                .users()
                .destroy_many(&DestroyManyUsers::by_external_ids(ids))
                .await
        })
        .await;
        refused("organizations.show_many", says, |client| async move {
            client
                .organizations()
                .show_many(&ShowManyOrganizations::by_external_ids(ids))
                .await
        })
        .await;
    }
}

#[tokio::test]
async fn a_bulk_call_is_about_one_brand_and_external_ids() {
    let with_ids = "a brand goes with external ids only: ids are of all brands";
    let of_all = "a bulk call is about the users of one brand, not of all";
    let some = &[keyed()];
    refused("users.update_many", with_ids, |client| async move {
        let call = UpdateManyUsers::each(some).brand(BrandScope::Unbranded);
        client.users().update_many(&call).await
    })
    .await;
    refused("users.update_many", with_ids, |client| async move {
        let change = named();
        let call = UpdateManyUsers::by_ids(&[USER], &change).brand(BrandScope::Unbranded);
        client.users().update_many(&call).await
    })
    .await;
    refused("users.update_many", of_all, |client| async move {
        let change = named();
        let call = UpdateManyUsers::by_external_ids(&["1".into()], &change).brand(BrandScope::All);
        client.users().update_many(&call).await
    })
    .await;
    refused("users.destroy_many", with_ids, |client| async move {
        let call = DestroyManyUsers::by_ids(&[USER]).brand(BrandScope::Unbranded);
        client.users().destroy_many(&call).await
    })
    .await;
    refused("users.destroy_many", of_all, |client| async move {
        let call = DestroyManyUsers::by_external_ids(&["1".into()]).brand(BrandScope::All);
        client.users().destroy_many(&call).await
    })
    .await;
}

#[tokio::test]
async fn organizations_are_shown_one_to_a_hundred_at_once() {
    for (count, says) in [
        (0, nothing_given("organization ids")),
        (101, too_many("organization ids")),
    ] {
        let ids: &Vec<_> = &(1..=count).map(OrganizationId::new).collect();
        refused("organizations.show_many", &says, |client| async move {
            client
                .organizations()
                .show_many(&ShowManyOrganizations::by_ids(ids))
                .await
        })
        .await;
    }
}

#[tokio::test]
async fn jobs_and_fields_are_shown_one_to_a_hundred_at_once() {
    for (count, job_says, field_says) in [
        (0, nothing_given("job ids"), nothing_given("keys")),
        (101, too_many("job ids"), too_many("keys")),
    ] {
        let ids = &vec![JobId::new("x"); count];
        refused("job_statuses.show_many", &job_says, |client| async move {
            client.jobs().show_many(ids).await
        })
        .await;
        refused("user_fields.show_many", &field_says, |client| async move {
            client
                .user_fields()
                .show_many(&ShowManyUserFields::new(vec!["x"; count]))
                .await
        })
        .await;
    }
}

#[tokio::test]
async fn a_blank_key_would_ask_for_something_else() {
    refused(
        "job_statuses.show",
        "the job_id is empty",
        |client| async move { client.jobs().get(&"".into()).await },
    )
    .await;
    refused(
        "user_fields.show",
        "the user_field_id is empty",
        |client| async move { client.user_fields().get("").await },
    )
    .await;
    refused(
        "user_fields.delete",
        "the user_field_id is empty",
        |client| async move { client.user_fields().delete("").await },
    )
    .await;
    refused(
        "users.brand_agent",
        "the brand_agent_id is empty",
        |client| async move {
            client
                .users()
                .brand_agent(USER, BrandAgentId::new(""))
                .await
        },
    )
    .await;
}

#[tokio::test]
async fn a_search_for_nothing_would_find_everybody() {
    let says = &nothing_given("search text");
    for blank in ["", " \t"] {
        refused("users.search", says, |client| async move {
            client
                .users()
                .search(SearchUsers::by_query(blank))
                .page()
                .await
        })
        .await;
        refused("users.search", says, |client| async move {
            client
                .users()
                .search(SearchUsers::by_external_id(&blank.into()))
                .page()
                .await
        })
        .await;
        refused("search.export", says, |client| async move {
            client
                .users()
                .search_export(SearchExport::users(blank))
                .page()
                .await
        })
        .await;
        refused("users.autocomplete", "no name given", |client| async move {
            client
                .users()
                .autocomplete(&Autocomplete::by_name(blank))
                .await
        })
        .await;
        refused(
            "users.autocomplete_post",
            "no phone given",
            |client| async move {
                client
                    .users()
                    .autocomplete_post(&AutocompletePost::by_phone(blank))
                    .await
            },
        )
        .await;
        refused(
            "organizations.search",
            "no name given",
            |client| async move {
                client
                    .organizations()
                    .search(&SearchOrganizations::by_name(blank))
                    .await
            },
        )
        .await;
        refused(
            "organizations.search",
            "no external_id given",
            |client| async move {
                client
                    .organizations()
                    .search(&SearchOrganizations::by_external_id(&blank.into()))
                    .await
            },
        )
        .await;
        refused(
            "organizations.autocomplete",
            "no name given",
            |client| async move {
                client
                    .organizations()
                    .autocomplete(&AutocompleteOrganizations::new(blank))
                    .await
            },
        )
        .await;
    }
    refused(
        "organizations.autocomplete",
        "an autocompletion of organizations needs two letters at least",
        |client| async move {
            client
                .organizations()
                .autocomplete(&AutocompleteOrganizations::new("A"))
                .await
        },
    )
    .await;
}

#[tokio::test]
async fn pages_have_their_sizes_and_numbers() {
    for size in [0, 101] {
        let says = format!("a page holds 1 to 100 records, not {size}");
        refused("users.list", &says, |client| async move {
            client
                .users()
                .list(ListUsers::new().page_size(size))
                .page()
                .await
        })
        .await;
        refused("users.search", &says, |client| async move {
            client
                .users()
                .search(SearchUsers::by_query("x").page_size(size))
                .page()
                .await
        })
        .await;
    }
    for size in [0, 1001] {
        let says = format!("a page holds 1 to 1000 records, not {size}");
        refused("incremental.users_cursor", &says, |client| async move {
            client
                .exports()
                .users(ExportUsers::since(0).page_size(size))
                .page()
                .await
        })
        .await;
        refused("incremental.users", &says, |client| async move {
            client
                .exports()
                .users_by_time(ExportUsersByTime::since(0).page_size(size))
                .page()
                .await
        })
        .await;
    }
    for (page, size, last) in [(0, 100, 100), (101, 100, 100), (201, 50, 200)] {
        let says = format!("pages are numbered from 1 to {last}, so there is no page {page}");
        refused("users.search", &says, |client| async move {
            client
                .users()
                .search(SearchUsers::by_query("x").page_size(size).page(page))
                .page()
                .await
        })
        .await;
    }
}

#[tokio::test]
async fn an_export_begins_somewhere() {
    let says = "an export begins in 1970 at the earliest";
    refused("incremental.users_cursor", says, |client| async move {
        client.exports().users(ExportUsers::since(-1)).page().await
    })
    .await;
    refused("incremental.users", says, |client| async move {
        client
            .exports()
            .users_by_time(ExportUsersByTime::since(-1))
            .page()
            .await
    })
    .await;
    refused(
        "incremental.users_cursor",
        "no cursor given",
        |client| async move { client.exports().users(ExportUsers::after("")).page().await },
    )
    .await;
}

#[tokio::test]
async fn a_new_user_has_a_name() {
    for user in [
        keyed(),
        UserInput {
            name: Some(" ".to_owned()),
            ..keyed()
        },
    ] {
        let user = &user;
        refused("users.create", "no name given", |client| async move {
            client.users().create(user).await
        })
        .await;
        refused(
            "users.create_many",
            "a new user needs a name",
            |client| async move { client.users().create_many(&[named(), user.clone()]).await },
        )
        .await;
        refused(
            "users.request_create",
            "no name given",
            |client| async move { client.users().request_create(user).await },
        )
        .await;
    }
    refused(
        "users.request_create",
        "no email given",
        |client| async move { client.users().request_create(&named()).await },
    )
    .await;
}

#[tokio::test]
async fn a_change_changes_something() {
    let says = "no change given";
    let nothing = &UserInput::default();
    refused("users.update", says, |client| async move {
        client.users().update(USER, nothing).await
    })
    .await;
    refused("end_users.update", says, |client| async move {
        client.end_users().update(USER, nothing).await
    })
    .await;
    refused("users.update_many", says, |client| async move {
        client
            .users()
            .update_many(&UpdateManyUsers::by_ids(&[USER], nothing))
            .await
    })
    .await;
    refused("users.update_settings", says, |client| async move {
        client.users().update_settings(&UserSettings::new()).await
    })
    .await;
    refused("identities.update", says, |client| async move {
        client
            .identities()
            .update(USER, IdentityId::new(8), &IdentityUpdate::new())
            .await
    })
    .await;
    refused("user_fields.update", says, |client| async move {
        client
            .user_fields()
            .update("plan", &UserFieldInput::new())
            .await
    })
    .await;
}

#[tokio::test]
async fn each_user_to_update_is_named() {
    refused(
        "users.update_many",
        "each user to update is named by id or external id",
        |client| async move {
            client
                .users()
                .update_many(&UpdateManyUsers::each(&[keyed(), named()]))
                .await
        },
    )
    .await;
}

#[tokio::test]
async fn nobody_is_merged_into_themselves() {
    refused(
        "users.merge",
        "a user cannot be merged into the same user",
        |client| async move { client.users().merge(USER, USER).await },
    )
    .await;
}

#[tokio::test]
async fn a_user_without_a_key_is_not_sent_twice() {
    refused(
        "users.create_or_update",
        "a user without external id and e-mail address must not be sent twice",
        |client| async move {
            client
                .execute(&CreateOrUpdate::new(&named()).resend(Resend::Keyed))
                .await
        },
    )
    .await;
}

#[tokio::test]
async fn a_photo_is_a_file() {
    for (name, media_type, picture, says) in [
        ("a.png", "image/png", "", "no picture given"),
        (" ", "image/png", "x", "no file name given"),
        (
            "a.png",
            "image/png\r\nx: y",
            "x",
            "the media type cannot be sent",
        ),
    ] {
        refused("users.update", says, |client| async move {
            client
                .users()
                .upload_photo(&UploadPhoto::new(USER, name, media_type, picture))
                .await
        })
        .await;
    }
}

#[tokio::test]
async fn tags_are_words() {
    let says = "a tag is not empty and holds no white space";
    for bad in ["", "two words"] {
        let tags = &["vip".to_owned(), bad.to_owned()];
        refused("user_tags.set", says, |client| async move {
            client.user_tags().set(USER, tags).await
        })
        .await;
        refused("user_tags.add", says, |client| async move {
            client.user_tags().add(USER, tags).await
        })
        .await;
        refused("user_tags.remove", says, |client| async move {
            client.user_tags().remove(USER, tags).await
        })
        .await;
    }
    refused("user_tags.add", "no tags given", |client| async move {
        client.user_tags().add(USER, &[]).await
    })
    .await;
    refused("user_tags.remove", "no tags given", |client| async move {
        client.user_tags().remove(USER, &[]).await
    })
    .await;
}

#[tokio::test]
async fn identities_are_of_types_that_can_be_made() {
    let made_by_zendesk =
        "identities of the types any_channel, foreign, sdk and messaging are made by Zendesk only";
    for kind in ["any_channel", "foreign", "sdk", "messaging"] {
        let identity = &IdentityInput::new(kind.into(), "x");
        refused("identities.create", made_by_zendesk, |client| async move {
            client.identities().create(USER, identity).await
        })
        .await;
        refused(
            "end_user_identities.create",
            made_by_zendesk,
            |client| async move { client.end_users().create_identity(USER, identity).await },
        )
        .await;
    }
    refused("identities.create", "no value given", |client| async move {
        client
            .identities()
            .create(USER, &IdentityInput::new(IdentityType::Email, " "))
            .await
    })
    .await;
}

#[tokio::test]
async fn verification_methods_are_set_as_far_as_callers_may() {
    let says = "the verification methods sso, embed and full are set by Zendesk only; none and low can be set";
    for method in ["sso", "embed", "full"].map(VerificationMethod::from) {
        let mut identity = IdentityInput::new(IdentityType::Email, "ann@example.com");
        identity.verification_method = Nullable::Value(method.clone());
        let identity = &identity;
        refused("identities.create", says, |client| async move {
            client.identities().create(USER, identity).await
        })
        .await;
        let mut update = IdentityUpdate::new();
        update.verification_method = Nullable::Value(method);
        let update = &update;
        refused("identities.update", says, |client| async move {
            client
                .identities()
                .update(USER, IdentityId::new(8), update)
                .await
        })
        .await;
    }
    let mut blank = IdentityUpdate::new();
    blank.value = " ".into();
    let blank = &blank;
    refused("identities.update", "no value given", |client| async move {
        client
            .identities()
            .update(USER, IdentityId::new(8), blank)
            .await
    })
    .await;
}

/// A definition of this type, with key and title.
fn field(kind: UserFieldType, key: &str) -> UserFieldInput {
    let mut field = UserFieldInput::new();
    field.r#type = kind.into();
    field.key = key.into();
    field.title = "Plan".into();
    field
}

#[tokio::test]
async fn a_definition_is_sound() {
    let key = "the key of a user field is letters, digits and underscores, and not digits alone";
    let mut with_options = field(UserFieldType::Text, "plan");
    with_options.custom_field_options = vec![CustomFieldOptionInput::new()].into();
    let mut with_tag = field(UserFieldType::Text, "plan");
    with_tag.tag = "vip".into();
    let mut untitled = field(UserFieldType::Text, "plan");
    untitled.title = " ".into();
    for (definition, says) in [
        (field(UserFieldType::Text, ""), "no key given"),
        (field(UserFieldType::Text, "two words"), key),
        (field(UserFieldType::Text, "42"), key),
        (untitled, "no title given"),
        (
            with_options,
            "only dropdown and multiselect fields have options",
        ),
        (
            field(UserFieldType::Regexp, "plan"),
            "a regexp field needs regexp_for_validation",
        ),
        (with_tag, "only a checkbox has a tag"),
    ] {
        let definition = &definition;
        refused("user_fields.create", says, |client| async move {
            client.user_fields().create(definition).await
        })
        .await;
    }
}

#[tokio::test]
async fn an_order_names_each_field_once() {
    let twice = &[
        UserFieldId::new(1),
        UserFieldId::new(2),
        UserFieldId::new(1),
    ];
    refused(
        "user_fields.reorder",
        "no user field ids given",
        |client| async move { client.user_fields().reorder(&[]).await },
    )
    .await;
    refused(
        "user_fields.reorder",
        "a user field stands twice in the order",
        |client| async move { client.user_fields().reorder(twice).await },
    )
    .await;
}

#[tokio::test]
async fn an_option_has_a_name_and_a_value() {
    let mut unvalued = CustomFieldOptionInput::new();
    unvalued.name = "Gold".into();
    for (option, says) in [
        (CustomFieldOptionInput::new(), "no name given"),
        (unvalued, "no value given"),
    ] {
        let option = &option;
        refused(
            "user_field_options.create_or_update",
            says,
            |client| async move {
                client
                    .user_fields()
                    .create_or_update_option(UserFieldId::new(1), option)
                    .await
            },
        )
        .await;
    }
}

#[tokio::test]
async fn an_organization_has_a_key_or_a_name() {
    refused(
        "organizations.create_or_update",
        "no name given",
        |client| async move {
            client
                .organizations()
                .create_or_update(&OrganizationUpsert::new())
                .await
        },
    )
    .await;
}

#[tokio::test]
async fn a_password_is_something() {
    refused("passwords.set", "no password given", |client| async move {
        client.passwords().set(USER, &"".into()).await
    })
    .await;
    refused(
        "passwords.change",
        "no password given",
        |client| async move {
            client
                .passwords()
                .change(USER, &"0ld".into(), &"".into())
                .await
        },
    )
    .await;
    refused(
        "passwords.change",
        "no previous password given",
        |client| async move {
            client
                .passwords()
                .change(USER, &"".into(), &"n3w".into())
                .await
        },
    )
    .await;
}
