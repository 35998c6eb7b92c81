//! The stable error codes: the one table that errors, `zd explain` and the documentation read.

use crate::exit::Exit;

/// A kind of error. Codes and names are stable; titles and texts may improve.
#[derive(Debug)]
pub(crate) struct Code {
    /// Such as `ZD2007`.
    pub(crate) code: &'static str,
    /// A name for programs, such as `bulk_import_off`.
    pub(crate) name: &'static str,
    /// The usual exit code.
    pub(crate) exit: Exit,
    /// What happened, in one line.
    pub(crate) title: &'static str,
    /// Why it happens.
    pub(crate) explanation: &'static str,
    /// What to do.
    pub(crate) fix: &'static str,
}

impl PartialEq for Code {
    fn eq(&self, other: &Self) -> bool {
        self.code == other.code
    }
}

macro_rules! codes {
    ($($constant:ident = $code:literal $name:literal $exit:ident: $title:literal, $explanation:literal, $fix:literal;)+) => {
        $(pub(crate) const $constant: Code = Code {
            code: $code,
            name: $name,
            exit: Exit::$exit,
            title: $title,
            explanation: $explanation,
            fix: $fix,
        };)+

        /// Every code, in order.
        pub(crate) const ALL: &[&Code] = &[$(&$constant,)+];
    };
}

codes! {
    USAGE = "ZD1001" "usage" Usage:
        "the command line is not understood",
        "A flag, a value or a subcommand is unknown, missing, or does not go with another one. Nothing was sent.",
        "run the command with --help";
    ADDRESS = "ZD1002" "address" Usage:
        "the account's address cannot be used",
        "ZD_SUBDOMAIN takes the first word of the account's host (acme for acme.zendesk.com); ZD_BASE_URL and --base-url take scheme and host (https://acme.zendesk.com). Plain http is accepted for this machine only, so that credentials never travel in the clear.",
        "set ZD_SUBDOMAIN=acme, or --base-url https://acme.zendesk.com";
    FILE_NOT_FOUND = "ZD1003" "file_not_found" NotFound:
        "the file does not exist",
        "The path names no file. A relative path starts at the current directory.",
        "check the path";
    FILE_UNUSABLE = "ZD1004" "file_unusable" Usage:
        "a local file cannot be used",
        "The file cannot be read or written: permissions, a directory in its place, a full disk, or an output that would overwrite the input.",
        "read the reason, then choose another path or free the disk";
    OUTPUT = "ZD1005" "output" Usage:
        "the output cannot be written",
        "Standard output failed for another reason than a reader that went away, such as a full disk. What was already sent to Zendesk stays sent.",
        "write to another place";
    NO_CREDENTIALS = "ZD2001" "no_credentials" Credentials:
        "no credentials",
        "zd reads credentials from the environment only, never from a flag's value, which other users of the machine could see.",
        "set ZD_SUBDOMAIN with ZD_CLIENT_ID and ZD_CLIENT_SECRET (or ZD_OAUTH_TOKEN), or try it without an account: put --sandbox behind zd";
    INCOMPLETE_CREDENTIALS = "ZD2002" "incomplete_credentials" Credentials:
        "the credentials are incomplete",
        "Some variables of a set are there and others are not. A set is: an address (ZD_SUBDOMAIN or ZD_BASE_URL), and ZD_CLIENT_ID with ZD_CLIENT_SECRET, or ZD_OAUTH_TOKEN, or ZD_EMAIL with ZD_API_TOKEN, or ZD_EMAIL with ZD_PASSWORD. The ZENDESK_ names of the first, second and third set are read too.",
        "set what is missing";
    WRONG_CREDENTIALS = "ZD2003" "wrong_credentials" Credentials:
        "Zendesk does not accept the credentials",
        "They are wrong, expired, revoked, or of another account; API tokens that were idle for 30 days are deactivated, and all of them stop on 2027-04-30. Zendesk also answers `users/me` with 200 and an anonymous user when it does not know the caller, so zd checks that the answer names somebody.",
        "check ZD_SUBDOMAIN and the credentials; in doubt make a new OAuth client in Zendesk's Admin Center";
    MISSING_SCOPE = "ZD2004" "missing_scope" Credentials:
        "the access token lacks a scope",
        "An OAuth token may do only what its scopes say. zd needs to read and to write users, and reading identities needs the plain `read` scope.",
        "make a token or a client with the scopes `read write`";
    ROLE = "ZD2005" "role" Refused:
        "the account does not let this user do that",
        "Creating and updating people takes an admin, or an agent in a custom role that may manage users. An agent may not change team members.",
        "use an admin's credentials, or ask an admin for the right";
    ADDRESS_UNKNOWN = "ZD2006" "account_not_found" Usage:
        "there is no Zendesk account at this address",
        "Zendesk answers 404 to a whole account that it does not have. The subdomain may be misspelt, or the account renamed.",
        "check ZD_SUBDOMAIN or --base-url";
    BULK_IMPORT_OFF = "ZD2007" "bulk_import_off" Refused:
        "Zendesk refused the bulk import",
        "Bulk user import is off by default in every account, and trials cannot have it. The account's owner asks Zendesk Support to turn it on. The same answer, 403 Forbidden, comes to a caller who is not an admin and has no custom role that may manage users.",
        "ask the account's owner to have Zendesk Support enable bulk user import, then import again";
    CONNECT = "ZD3001" "cannot_connect" Network:
        "cannot connect",
        "The name did not resolve, nobody listens there, TLS failed, or a proxy refused. Nothing was sent by the call that failed. zd reads HTTPS_PROXY, ALL_PROXY and NO_PROXY, and trusts what the system trusts.",
        "check the address and the network, then run the same command again";
    NO_ANSWER = "ZD3002" "no_answer" Network:
        "no usable answer",
        "The connection ended, timed out, or brought something that is not HTTP. The call only read, so nothing was changed by it.",
        "run the same command again";
    MAYBE_APPLIED = "ZD3003" "maybe_applied" Network:
        "sent, but whether it was applied is not known",
        "A write was sent and its answer was lost, or Zendesk answered with an error of its own (5xx). It may or may not have been applied. An upsert is safe to repeat: it finds the person by the same key.",
        "look, or run the same command again";
    SERVER = "ZD3004" "server_error" Network:
        "Zendesk has trouble",
        "Zendesk answered with an error of its own (5xx), also after retries. The call only read, so nothing was changed by it.",
        "run the same command again later; https://status.zendesk.com tells of incidents";
    THROTTLED = "ZD3005" "throttled" Network:
        "Zendesk asks to wait for longer than zd is willing to",
        "The account, an endpoint, or the slots for jobs (30 queued or running) are used up (429), and stayed so. A request answered with 429 was not applied.",
        "run the same command again later, or let other integrations rest";
    UNREADABLE = "ZD3006" "unreadable_answer" Network:
        "the answer cannot be read",
        "Something that is not the expected JSON came back, often a page of HTML from a proxy, a sign-in portal or a maintenance page.",
        "check that the address is Zendesk's own and that no proxy answers in its place, then run the same command again";
    UNEXPECTED = "ZD3007" "unexpected_status" Network:
        "Zendesk answered in an unexpected way",
        "The status is none that this call is known to give, such as a redirect. zd never follows redirects with credentials.",
        "check the address (a renamed account redirects), then run the same command again";
    USER_NOT_FOUND = "ZD4001" "user_not_found" NotFound:
        "no such user",
        "No user has this id, external id or e-mail address, or the caller may not see it. A deleted user loses its external id and its addresses. Zendesk's search by e-mail lags behind writes by up to some minutes.",
        "check the id; search with  zd user search QUERY";
    JOB_NOT_FOUND = "ZD4002" "job_not_found" NotFound:
        "no such job",
        "Zendesk keeps a job for one day after it was made, and right after queueing it may not know it yet.",
        "list the jobs that are known with  zd job list";
    REFUSED = "ZD4003" "refused" Rows:
        "Zendesk refused what was sent",
        "A value is missing, malformed, taken by somebody else, or not allowed. Nothing was changed.",
        "correct the values that Zendesk names, then run the same command again";
    AMBIGUOUS = "ZD4004" "ambiguous_user" NotFound:
        "several users have this e-mail address",
        "An address should be one person's; with several brands, or just after a merge, it may show up at more than one.",
        "name the user by its id";
    CONFLICT = "ZD4005" "conflict" Network:
        "two requests wrote the same person at once",
        "Zendesk answers 409 when two writes collide; this one was not applied.",
        "run the same command again";
    RECORD_NOT_FOUND = "ZD4006" "record_not_found" NotFound:
        "no such record",
        "Zendesk has no record of this kind with this id, or the caller may not see it; or the user that it belongs to does not exist.",
        "check the ids; the same command's `list` shows what there is";
    ROWS_FAILED = "ZD5001" "rows_failed" Rows:
        "some rows were not applied",
        "Each row that was not applied is in the failed file with the reason: `failed` was refused by Zendesk, `invalid` by zd before sending, and `indeterminate` was sent while its effect could not be established.",
        "correct the failed file, then import it: its zd_ columns are ignored";
    INPUT_INVALID = "ZD5002" "input_invalid" Input:
        "the input has invalid rows, nothing was sent",
        "Every row is checked before the first request. By default one invalid row stops the import.",
        "correct the rows, or import the others with --on-invalid skip";
    INPUT_UNUSABLE = "ZD5003" "input_unusable" Input:
        "the input cannot be imported, nothing was sent",
        "The file as a whole is not usable: empty, without a header or rows, an unknown column, or neither CSV nor JSON Lines.",
        "correct the file; `zd check FILE` looks at it without sending anything";
    INPUT_CHANGED = "ZD5004" "input_changed" Usage:
        "the input changed while it was being imported",
        "The file is read twice: once to check everything, once to send. It was not the same the second time, so zd stopped sending. What was sent before is in the summary.",
        "import again when nobody writes to the file: an upsert is safe to repeat";
    PENDING = "ZD5005" "pending" Pending:
        "jobs still run",
        "The time given with --timeout is over and Zendesk has not finished the jobs. They go on without zd.",
        "wait again with the same command";
    INTERRUPTED = "ZD5006" "interrupted" Interrupted:
        "interrupted",
        "The first Ctrl-C or SIGTERM stops sending and lets the jobs in flight end; the second ends at once, and rows in flight are indeterminate.",
        "import the same file again: what is applied already is only updated with the same values";
    JOB_FAILED = "ZD5007" "job_failed" Rows:
        "a job did not complete",
        "Zendesk killed the job, or it failed. Some of its entries may have been applied.",
        "look at it with  zd job get ID, then send its entries again: an upsert is safe to repeat";
    LIMIT_REACHED = "ZD5008" "limit_reached" Limit:
        "the import stopped at a limit",
        "More rows failed than --max-errors allows, the time of --max-duration or --deadline is over, or more than half of the first batch failed, which an import of more than 50 batches sends alone. Nothing new was sent after that; jobs in flight were followed to their end.",
        "look at the failed file, then go on with  zd import --resume";
    RUN_NOT_FOUND = "ZD5009" "run_not_found" NotFound:
        "no such run",
        "Runs are kept by zd on this machine, for this user, in the directory that `zd run list` names. A beginning of an id will do if only one run has it.",
        "list the runs with  zd run list";
    RUN_BUSY = "ZD5010" "run_busy" Journal:
        "another process is at this run",
        "One process at a time writes a run's journal. The lock of a process that has died is taken over.",
        "zd run watch RUN  follows it,  zd run cancel RUN  ends it";
    RUN_DAMAGED = "ZD5011" "run_damaged" Journal:
        "the journal of a run is damaged",
        "What is read is not what was written: a bit has flipped, or somebody has edited or cut the file. A write that a crash interrupted is no damage, it is cut off. zd does not guess what a damaged journal said.",
        "import the file again as a new run: rows are matched by their keys";
    RUN_NEWER = "ZD5012" "run_newer" Journal:
        "a later version of zd began the run",
        "The format of the journal is newer than this version knows.",
        "go on with the version of zd that began it";
    OTHER_INPUT = "ZD5013" "other_input" Journal:
        "the input is not the one that the run was begun with",
        "A run goes on only with the very same bytes: rows are known by their places. Nothing was sent.",
        "restore the file, or import it as it is now as a new run";
    JOURNAL_UNWRITABLE = "ZD5014" "journal_unwritable" Journal:
        "the journal cannot be written",
        "What is about to be sent is written down first. If that fails, for instance because the disk is full, nothing more is sent. What is on disk stays good.",
        "free space, then go on with  zd import --resume";
    OTHER_ACCOUNT = "ZD5015" "other_account" Usage:
        "the run was begun in another account",
        "The credentials or the address of the environment are those of another account than the run's.",
        "set ZD_SUBDOMAIN or ZD_BASE_URL and the credentials of the run's account";
    NOTHING_TO_RETRY = "ZD5016" "nothing_to_retry" Usage:
        "the run has no rows to be tried again",
        "`--retry-failed` takes the rows that failed, or whose outcome is not known, for a reason that may pass. Rows that were refused for what they say have to be corrected.",
        "correct the rows in the failed file, then import that";
    RUN_UNFINISHED = "ZD5017" "run_unfinished" Usage:
        "the run is not finished",
        "Rows of it are not sent, or were sent and nobody knows yet what became of them. Without its journal they cannot be told from the others any more.",
        "finish it with  zd import --resume RUN, or remove it all the same with  zd run rm RUN --force";
    RUN_DIFFERS = "ZD5018" "run_differs" Rows:
        "the account does not have what the run wrote",
        "`zd run verify` reads back the people of the rows that were applied. Zendesk ignored or changed a value without a word, somebody has changed it since, or the person is gone.",
        "look at the fields it names; importing the file again writes them once more";
    NO_SANDBOX = "ZD6001" "no_sandbox" Network:
        "no sandbox listens there",
        "Commands of `zd sandbox` look for a sandbox at --base-url or ZD_BASE_URL, or at --port on this machine. Nobody listens at that address: it has ended, or has not been started.",
        "zd sandbox start --background > sandbox.env, then  . ./sandbox.env";
    NOT_A_SANDBOX = "ZD6002" "not_a_sandbox" Usage:
        "what listens there does not answer as a sandbox does",
        "Another program listens at the address, or a sandbox of another version than this zd.",
        "check the address; `zd sandbox start --background` starts a sandbox and prints its own";
    SANDBOX_REFUSED = "ZD6003" "sandbox_refused" Usage:
        "the sandbox does not do that",
        "What was asked for does not exist or does not make sense, such as a snapshot that nobody made, a rule that cannot be read, or a clock that should go backwards.",
        "read what the sandbox says";
    SANDBOX_DIFFERS = "ZD6004" "sandbox_differs" Rows:
        "what is stored is not what was expected",
        "`zd sandbox verify` compares the sandbox's people with a file. Somebody is missing, has other values, or is there without standing in the file.",
        "look at the report, which names the first of each kind";
    CANNOT_LISTEN = "ZD6005" "cannot_listen" Usage:
        "the sandbox cannot listen there",
        "Another program listens at the port, perhaps another sandbox, or the port or the address needs more rights.",
        "zd sandbox start --port 0  picks a free port";
    NOT_SERVING = "ZD6006" "not_serving" Network:
        "the sandbox did not begin to serve in time",
        "A sandbox in the background has 30 seconds to begin. It was ended.",
        "start it without --background and look at what it says";
    INTERNAL = "ZD9001" "internal" Internal:
        "a defect of zd",
        "Something happened that cannot happen. What was sent to Zendesk stays sent.",
        "please report it to whoever gave you zd, with the output of  zd version";
}

/// The code of this text, in any case, with or without the letters.
pub(crate) fn find(text: &str) -> Option<&'static Code> {
    let wanted = text.trim().to_ascii_uppercase();
    ALL.iter()
        .find(|code| {
            code.code == wanted
                || code.code.strip_prefix("ZD") == Some(&wanted)
                || code.name.eq_ignore_ascii_case(&wanted)
        })
        .copied()
}

#[cfg(test)]
mod tests {
    use super::{ALL, find};

    #[test]
    fn codes_are_in_order_and_names_are_unique() {
        assert!(ALL.windows(2).all(|pair| pair[0].code < pair[1].code));
        for code in ALL {
            let same = ALL.iter().filter(|other| other.name == code.name).count();
            assert_eq!(same, 1, "{}", code.name);
            assert!(!code.title.ends_with('.') && code.explanation.ends_with('.'));
        }
    }

    #[test]
    fn a_code_is_found_by_any_of_its_spellings() {
        for text in ["ZD2007", "zd2007", "2007", " bulk_import_off "] {
            assert_eq!(find(text).map(|code| code.code), Some("ZD2007"), "{text}");
        }
        assert!(find("ZD0000").is_none() && find("").is_none());
    }
}
