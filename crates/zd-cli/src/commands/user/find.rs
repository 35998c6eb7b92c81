//! `zd user search` and `zd user autocomplete`.

use zd_users::endpoints::{Autocomplete, AutocompletePost, SearchExport, SearchUsers};

use crate::args::{UserAutocompleteArgs, UserSearchArgs};
use crate::commands::caller::Caller;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Shape;

/// The search ends after so many users; the export of a search does not.
const SEARCH_ENDS_AT: u64 = 10_000;

/// Finds users, as many as wanted.
pub(super) async fn search(args: UserSearchArgs, caller: &Caller<'_>) -> Result<Exit, Failure> {
    match (&args.external_id, &args.query) {
        (Some(id), _) => {
            let call = SearchUsers::by_external_id(&id.as_str().into());
            caller.list(&Shape::USER, call, &args.limit).await
        }
        (None, Some(query)) => match args.limit.wanted() {
            Some(wanted) if wanted <= SEARCH_ENDS_AT => {
                let call = SearchUsers::by_query(query.as_str());
                caller.list(&Shape::USER, call, &args.limit).await
            }
            _ => {
                let call = SearchExport::users(query.as_str());
                caller.list(&Shape::USER, call, &args.limit).await
            }
        },
        (None, None) => Err(Failure::usage("nothing to search for")),
    }
}

/// Finds users by how they begin.
pub(super) async fn autocomplete(
    args: UserAutocompleteArgs,
    caller: &Caller<'_>,
) -> Result<Exit, Failure> {
    macro_rules! find {
        ($kind:ident) => {{
            let mut call = if args.phone {
                $kind::by_phone(args.beginning)
            } else {
                $kind::by_name(args.beginning)
            };
            if args.assignable {
                call = call.assignable();
            }
            if args.requester {
                call = call.requester();
            }
            caller.show_all(&Shape::USER, &call).await
        }};
    }
    if args.post {
        find!(AutocompletePost)
    } else {
        find!(Autocomplete)
    }
}
