//! Tags of users.

use zd_model::{TagsEnvelope, UserId};

use super::calls::{body_calls, path_calls};
use crate::RequestError;

fn check_tags(tags: &[String]) -> Result<(), RequestError> {
    let sound = |tag: &String| !tag.trim().is_empty() && !tag.contains(char::is_whitespace);
    if !tags.iter().all(sound) {
        return Err(RequestError::refused(
            "a tag is not empty and holds no white space",
        ));
    }
    Ok(())
}

fn check_some(tags: &[String]) -> Result<(), RequestError> {
    if tags.is_empty() {
        return Err(RequestError::Empty { what: "tags" });
    }
    check_tags(tags)
}

path_calls! {
    /// `GET /api/v2/users/{user_id}/tags`: the tags of a user. For agents.
    ListUserTags(user: UserId) = USER_TAGS_LIST => {TagsEnvelope.tags as Vec<String>};
}

body_calls! {
    /// `POST /api/v2/users/{user_id}/tags`: replaces the tags of a user, and gives what they are then. For agents.
    SetUserTags(user: UserId, ["tags"] tags: [String]) = USER_TAGS_SET => {TagsEnvelope.tags as Vec<String>} unless check_tags;
    /// `PUT /api/v2/users/{user_id}/tags`: adds tags to a user, and gives what they are then. For agents.
    AddUserTags(user: UserId, ["tags"] tags: [String]) = USER_TAGS_ADD => {TagsEnvelope.tags as Vec<String>} unless check_some;
    /// `DELETE /api/v2/users/{user_id}/tags`: takes tags from a user, and gives what is left. For agents.
    ///
    /// Tags that come from custom fields may come back with the next change of their field.
    RemoveUserTags(user: UserId, ["tags"] tags: [String]) = USER_TAGS_REMOVE => {TagsEnvelope.tags as Vec<String>} unless check_some;
}
