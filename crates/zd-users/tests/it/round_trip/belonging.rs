//! Organizations and groups, and who is in them.

use futures_util::TryStreamExt as _;
use zd_model::{
    ExternalId, Group, GroupMembership, GroupMembershipInput, Nullable, Organization,
    OrganizationMembership, OrganizationMembershipInput, OrganizationUpsert, UserId, UserInput,
};
use zd_users::endpoints::{
    AutocompleteOrganizations, ListOrganizations, SearchOrganizations, ShowManyOrganizations,
};
use zd_users::{ErrorKind, Upserted};

use super::World;

pub(super) async fn story(world: &World) {
    let [acme, bolt] = organizations(world).await;
    memberships(world, &acme, &bolt).await;
    groups(world).await;
}

async fn organizations(world: &World) -> [Organization; 2] {
    let organizations = world.admin.organizations();
    let describe = |name: &str, external_id: &str| {
        let mut organization = OrganizationUpsert::new();
        organization.name = Nullable::Value(name.to_owned());
        organization.external_id = Nullable::Value(ExternalId::from(external_id));
        organization
    };
    let mut made = Vec::new();
    for (name, external_id) in [("Acme Round", "org-acme"), ("Bolt Round", "org-bolt")] {
        let upserted = organizations
            .create_or_update(&describe(name, external_id))
            .await
            .unwrap();
        assert!(matches!(upserted, Upserted::Created(_)));
        made.push(upserted.into_record());
    }
    let mut change = describe("Acme Round", "org-acme");
    change.notes = Nullable::Value("a customer".to_owned());
    let upserted = organizations.create_or_update(&change).await.unwrap();
    assert!(matches!(upserted, Upserted::Updated(_)));
    let [acme, bolt] = <[Organization; 2]>::try_from(made).unwrap();
    assert_eq!(upserted.record().id, acme.id);

    let shown = organizations.get(acme.id).await.unwrap();
    assert_eq!(shown.notes.as_deref(), Some("a customer"));
    let both = ShowManyOrganizations::by_ids(&[acme.id, bolt.id]);
    assert_eq!(organizations.show_many(&both).await.unwrap().len(), 2);
    let found = organizations
        .search(&SearchOrganizations::by_external_id(&"org-bolt".into()))
        .await
        .unwrap();
    assert_eq!(found[0].id, bolt.id);
    let begun = organizations
        .autocomplete(&AutocompleteOrganizations::new("Acme R"))
        .await
        .unwrap();
    assert_eq!(begun[0].id, acme.id);
    let all: Vec<Organization> = organizations
        .list(ListOrganizations::new())
        .stream()
        .try_collect()
        .await
        .unwrap();
    assert_eq!(all.len(), 12);
    [acme, bolt]
}

async fn memberships(world: &World, acme: &Organization, bolt: &Organization) {
    let person = UserInput {
        name: Some("Ola".to_owned()),
        email: Some("ola@round.example".to_owned()),
        organization_id: Nullable::Value(acme.id),
        ..UserInput::default()
    };
    let ola = world.admin.users().create(&person).await.unwrap().id;
    let memberships = world.admin.organization_memberships();
    let second = memberships
        .create(ola, &OrganizationMembershipInput::new(bolt.id))
        .await
        .unwrap();
    assert_eq!(second.default.value(), Some(&false));
    let organizations = world.admin.organizations();
    let hers: Vec<Organization> = organizations
        .list_of_user(ola)
        .stream()
        .try_collect()
        .await
        .unwrap();
    assert_eq!(hers.len(), 2);
    let count = organizations.count_of_user(ola).await.unwrap();
    assert_eq!(count.value, 2);
    assert_eq!(memberships.get(ola, second.id).await.unwrap().id, second.id);

    let all = memberships.make_default(ola, second.id).await.unwrap();
    let default = all
        .iter()
        .find(|membership| membership.default.value() == Some(&true));
    assert_eq!(default.unwrap().id, second.id);
    assert_eq!(default_of(world, ola).await, Some(bolt.id));
    organizations.make_default(ola, acme.id).await.unwrap();
    assert_eq!(default_of(world, ola).await, Some(acme.id));

    organizations.unassign(ola, bolt.id).await.unwrap();
    let left: Vec<OrganizationMembership> =
        memberships.list(ola).stream().try_collect().await.unwrap();
    assert_eq!(left.len(), 1);
    memberships.delete(ola, left[0].id).await.unwrap();
    assert_eq!(default_of(world, ola).await, None);
}

async fn default_of(world: &World, user: UserId) -> Option<zd_model::OrganizationId> {
    let user = world.admin.users().get(user).await.unwrap();
    user.organization_id.value().copied()
}

async fn groups(world: &World) {
    let me = world.admin.users().me().await.unwrap().id;
    let groups = world.admin.groups();
    let mine: Vec<Group> = groups
        .list_of_user(me)
        .stream()
        .try_collect()
        .await
        .unwrap();
    let count = groups.count_of_user(me).await.unwrap();
    assert_eq!(count.value, mine.len() as u64);

    let agent = world
        .admin
        .users()
        .list(zd_users::endpoints::ListUsers::new().role(zd_model::Role::Agent))
        .page()
        .await
        .unwrap()
        .users
        .remove(0)
        .id;
    let memberships = world.admin.group_memberships();
    let present: Vec<GroupMembership> = memberships
        .list(agent)
        .stream()
        .try_collect()
        .await
        .unwrap();
    // A group that the agent is not in yet: leave one of those that there are, and come back.
    let first = &present[0];
    let group = *first.group_id.value().unwrap();
    memberships.delete(agent, first.id).await.unwrap();
    let back = memberships
        .create(agent, &GroupMembershipInput::new(group))
        .await
        .unwrap();
    assert_eq!(memberships.get(agent, back.id).await.unwrap().id, back.id);
    let all = memberships.make_default(agent, back.id).await.unwrap();
    let default = all
        .iter()
        .find(|membership| membership.default.value() == Some(&true));
    assert_eq!(default.unwrap().id, back.id);
    let twice = memberships
        .create(agent, &GroupMembershipInput::new(group))
        .await
        .unwrap_err();
    assert_eq!(twice.kind(), ErrorKind::Invalid);
}
