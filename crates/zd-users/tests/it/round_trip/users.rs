//! Users from their creation to their end.

use futures_util::TryStreamExt as _;
use zd_model::{JobId, JobState, JobStatus, UserId, UserInput};
use zd_users::endpoints::{
    DestroyManyUsers, ListDeletedUsers, ListJobs, UpdateManyUsers, UploadPhoto,
};
use zd_users::{ErrorKind, Upserted, WaitOptions, Waited};

use super::World;

fn person(number: u32) -> UserInput {
    UserInput {
        external_id: format!("story-{number}").as_str().into(),
        name: Some(format!("Story {number}")),
        email: Some(format!("story{number}@round.example")),
        ..UserInput::default()
    }
}

pub(super) async fn story(world: &World) {
    let users = world.admin.users();
    let ann = users.create(&person(1)).await.unwrap();
    let twice = users.create(&person(1)).await.unwrap_err();
    assert_eq!(twice.kind(), ErrorKind::Invalid);
    let upserted = users.create_or_update(&person(2)).await.unwrap();
    assert!(matches!(upserted, Upserted::Created(_)));
    let bob = upserted.into_record();

    let change = UserInput {
        notes: "changed".into(),
        ..UserInput::default()
    };
    let changed = users.update(ann.id, &change).await.unwrap();
    assert_eq!(changed.notes.as_deref(), Some("changed"));
    let picture = UploadPhoto::new(ann.id, "ann.png", "image/png", &b"\x89PNG\r\n\x1a\n"[..]);
    let pictured = users.upload_photo(&picture).await.unwrap();
    assert!(pictured.photo.value().is_some());

    tags(world, ann.id).await;
    around(world, ann.id).await;
    let many = bulk(world).await;

    // Ann becomes Bob.
    let merged = users.merge(ann.id, bob.id).await.unwrap();
    assert_eq!(merged.id, bob.id);
    let gone = users.get(ann.id).await;
    assert!(gone.is_err() || gone.unwrap().active.value() == Some(&false));

    end(world, bob.id, &many).await;

    let wish = UserInput {
        name: Some("Wish".to_owned()),
        email: Some("wish@round.example".to_owned()),
        ..UserInput::default()
    };
    users.request_create(&wish).await.unwrap();
}

async fn tags(world: &World, user: UserId) {
    let tags = world.admin.user_tags();
    let text = |tags: &[&str]| tags.iter().map(|tag| (*tag).to_owned()).collect::<Vec<_>>();
    assert_eq!(tags.set(user, &text(&["b", "a"])).await.unwrap().len(), 2);
    assert_eq!(tags.add(user, &text(&["c"])).await.unwrap().len(), 3);
    assert_eq!(tags.remove(user, &text(&["a", "b"])).await.unwrap(), ["c"]);
    assert_eq!(tags.list(user).await.unwrap(), ["c"]);
}

async fn around(world: &World, user: UserId) {
    let users = world.admin.users();
    users.related(user).await.unwrap();
    users.oauth_clients().await.unwrap();
    let me = users.me().await.unwrap().id;
    users.entitlements(me).await.unwrap();
    let settings = users.settings().await.unwrap();
    let again = users.update_settings(&settings).await.unwrap();
    assert_eq!(again, settings);
    let brands = users.brand_agents(me).await.unwrap();
    let one = users.brand_agent(me, brands[0].id.clone()).await.unwrap();
    assert_eq!(one, brands[0]);
}

/// The job, once it has ended.
async fn ended(world: &World, queued: JobStatus) -> JobStatus {
    let waited = world
        .admin
        .jobs()
        .wait([queued.id], WaitOptions::new())
        .await
        .unwrap();
    match waited.into_iter().next().map(|job| job.end) {
        Some(Waited::Ended(status)) => {
            assert_eq!(status.status, JobState::Completed);
            *status
        }
        other => panic!("{other:?}"),
    }
}

async fn bulk(world: &World) -> Vec<UserId> {
    let users = world.admin.users();
    let people: Vec<_> = (10..20).map(person).collect();
    let job = users.create_many(&people).await.unwrap();
    let id: JobId = job.id.clone();
    let created = ended(world, job).await;
    let ids: Vec<UserId> = created
        .results
        .entries()
        .unwrap()
        .iter()
        .filter_map(|entry| entry.id.value()?.to_string().parse().ok())
        .collect();
    assert_eq!(ids.len(), 10);
    ended(world, users.create_or_update_many(&people).await.unwrap()).await;
    let change = UserInput {
        details: "all alike".into(),
        ..UserInput::default()
    };
    let alike = UpdateManyUsers::by_ids(&ids, &change);
    ended(world, users.update_many(&alike).await.unwrap()).await;
    let each: Vec<_> = people
        .iter()
        .map(|person| UserInput {
            external_id: person.external_id.clone(),
            notes: "each".into(),
            ..UserInput::default()
        })
        .collect();
    ended(
        world,
        users
            .update_many(&UpdateManyUsers::each(&each))
            .await
            .unwrap(),
    )
    .await;
    let one = users.get(ids[3]).await.unwrap();
    assert_eq!(one.details.as_deref(), Some("all alike"));
    assert_eq!(one.notes.as_deref(), Some("each"));

    let jobs = world.admin.jobs();
    assert_eq!(jobs.get(&id).await.unwrap().id, id);
    assert_eq!(
        jobs.show_many(std::slice::from_ref(&id)).await.unwrap()[0].id,
        id
    );
    let listed: Vec<_> = jobs
        .list(ListJobs::new())
        .stream()
        .try_collect()
        .await
        .unwrap();
    assert!(listed.iter().any(|job| job.id == id));
    ids
}

async fn end(world: &World, one: UserId, many: &[UserId]) {
    let users = world.admin.users();
    users.logout_many(many).await.unwrap();
    let deleted = users.delete(one).await.unwrap();
    assert_eq!(deleted.active.value(), Some(&false));
    let job = users
        .destroy_many(&DestroyManyUsers::by_ids(many))
        .await
        .unwrap();
    ended(world, job).await;

    let graveyard = world.admin.deleted_users();
    let count = graveyard.count().await.unwrap();
    let listed: Vec<_> = graveyard
        .list(ListDeletedUsers::new())
        .stream()
        .try_collect()
        .await
        .unwrap();
    assert_eq!(count.value, listed.len() as u64);
    assert_eq!(graveyard.get(one).await.unwrap().id, one);
    assert_eq!(graveyard.purge(one).await.unwrap().id, one);
    assert_eq!(
        graveyard.get(one).await.unwrap_err().kind(),
        ErrorKind::NotFound
    );
    let steps = users.compliance_deletion_statuses(one).await.unwrap();
    assert!(!steps.is_empty());
}
