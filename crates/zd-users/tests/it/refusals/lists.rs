//! Keys, queries and pages.

use zd_model::BrandAgentId;
use zd_users::endpoints::{
    Autocomplete, AutocompleteOrganizations, AutocompletePost, ExportUsers, ExportUsersByTime,
    ListUsers, SearchExport, SearchOrganizations, SearchUsers,
};

use super::{USER, nothing_given, refused};

#[tokio::test]
async fn a_blank_key_would_ask_for_something_else() {
    refused(
        "job_statuses.show",
        "the job_id is empty",
        |client| async move { client.jobs().get(&"".into()).await },
    )
    .await;
    refused(
        "user_fields.show",
        "the user_field_id is empty",
        |client| async move { client.user_fields().get("").await },
    )
    .await;
    refused(
        "user_fields.delete",
        "the user_field_id is empty",
        |client| async move { client.user_fields().delete("").await },
    )
    .await;
    refused(
        "users.brand_agent",
        "the brand_agent_id is empty",
        |client| async move {
            client
                .users()
                .brand_agent(USER, BrandAgentId::new(""))
                .await
        },
    )
    .await;
}

#[tokio::test]
async fn a_search_for_nothing_would_find_everybody() {
    let says = &nothing_given("search text");
    for blank in ["", " \t"] {
        refused("users.search", says, |client| async move {
            client
                .users()
                .search(SearchUsers::by_query(blank))
                .page()
                .await
        })
        .await;
        refused("users.search", says, |client| async move {
            client
                .users()
                .search(SearchUsers::by_external_id(&blank.into()))
                .page()
                .await
        })
        .await;
        refused("search.export", says, |client| async move {
            client
                .users()
                .search_export(SearchExport::users(blank))
                .page()
                .await
        })
        .await;
        refused("users.autocomplete", "no name given", |client| async move {
            client
                .users()
                .autocomplete(&Autocomplete::by_name(blank))
                .await
        })
        .await;
        refused(
            "users.autocomplete_post",
            "no phone given",
            |client| async move {
                client
                    .users()
                    .autocomplete_post(&AutocompletePost::by_phone(blank))
                    .await
            },
        )
        .await;
        refused(
            "organizations.search",
            "no name given",
            |client| async move {
                client
                    .organizations()
                    .search(&SearchOrganizations::by_name(blank))
                    .await
            },
        )
        .await;
        refused(
            "organizations.search",
            "no external_id given",
            |client| async move {
                client
                    .organizations()
                    .search(&SearchOrganizations::by_external_id(&blank.into()))
                    .await
            },
        )
        .await;
        refused(
            "organizations.autocomplete",
            "no name given",
            |client| async move {
                client
                    .organizations()
                    .autocomplete(&AutocompleteOrganizations::new(blank))
                    .await
            },
        )
        .await;
    }
    refused(
        "organizations.autocomplete",
        "an autocompletion of organizations needs two letters at least",
        |client| async move {
            client
                .organizations()
                .autocomplete(&AutocompleteOrganizations::new("A"))
                .await
        },
    )
    .await;
}

#[tokio::test]
async fn pages_have_their_sizes_and_numbers() {
    for size in [0, 101] {
        let says = format!("a page holds 1 to 100 records, not {size}");
        refused("users.list", &says, |client| async move {
            client
                .users()
                .list(ListUsers::new().page_size(size))
                .page()
                .await
        })
        .await;
        refused("users.search", &says, |client| async move {
            client
                .users()
                .search(SearchUsers::by_query("x").page_size(size))
                .page()
                .await
        })
        .await;
    }
    for size in [0, 1001] {
        let says = format!("a page holds 1 to 1000 records, not {size}");
        refused("incremental.users_cursor", &says, |client| async move {
            client
                .exports()
                .users(ExportUsers::since(0).page_size(size))
                .page()
                .await
        })
        .await;
        refused("incremental.users", &says, |client| async move {
            client
                .exports()
                .users_by_time(ExportUsersByTime::since(0).page_size(size))
                .page()
                .await
        })
        .await;
    }
    for (page, size, last) in [(0, 100, 100), (101, 100, 100), (201, 50, 200)] {
        let says = format!("pages are numbered from 1 to {last}, so there is no page {page}");
        refused("users.search", &says, |client| async move {
            client
                .users()
                .search(SearchUsers::by_query("x").page_size(size).page(page))
                .page()
                .await
        })
        .await;
    }
}

#[tokio::test]
async fn an_export_begins_somewhere() {
    let says = "an export begins in 1970 at the earliest";
    refused("incremental.users_cursor", says, |client| async move {
        client.exports().users(ExportUsers::since(-1)).page().await
    })
    .await;
    refused("incremental.users", says, |client| async move {
        client
            .exports()
            .users_by_time(ExportUsersByTime::since(-1))
            .page()
            .await
    })
    .await;
    refused(
        "incremental.users_cursor",
        "no cursor given",
        |client| async move { client.exports().users(ExportUsers::after("")).page().await },
    )
    .await;
}
