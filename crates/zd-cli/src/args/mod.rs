//! What was typed.

mod api;
mod deadline;
mod environment;
mod export;
mod identity;
mod import;
mod job;
mod limits;
mod map;
mod organization;
mod output;
mod run;
mod sandbox;
mod session;
mod set;
mod texts;
mod user;
mod user_field;
mod values;
mod words;

use clap::{ArgAction, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};

pub(crate) use api::ApiArgs;
pub(crate) use export::{Extra, UserExportArgs, now};
pub(crate) use identity::{
    EndUserCommand, EndUserIdentityCommand, EndUserUpdateArgs, IdentityAddArgs, IdentityArgs,
    IdentityCommand, IdentityListArgs, IdentityUpdateArgs,
};
pub(crate) use import::{
    Blank, CheckArgs, DryRun, Duplicates, EmailChange, FormArgs, ImportArgs, InputArgs,
    InputEncoding, InputFormat, MatchKey, OnInvalid, ReportingArgs,
};
pub(crate) use job::{JobCommand, JobGetArgs, JobWaitArgs};
pub(crate) use limits::LimitsArgs;
pub(crate) use map::{MapCommand, MapInitArgs};
pub(crate) use organization::{
    GroupCommand, GroupMembershipAddArgs, GroupMembershipCommand, MembershipAddArgs,
    MembershipCommand, OrganizationCommand, OrganizationListArgs, OrganizationSearchArgs,
    OrganizationUpsertArgs,
};
#[cfg(test)]
pub(crate) use output::Fields;
pub(crate) use output::{Format, Json, LimitArgs, OutputArgs};
pub(crate) use run::{
    RunCommand, RunListArgs, RunOneArgs, RunReportArgs, RunRmArgs, RunRowsArgs, RunVerifyArgs,
    Wanted,
};
pub(crate) use sandbox::{
    ClockCommand, EventsArgs, FaultCommand, JobsCommand, LogArgs, LogCommand, LogFilterArgs,
    SandboxArgs, SandboxCommand, SandboxSetArgs, SandboxStartArgs, SeedArgs, SnapshotsCommand,
    Topic, VerifyArgs,
};
pub(crate) use session::{
    DeletedUserCommand, DeletedUserPurgeArgs, PasswordCommand, SessionCommand, SessionDeleteArgs,
};
pub(crate) use set::SetArgs;
pub(crate) use user::{
    PersonArgs, UserAutocompleteArgs, UserBrandsArgs, UserCommand, UserComplianceArgs,
    UserCreateArgs, UserDeleteArgs, UserFilterArgs, UserGetArgs, UserListArgs, UserLogoutArgs,
    UserMergeArgs, UserOneArgs, UserPhotoArgs, UserSearchArgs, UserSettingsArgs, UserTagsCommand,
    UserUpdateArgs,
};
pub(crate) use user_field::{
    UserFieldCommand, UserFieldCreateArgs, UserFieldGetArgs, UserFieldOptionCommand,
    UserFieldOptionSetArgs, UserFieldUpdateArgs,
};
pub(crate) use values::{Org, Person, parse_duration};
pub(crate) use words::{for_failed_rows, resumed};

/// Get people into Zendesk, and know for every row what happened.
#[derive(Debug, Parser)]
#[command(name = "zd", version, after_help = texts::ZD_AFTER, after_long_help = texts::ZD_AFTER_LONG)]
#[command(subcommand_required = true, arg_required_else_help = true)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: GlobalArgs,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Flags that go with every command.
#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "Global options")]
pub(crate) struct GlobalArgs {
    /// Rehearse: run against a sandbox started for this command, with its own made-up account.
    ///
    /// Nothing leaves this machine and your credentials are not even read. The sandbox starts with 200 people, ten
    /// organizations and some user fields, and is gone when the command ends.
    #[arg(long, global = true)]
    pub(crate) sandbox: bool,
    /// The account's address, instead of ZD_SUBDOMAIN; plain http for this machine only.
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) base_url: Option<String>,
    /// Show requests (-v), and what happens within (-vv); without secrets and personal data.
    #[arg(short, long, global = true, action = ArgAction::Count)]
    pub(crate) verbose: u8,
    /// When to use colours; NO_COLOR and CLICOLOR_FORCE are heeded.
    #[arg(
        long,
        global = true,
        value_enum,
        default_value_t,
        value_name = "WHEN",
        hide_possible_values = true
    )]
    pub(crate) color: ColorChoice,
    /// How to show progress: auto, bar, plain (key=value lines), json or none.
    #[arg(
        long,
        global = true,
        value_enum,
        default_value_t,
        value_name = "HOW",
        hide_possible_values = true
    )]
    pub(crate) progress: ProgressChoice,
    /// Print the equivalent curl command instead of sending anything; the secret is $ZD_TOKEN in it.
    #[arg(
        long,
        global = true,
        value_enum,
        value_name = "WHAT",
        hide_possible_values = true
    )]
    pub(crate) print: Option<PrintChoice>,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

/// When to use colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum ColorChoice {
    /// On a terminal.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// How to show progress.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum ProgressChoice {
    /// A bar on a terminal, else lines.
    #[default]
    Auto,
    /// Three lines, drawn over and over.
    Bar,
    /// A line of key=value every ten seconds.
    Plain,
    /// A line of JSON every ten seconds.
    Json,
    /// Not at all.
    None,
}

/// What to print instead of sending.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum PrintChoice {
    /// The equivalent curl command.
    Curl,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Import a file of people: check all of it, send it in bulk jobs, report on every row.
    Import(Box<ImportArgs>),
    /// Look at the imports that zd keeps, their rows and reports; verify, cancel and remove them.
    #[command(subcommand, after_help = texts::RUN_AFTER)]
    Run(Box<RunCommand>),
    /// Check a file as an import would, without an account.
    Check(CheckArgs),
    /// Write files that say what becomes of an input's columns.
    #[command(subcommand)]
    Map(MapCommand),
    /// Show, find, create and change users.
    #[command(subcommand, after_help = texts::USER_AFTER)]
    User(Box<UserCommand>),
    /// Look at deleted users, and purge them.
    #[command(subcommand, after_help = texts::DELETED_USER_AFTER)]
    DeletedUser(DeletedUserCommand),
    /// Look at the addresses by which a user is known, and change them.
    #[command(subcommand, after_help = texts::IDENTITY_AFTER)]
    Identity(IdentityCommand),
    /// See and change users the way end users do it themselves.
    #[command(subcommand, after_help = texts::END_USER_AFTER)]
    EndUser(EndUserCommand),
    /// Look at the definitions of custom user fields, and change them.
    #[command(subcommand)]
    UserField(UserFieldCommand),
    /// Show, find, create and change organizations.
    #[command(subcommand)]
    Organization(OrganizationCommand),
    /// Look at who is in which organizations, and change it.
    #[command(subcommand, after_help = texts::MEMBERSHIP_AFTER)]
    Membership(MembershipCommand),
    /// Look at the groups of agents, and change who is in them.
    #[command(subcommand)]
    Group(GroupCommand),
    /// Look at where users are signed in, and sign them out.
    #[command(subcommand, after_help = texts::SESSION_AFTER)]
    Session(SessionCommand),
    /// Set and change passwords.
    #[command(subcommand)]
    Password(PasswordCommand),
    /// Look at Zendesk's bulk jobs and wait for them.
    #[command(subcommand)]
    Job(JobCommand),
    /// Show the account's requests a minute and job slots, and what others use of them.
    Limits(LimitsArgs),
    /// Send a request of your own, signed in and retried like any other.
    Api(ApiArgs),
    /// Run a local Zendesk to try things on.
    Sandbox(Box<SandboxArgs>),
    /// Explain an error code, or list them all.
    Explain {
        /// The code, such as ZD2007.
        code: Option<String>,
    },
    /// Show the version.
    Version,
}

/// The whole command tree, every flag with its environment variable.
pub(crate) fn command() -> clap::Command {
    // Words of a run that is resumed come first, and what is typed then counts.
    environment::add(Cli::command())
        .mut_subcommand("import", |import| import.args_override_self(true))
}

/// Reads the command line and the environment's flags.
pub(crate) fn parse(
    arguments: impl IntoIterator<Item = std::ffi::OsString>,
) -> Result<Cli, clap::Error> {
    let tree = command();
    let mut matches = tree.clone().try_get_matches_from(arguments)?;
    let typed = words::of_import(&tree, &matches);
    let mut cli = Cli::from_arg_matches_mut(&mut matches)?;
    if let Command::Import(args) = &mut cli.command {
        args.typed = typed;
    }
    Ok(cli)
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_tree_is_sound() {
        super::command().debug_assert();
    }

    #[test]
    fn no_command_has_a_flag_by_the_name_of_a_global_one() {
        use clap::CommandFactory as _;

        fn check(command: &clap::Command, globals: &[&str]) {
            for inner in command.get_subcommands() {
                for argument in inner.get_arguments() {
                    let id = argument.get_id().as_str();
                    assert!(!globals.contains(&id), "{} {id}", inner.get_name());
                }
                check(inner, globals);
            }
        }

        let tree = super::Cli::command();
        let globals: Vec<&str> = tree
            .get_arguments()
            .filter(|argument| argument.is_global_set())
            .map(|argument| argument.get_id().as_str())
            .collect();
        assert!(globals.contains(&"format"));
        check(&tree, &globals);
    }

    #[test]
    fn every_operation_has_the_verb_that_the_table_says() {
        let tree = super::command();
        for operation in zd_model::operation::ALL {
            let verb = operation
                .command
                .split_whitespace()
                .try_fold(&tree, |command, word| command.find_subcommand(word));
            assert!(
                verb.is_some(),
                "{}: zd {}",
                operation.name,
                operation.command
            );
        }
    }
}
