//! Users as lists: pages, counts, searches, exports.

use futures_util::TryStreamExt as _;
use zd_model::{ExternalId, GroupId, OrganizationId, Role, UserId};
use zd_users::endpoints::{
    Autocomplete, AutocompletePost, CountUsers, ExportUsers, ExportUsersByTime, Include, ListUsers,
    SearchExport, SearchQuery, SearchUsers, ShowManyUsers,
};

use super::World;

/// What the sandbox's account holds at its start: 200 people, an admin and an agent.
const USERS: usize = 202;

pub(super) async fn story(world: &World) {
    let users = world.admin.users();

    // All of them, three pages, none twice.
    let all: Vec<_> = users
        .list(ListUsers::new().include(Include::Organizations))
        .stream()
        .try_collect()
        .await
        .unwrap();
    let ids: std::collections::BTreeSet<_> = all.iter().map(|user| user.id).collect();
    assert_eq!((all.len(), ids.len()), (USERS, USERS));
    let count = users.count(CountUsers::new()).await.unwrap();
    assert_eq!(count.value, USERS as u64);
    let agents: Vec<_> = users
        .list(ListUsers::new().role(Role::Agent))
        .stream()
        .try_collect()
        .await
        .unwrap();
    assert_eq!(agents.len(), 1);

    // By key, with what came along.
    let page = users
        .show_many(
            &ShowManyUsers::by_external_ids(&[ExternalId::from("seed-0001")])
                .include(Include::Identities),
        )
        .await
        .unwrap();
    let ann = &page.users[0];
    assert!(!page.identities.value().unwrap().is_empty());
    assert_eq!(users.get(ann.id).await.unwrap(), *ann);
    assert_eq!(users.me().await.unwrap().role.value(), Some(&Role::Admin));

    // By what they are about.
    let email = ann.email.as_deref().unwrap();
    let query = SearchQuery::email(email);
    let found: Vec<_> = users
        .search(SearchUsers::by_query(query.clone()))
        .stream()
        .try_collect()
        .await
        .unwrap();
    assert_eq!(
        found.iter().map(|user| user.id).collect::<Vec<_>>(),
        [ann.id]
    );
    let exported: Vec<_> = users
        .search_export(SearchExport::users(query))
        .stream()
        .try_collect()
        .await
        .unwrap();
    assert_eq!(exported[0].id, ann.id);
    let beginning: String = ann.name.as_deref().unwrap().chars().take(4).collect();
    let has = |users: &[zd_model::User]| users.iter().any(|user| user.id == ann.id);
    let by_name = users
        .autocomplete(&Autocomplete::by_name(&*beginning))
        .await
        .unwrap();
    assert!(has(&by_name));
    let by_post = users
        .autocomplete_post(&AutocompletePost::by_name(&*beginning))
        .await
        .unwrap();
    assert!(has(&by_post));

    of_an_organization(world, *ann.organization_id.value().unwrap()).await;
    of_a_group(world).await;
    exports(world, &ids).await;
}

async fn of_an_organization(world: &World, id: OrganizationId) {
    let users = world.admin.users();
    let members: Vec<_> = users
        .list_of_organization(id)
        .stream()
        .try_collect()
        .await
        .unwrap();
    assert!(!members.is_empty());
    assert!(
        members
            .iter()
            .all(|user| user.organization_id.value() == Some(&id))
    );
    let count = users.count_of_organization(id).await.unwrap();
    assert_eq!(count.value, members.len() as u64);
}

async fn of_a_group(world: &World) {
    let users = world.admin.users();
    let me = users.me().await.unwrap().id;
    let group: GroupId = *users
        .get(me)
        .await
        .unwrap()
        .default_group_id
        .value()
        .expect("an agent has a default group");
    let members: Vec<_> = users
        .list_of_group(group)
        .stream()
        .try_collect()
        .await
        .unwrap();
    assert!(members.iter().any(|user| user.id == me));
    let count = users.count_of_group(group).await.unwrap();
    assert_eq!(count.value, members.len() as u64);
}

async fn exports(world: &World, ids: &std::collections::BTreeSet<UserId>) {
    let exports = world.admin.exports();
    let by_cursor: std::collections::BTreeSet<UserId> = exports
        .users(ExportUsers::since(0).page_size(100))
        .stream()
        .map_ok(|user| user.id)
        .try_collect()
        .await
        .unwrap();
    assert_eq!(&by_cursor, ids);
    let by_time: std::collections::BTreeSet<UserId> = exports
        .users_by_time(ExportUsersByTime::since(0).page_size(100))
        .stream()
        .map_ok(|user| user.id)
        .try_collect()
        .await
        .unwrap();
    assert_eq!(&by_time, ids);
}
