//! Bulk requests and their jobs.

use super::{Fact, assumed, differs, documented, inferred, recorded, reported};

pub(super) const FACTS: &[Fact] = &[
    recorded("The order of the keys of a job"),
    recorded("The initial shape, progress, messages, `Completed at …`"),
    recorded("A job takes about 2 s and 80 ms for each user"),
    recorded("`job_type` is there").note("in 2024; recordings of 2023 have none"),
    recorded("`job_type` of deletions is `Bulk Update User`"),
    inferred("`job_type` of creations and upserts is `Bulk Create User`"),
    recorded(
        "More than 100 ids or entries are 400, in creations and upserts with a text of their own",
    ),
    documented(
        "`update_many`: with ids or external ids in the query the body's `user` is for all, else `users` each have an `id` or an `external_id`",
    ),
    assumed("With both, the query wins"),
    recorded("Results of `create_many` and `create_or_update_many` have `id` and `status`")
        .note("choice `rows`"),
    reported("They have `email` and `external_id` as given").note("choice `echo`"),
    recorded("Results of `update_many`: `id`, `action`, `status`, `success`"),
    documented("Results of `destroy_many`: `action`, `id`, `status`, `success`")
        .note("recorded of organizations"),
    recorded("`Updating users`, `Updating user #22`"),
    assumed("Deletions of users say the same"),
    recorded("Failed entries: `index`, `error`, `id`, `details`")
        .note("of organizations; choice `failed-rows`"),
    reported("`id` of a failed entry is the user's, else the one asked for, else the index"),
    inferred(
        "`UserCreateFailed`, `UserUpdateFailed`, `UserDeleteFailed` as `error` of failed entries",
    )
    .note("from other records"),
    assumed("`RecordNotFound` and `Forbidden` as `error` of failed entries"),
    assumed("The same user twice in a batch: one after the other").note("choice `duplicates`"),
    recorded("Results are in the order of the request")
        .note("wherever it can be told; choice `results-order`"),
    assumed("`Killed at …`, results null"),
    documented(
        "30 jobs at once, then 429 `TooManyJobs`; it names `UserBulkUpdateJobV2` for updates and deletions",
    ),
    reported("That refusal is a 429 with `Retry-After: 60`"),
    assumed("It names `UserBulkCreateJob` for creations and upserts"),
    documented("Jobs are kept a day after they were created, then 404"),
    documented("The list of jobs is by completion, then creation, newest first"),
    assumed("Those that are not completed are placed by when they will be"),
    differs("There is no 404 right after queueing").note("unless `job_visible_after` says so"),
];
