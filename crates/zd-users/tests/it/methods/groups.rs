//! Groups of agents, and who is in them.

use zd_model::{GroupId, GroupMembershipId, GroupMembershipInput, UserId};

use super::{COUNT, NOTHING, cases};

const MEMBERSHIP: &str =
    r#"{"group_membership": {"id": 4, "user_id": 7, "group_id": 3, "default": true}}"#;
const MEMBERSHIPS: &str = r#"{"group_memberships": [{"id": 4, "group_id": 3, "default": true}, {"id": 5, "group_id": 2, "default": false}],
    "next_page": null, "previous_page": null, "count": 2}"#;

cases! {
    USER_GROUPS_LIST: groups().list_of_user(UserId::new(7)).page()
        => "GET /api/v2/users/7/groups?page%5Bsize%5D=100", 200
            r#"{"groups": [{"id": 3, "name": "Support", "is_public": true, "default": false, "deleted": false}], "next_page": null, "count": 1}"#, |page| {
            assert_eq!(page.groups[0].name.as_deref(), Some("Support"));
        }
    USER_GROUPS_COUNT: groups().count_of_user(UserId::new(7))
        => "GET /api/v2/users/7/groups/count", 200 COUNT, |count| {
            assert_eq!(count.value, 102);
        }
    GROUP_MEMBERSHIPS_LIST: group_memberships().list(UserId::new(7)).page()
        => "GET /api/v2/users/7/group_memberships?page%5Bsize%5D=100", 200 MEMBERSHIPS, |page| {
            assert_eq!(page.group_memberships.len(), 2);
        }
    GROUP_MEMBERSHIPS_SHOW: group_memberships().get(UserId::new(7), GroupMembershipId::new(4))
        => "GET /api/v2/users/7/group_memberships/4", 200 MEMBERSHIP, |membership| {
            assert_eq!(membership.group_id.value(), Some(&GroupId::new(3)));
        }
    GROUP_MEMBERSHIPS_CREATE: group_memberships().create(UserId::new(7), &GroupMembershipInput::new(GroupId::new(3)))
        => r#"POST /api/v2/users/7/group_memberships {"group_membership":{"group_id":3}}"#, 201 MEMBERSHIP, |membership| {
            assert_eq!(membership.id, GroupMembershipId::new(4));
        }
    GROUP_MEMBERSHIPS_MAKE_DEFAULT: group_memberships().make_default(UserId::new(7), GroupMembershipId::new(4))
        => "PUT /api/v2/users/7/group_memberships/4/make_default", 200 MEMBERSHIPS, |memberships| {
            assert_eq!(memberships[0].default.value(), Some(&true));
        }
    GROUP_MEMBERSHIPS_DELETE: group_memberships().delete(UserId::new(7), GroupMembershipId::new(4))
        => "DELETE /api/v2/users/7/group_memberships/4", 204 NOTHING, |()| {}
}
