//! How many there may be at once, and how they are named.

use zd_model::{JobId, OrganizationId, UserInput};
use zd_users::endpoints::{
    BrandScope, DestroyManyUsers, ShowManyOrganizations, ShowManyUserFields, ShowManyUsers,
    UpdateManyUsers,
};

use super::{USER, external_ids, ids, keyed, named, nothing_given, refused, too_many};

#[tokio::test]
async fn bulk_calls_take_one_to_a_hundred_users() {
    for (count, says) in [(0, nothing_given("users")), (101, too_many("users"))] {
        let users = vec![
            UserInput {
                name: Some("Ann".to_owned()),
                ..keyed()
            };
            count
        ];
        let users = &users;
        refused("users.create_many", &says, |client| async move {
            client.users().create_many(users).await
        })
        .await;
        refused("users.create_or_update_many", &says, |client| async move {
            client.users().create_or_update_many(users).await
        })
        .await;
        refused("users.update_many", &says, |client| async move {
            client
                .users()
                .update_many(&UpdateManyUsers::each(users))
                .await
        })
        .await;
    }
}

#[tokio::test]
async fn calls_by_ids_take_one_to_a_hundred_ids() {
    for (count, says) in [(0, nothing_given("user ids")), (101, too_many("user ids"))] {
        let ids = &ids(count);
        refused("users.show_many", &says, |client| async move {
            client.users().show_many(&ShowManyUsers::by_ids(ids)).await
        })
        .await;
        refused("users.update_many", &says, |client| async move {
            client
                .users()
                .update_many(&UpdateManyUsers::by_ids(ids, &named()))
                .await
        })
        .await;
        refused("users.destroy_many", &says, |client| async move {
            client
                .users()
                .destroy_many(&DestroyManyUsers::by_ids(ids))
                .await
        })
        .await;
        refused("users.logout_many", &says, |client| async move {
            client.users().logout_many(ids).await
        })
        .await;
    }
}

#[tokio::test]
async fn calls_by_external_ids_take_one_to_a_hundred_that_a_list_can_hold() {
    let unlistable =
        "number 2 of the external ids is empty or has a comma in it, which a list cannot hold";
    let cases = [
        (vec![], nothing_given("external ids")),
        (external_ids(101), too_many("external ids")),
        (vec!["1".into(), "a,b".into()], unlistable.to_owned()),
        (vec!["1".into(), " ".into()], unlistable.to_owned()),
    ];
    for (ids, says) in &cases {
        refused("users.show_many", says, |client| async move {
            client
                .users()
                .show_many(&ShowManyUsers::by_external_ids(ids))
                .await
        })
        .await;
        refused("users.update_many", says, |client| async move {
            client
                .users()
                .update_many(&UpdateManyUsers::by_external_ids(ids, &named()))
                .await
        })
        .await;
        refused("users.destroy_many", says, |client| async move {
            client
                .users()
                .destroy_many(&DestroyManyUsers::by_external_ids(ids))
                .await
        })
        .await;
        refused("organizations.show_many", says, |client| async move {
            client
                .organizations()
                .show_many(&ShowManyOrganizations::by_external_ids(ids))
                .await
        })
        .await;
    }
}

#[tokio::test]
async fn a_bulk_call_is_about_one_brand_and_external_ids() {
    let with_ids = "a brand goes with external ids only: ids are of all brands";
    let of_all = "a bulk call is about the users of one brand, not of all";
    let some = &[keyed()];
    refused("users.update_many", with_ids, |client| async move {
        let call = UpdateManyUsers::each(some).brand(BrandScope::Unbranded);
        client.users().update_many(&call).await
    })
    .await;
    refused("users.update_many", with_ids, |client| async move {
        let change = named();
        let call = UpdateManyUsers::by_ids(&[USER], &change).brand(BrandScope::Unbranded);
        client.users().update_many(&call).await
    })
    .await;
    refused("users.update_many", of_all, |client| async move {
        let change = named();
        let call = UpdateManyUsers::by_external_ids(&["1".into()], &change).brand(BrandScope::All);
        client.users().update_many(&call).await
    })
    .await;
    refused("users.destroy_many", with_ids, |client| async move {
        let call = DestroyManyUsers::by_ids(&[USER]).brand(BrandScope::Unbranded);
        client.users().destroy_many(&call).await
    })
    .await;
    refused("users.destroy_many", of_all, |client| async move {
        let call = DestroyManyUsers::by_external_ids(&["1".into()]).brand(BrandScope::All);
        client.users().destroy_many(&call).await
    })
    .await;
}

#[tokio::test]
async fn organizations_are_shown_one_to_a_hundred_at_once() {
    for (count, says) in [
        (0, nothing_given("organization ids")),
        (101, too_many("organization ids")),
    ] {
        let ids: &Vec<_> = &(1..=count).map(OrganizationId::new).collect();
        refused("organizations.show_many", &says, |client| async move {
            client
                .organizations()
                .show_many(&ShowManyOrganizations::by_ids(ids))
                .await
        })
        .await;
    }
}

#[tokio::test]
async fn jobs_and_fields_are_shown_one_to_a_hundred_at_once() {
    for (count, job_says, field_says) in [
        (0, nothing_given("job ids"), nothing_given("keys")),
        (101, too_many("job ids"), too_many("keys")),
    ] {
        let ids = &vec![JobId::new("x"); count];
        refused("job_statuses.show_many", &job_says, |client| async move {
            client.jobs().show_many(ids).await
        })
        .await;
        refused("user_fields.show_many", &field_says, |client| async move {
            client
                .user_fields()
                .show_many(&ShowManyUserFields::new(vec!["x"; count]))
                .await
        })
        .await;
    }
}
