//! Groups of agents, and who is in them.

use zd_model::{
    Count, CountEnvelope, GroupMembership, GroupMembershipEnvelope, GroupMembershipId,
    GroupMembershipInput, GroupMembershipsPage, GroupsPage, UserId,
};

use super::calls::{body_calls, path_calls, path_lists};

path_lists! {
    /// `GET /api/v2/users/{user_id}/groups`: the groups of an agent. For agents.
    ListUserGroups(user: UserId) = USER_GROUPS_LIST => GroupsPage, by Cursor;
    /// `GET /api/v2/users/{user_id}/group_memberships`: the group memberships of an agent. For agents.
    ListGroupMemberships(user: UserId) = GROUP_MEMBERSHIPS_LIST => GroupMembershipsPage, by Cursor;
}

path_calls! {
    /// `GET /api/v2/users/{user_id}/groups/count`: how many groups an agent is in. For agents.
    CountUserGroups(user: UserId) = USER_GROUPS_COUNT => {CountEnvelope.count as Count};
    /// `GET /api/v2/users/{user_id}/group_memberships/{group_membership_id}`: a membership. For agents.
    ShowGroupMembership(user: UserId, id: GroupMembershipId) = GROUP_MEMBERSHIPS_SHOW => {GroupMembershipEnvelope.group_membership as GroupMembership};
    /// `PUT …/group_memberships/{group_membership_id}/make_default`: makes a group the default one, and gives all memberships of
    /// the agent. For agents.
    MakeGroupMembershipDefault(user: UserId, id: GroupMembershipId) = GROUP_MEMBERSHIPS_MAKE_DEFAULT => {GroupMembershipsPage.group_memberships as Vec<GroupMembership>};
    /// `DELETE /api/v2/users/{user_id}/group_memberships/{group_membership_id}`: takes an agent out of a group. For admins.
    ///
    /// The agent's open tickets of that group are taken out of it too, some time later.
    DeleteGroupMembership(user: UserId, id: GroupMembershipId) = GROUP_MEMBERSHIPS_DELETE => {nothing};
}

body_calls! {
    /// `POST /api/v2/users/{user_id}/group_memberships`: puts an agent into a group. For admins.
    CreateGroupMembership(user: UserId, ["group_membership"] membership: GroupMembershipInput) = GROUP_MEMBERSHIPS_CREATE => {GroupMembershipEnvelope.group_membership as GroupMembership};
}
