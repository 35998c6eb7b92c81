//! Groups of agents, and who is in them.

use crate::record::record;
use crate::{GroupId, GroupMembershipId, Timestamp, UserId};

record! {
    /// A group of agents.
    Group(
        /// The id.
        id: GroupId
    ) {
        /// Where the API shows it.
        url: String,
        /// Whether agents outside of it see it.
        is_public: bool,
        /// The name.
        name: String,
        /// What it is for.
        description: String,
        /// Whether it is the account's default group.
        default: bool,
        /// Whether it was deleted.
        deleted: bool,
        /// When it was made.
        created_at: Timestamp,
        /// When it was last changed.
        updated_at: Timestamp,
    }
}

record! {
    /// An agent's membership in a group.
    GroupMembership(
        /// The id.
        id: GroupMembershipId
    ) {
        /// Where the API shows it.
        url: String,
        /// The agent.
        user_id: UserId,
        /// The group.
        group_id: GroupId,
        /// Whether the group is the agent's default one.
        default: bool,
        /// When it was made.
        created_at: Timestamp,
        /// When it was last changed.
        updated_at: Timestamp,
    }
}

record! {
    /// A membership in a group, to be made.
    GroupMembershipInput(
        /// The group.
        group_id: GroupId
    ) {
        /// Whether the group becomes the agent's default one.
        default: bool,
    }
}
