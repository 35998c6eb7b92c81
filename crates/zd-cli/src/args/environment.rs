//! Every flag is `ZD_<FLAG>` too.

use clap::builder::FalseyValueParser;
use clap::{Arg, ArgAction, Command};

/// Flags that say something about one record or one request: an environment that sets them for every command would be a trap, and
/// `ZD_EMAIL` is the caller's own address.
const NOT_FROM_ENVIRONMENT: [&str; 55] = [
    "rows_status",
    "rows_retryable",
    "rows_bare",
    "run_output",
    "older_than",
    "force_rm",
    "sample",
    "sample_seed",
    "resume",
    "retry_failed",
    "success_file",
    "unprocessed_file",
    "email",
    "external_id",
    "name",
    "role",
    "set",
    "field",
    "data",
    "from",
    "into",
    "permission_set",
    "group",
    "organization",
    "user",
    "id",
    "value",
    "verified",
    "primary",
    "default",
    "types",
    "title",
    "option",
    "position",
    "every",
    "method",
    "raw_field",
    "typed_field",
    "header",
    "input",
    "made_up",
    "made_up_seed",
    "rules_file",
    "only_count",
    "log_method",
    "log_path",
    "log_status",
    "log_body",
    "log_fault",
    "log_since",
    "events_since",
    "finish_as",
    "follow",
    "allow_extra",
    "watch",
];

/// Gives each flag of the tree its environment variable.
pub(super) fn add(command: Command) -> Command {
    command.mut_args(variable).mut_subcommands(add)
}

fn variable(arg: Arg) -> Arg {
    let Some(flag) = arg.get_long() else {
        return arg;
    };
    let name = format!("ZD_{}", flag.to_uppercase().replace('-', "_"));
    let is_switch = matches!(arg.get_action(), ArgAction::SetTrue);
    if NOT_FROM_ENVIRONMENT.contains(&arg.get_id().as_str())
        || matches!(
            arg.get_action(),
            ArgAction::Help | ArgAction::HelpShort | ArgAction::HelpLong | ArgAction::Version
        )
    {
        return arg;
    }
    let arg = arg.env(name).hide_env(true);
    if is_switch {
        // `ZD_JSON=0` and `ZD_JSON=false` mean no.
        arg.value_parser(FalseyValueParser::new())
    } else {
        arg
    }
}
