//! Identities, for agents and for end users.

use futures_util::TryStreamExt as _;
use zd_model::{Identity, IdentityInput, IdentityType, IdentityUpdate, Nullable, UserInput};
use zd_sandbox::API_TOKEN;
use zd_users::{Credentials, ErrorKind};

use super::World;

fn email(value: &str) -> IdentityInput {
    IdentityInput::new(IdentityType::Email, value)
}

pub(super) async fn story(world: &World) {
    let person = UserInput {
        name: Some("Ida".to_owned()),
        email: Some("ida@round.example".to_owned()),
        verified: Nullable::Value(true),
        ..UserInput::default()
    };
    let ida = world.admin.users().create(&person).await.unwrap().id;
    let identities = world.admin.identities();

    let second = identities
        .create(ida, &email("ida2@round.example"))
        .await
        .unwrap();
    assert_eq!(second.primary.value(), Some(&false));
    let taken = identities
        .create(ida, &email("ida2@round.example"))
        .await
        .unwrap_err();
    assert_eq!(taken.kind(), ErrorKind::Invalid);
    assert_eq!(
        identities.get(ida, second.id).await.unwrap().value,
        second.value
    );
    identities
        .request_verification(ida, second.id)
        .await
        .unwrap();
    let verified = identities.verify(ida, second.id).await.unwrap();
    assert_eq!(verified.verified.value(), Some(&true));
    let mut update = IdentityUpdate::new();
    update.value = Nullable::Value("ida3@round.example".to_owned());
    let updated = identities.update(ida, second.id, &update).await.unwrap();
    assert_eq!(updated.value.as_deref(), Some("ida3@round.example"));

    // Rule: the user's email is the primary one, and it is the first of the list that comes back.
    let all = identities.make_primary(ida, second.id).await.unwrap();
    assert_eq!(all[0].id, second.id);
    let user = world.admin.users().get(ida).await.unwrap();
    assert_eq!(user.email.as_deref(), Some("ida3@round.example"));
    identities.delete(ida, all[1].id).await.unwrap();
    let left: Vec<Identity> = identities.list(ida).stream().try_collect().await.unwrap();
    assert_eq!(
        left.iter().map(|identity| identity.id).collect::<Vec<_>>(),
        [second.id]
    );

    end_user(world, ida).await;
}

/// The same user, calling about herself.
async fn end_user(world: &World, ida: zd_model::UserId) {
    let herself = world.client(Credentials::api_token("ida3@round.example", API_TOKEN));
    let end_users = herself.end_users();
    assert_eq!(end_users.get(ida).await.unwrap().id, ida);
    let change = UserInput {
        name: Some("Ida Lee".to_owned()),
        ..UserInput::default()
    };
    let changed = end_users.update(ida, &change).await.unwrap();
    assert_eq!(changed.name.as_deref(), Some("Ida Lee"));

    let another = end_users
        .create_identity(ida, &email("ida4@round.example"))
        .await
        .unwrap();
    assert_eq!(
        end_users.identity(ida, another.id).await.unwrap().id,
        another.id
    );
    end_users
        .request_identity_verification(ida, another.id)
        .await
        .unwrap();
    // Only a verified address can be the primary one.
    world
        .admin
        .identities()
        .verify(ida, another.id)
        .await
        .unwrap();
    let all = end_users
        .make_identity_primary(ida, another.id)
        .await
        .unwrap();
    assert_eq!(all[0].id, another.id);
    // She signs in by her address, which is another one now.
    let herself = world.client(Credentials::api_token("ida4@round.example", API_TOKEN));
    herself
        .end_users()
        .delete_identity(ida, all[1].id)
        .await
        .unwrap();
    let left: Vec<Identity> = herself
        .end_users()
        .identities(ida)
        .stream()
        .try_collect()
        .await
        .unwrap();
    assert_eq!(left.len(), 1);
    assert!(
        herself
            .users()
            .count(zd_users::endpoints::CountUsers::new())
            .await
            .is_err()
    );
}
