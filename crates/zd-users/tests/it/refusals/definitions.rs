//! Identities, user fields and organizations: what is said about them.

use zd_model::{
    CustomFieldOptionInput, IdentityId, IdentityInput, IdentityType, IdentityUpdate, Nullable,
    OrganizationUpsert, UserFieldId, UserFieldInput, UserFieldType, VerificationMethod,
};

use super::{USER, refused};

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
