//! Calls about groups of agents, and who is in them.

use zd_model::{Count, GroupMembership, GroupMembershipId, GroupMembershipInput, UserId};

use super::handle;
use crate::endpoints::{
    CountUserGroups, CreateGroupMembership, DeleteGroupMembership, ListGroupMemberships,
    ListUserGroups, MakeGroupMembershipDefault, ShowGroupMembership,
};

handle! {
    /// Calls about the groups of agents.
    Groups {
        /// Lists the groups of an agent.
        lists list_of_user(user: UserId) -> ListUserGroups = ListUserGroups::new(user);
        /// Counts the groups of an agent.
        reads count_of_user(user: UserId) -> Count = CountUserGroups::new(user);
    }
}

handle! {
    /// Calls about memberships in groups.
    GroupMemberships {
        /// Lists the memberships of an agent.
        lists list(user: UserId) -> ListGroupMemberships = ListGroupMemberships::new(user);
        /// Shows a membership.
        reads get(user: UserId, id: GroupMembershipId) -> GroupMembership = ShowGroupMembership::new(user, id);
        /// Puts an agent into a group.
        writes create(user: UserId, membership: &GroupMembershipInput) -> GroupMembership = CreateGroupMembership::new(user, membership);
        /// Makes a membership the default one, and gives all of them.
        writes make_default(user: UserId, id: GroupMembershipId) -> Vec<GroupMembership> = MakeGroupMembershipDefault::new(user, id);
        /// Takes an agent out of a group.
        writes delete(user: UserId, id: GroupMembershipId) -> () = DeleteGroupMembership::new(user, id);
    }
}
