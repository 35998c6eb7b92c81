//! Passwords and sessions.

use futures_util::TryStreamExt as _;
use zd_model::{Nullable, Session, UserInput};
use zd_users::{Credentials, ErrorKind};

use super::World;

pub(super) async fn story(world: &World) {
    let admin = world.with_password();
    let me = admin.users().me().await.unwrap().id;
    let sessions = admin.sessions();
    let current = sessions.current().await.unwrap();
    assert_eq!(current.user_id.value(), Some(&me));
    assert!(
        !sessions
            .renew()
            .await
            .unwrap()
            .authenticity_token
            .expose()
            .is_empty()
    );
    let all: Vec<Session> = sessions.list().stream().try_collect().await.unwrap();
    assert!(all.iter().any(|session| session.id == current.id));
    let mine: Vec<Session> = sessions
        .list_of_user(me)
        .stream()
        .try_collect()
        .await
        .unwrap();
    let one = sessions.get(me, mine[0].id).await.unwrap();
    assert_eq!(one.id, mine[0].id);
    sessions.delete(me, one.id).await.unwrap();
    sessions.delete_all(me).await.unwrap();
    admin.sessions().logout().await.unwrap();

    let passwords = world.admin.passwords();
    assert!(!passwords.requirements(me).await.unwrap().is_empty());
    let person = UserInput {
        name: Some("Pia".to_owned()),
        email: Some("pia@round.example".to_owned()),
        verified: Nullable::Value(true),
        ..UserInput::default()
    };
    let pia = world.admin.users().create(&person).await.unwrap().id;
    let short = passwords.set(pia, &"abc".into()).await.unwrap_err();
    assert_eq!(short.kind(), ErrorKind::Invalid);
    passwords.set(pia, &"sesame".into()).await.unwrap();
    let signed_in =
        |password: &str| world.client(Credentials::password("pia@round.example", password));
    let herself = signed_in("sesame");
    herself
        .passwords()
        .change(pia, &"sesame".into(), &"open sesame".into())
        .await
        .unwrap();
    assert_eq!(signed_in("open sesame").users().me().await.unwrap().id, pia);
    // Rule 16.1: Zendesk answers 200 to wrong credentials here, and an anonymous user.
    let wrong = signed_in("sesame").users().me().await.unwrap_err();
    assert_eq!(wrong.kind(), ErrorKind::Credentials);
}
