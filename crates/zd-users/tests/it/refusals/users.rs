//! Users: what is said about them, their photos, tags and passwords.

use zd_model::{IdentityId, IdentityUpdate, UserFieldInput, UserInput, UserSettings};
use zd_users::Resend;
use zd_users::endpoints::{CreateOrUpdate, UpdateManyUsers, UploadPhoto};

use super::{USER, keyed, named, refused};

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
