//! The texts below the flags in the help.

pub(super) const ZD_AFTER: &str = "\
Try it without an account:  zd import people.csv --sandbox
Exit codes and environment variables:  zd --help";

pub(super) const ZD_AFTER_LONG: &str = "\
Credentials come from the environment, the first complete set wins:
  the account   ZD_SUBDOMAIN (acme for acme.zendesk.com) or ZD_BASE_URL
  OAuth client  ZD_CLIENT_ID, ZD_CLIENT_SECRET
  OAuth token   ZD_OAUTH_TOKEN
  API token     ZD_EMAIL, ZD_API_TOKEN (none work after 2027-04-30)
  password      ZD_EMAIL, ZD_PASSWORD (where the account allows it)
  ZENDESK_SUBDOMAIN, ZENDESK_EMAIL, ZENDESK_API_TOKEN and ZENDESK_OAUTH_TOKEN
  are read too.
Every flag is a variable as well: --max-jobs is ZD_MAX_JOBS. The flag wins.

Users are named by a number, an e-mail address, ext:EXTERNAL_ID, or me.

Exit codes:
    0  done; every row was applied or is unchanged
    1  a defect of zd: please report it
    2  usage or configuration, or a local file that cannot be used
    3  not found: user, job, run, file
    4  credentials missing, wrong, expired or lacking a scope
    5  network or server trouble after retries: run it again later
    6  finished, but some rows failed: read the failed file
    7  the account refuses for good: ask a human
    8  pending: jobs still run
   10  a limit was reached: look at the failures, then resume
   11  the input is invalid, nothing was sent: fix the file
   12  the run's journal is in use, damaged, or of another input
  130  interrupted (Ctrl-C)
  143  terminated (SIGTERM)

Errors carry a stable code:  zd explain ZD2007";

pub(super) const IMPORT_AFTER: &str = "\
Columns are attributes of a person: external_id, email, name, phone, role,
tags, notes, details, time_zone and so on; organization.name or .external_id;
identities.TYPE; user_fields.KEY, whose type the account's definition says
(or user_fields.seats:integer; decimal, boolean, date, list). Columns that
begin with zd_ are ignored, so a failed file can be imported again as it is.

Everything is checked before anything is sent. Each row ends as exactly one of
created, updated, unchanged, failed (refused by Zendesk), invalid (refused by
zd) or indeterminate (sent, and its effect could not be established).

An import is a run: what it does is written down first, so after a crash, a lost
connection or Ctrl-C it goes on where it was. Runs are kept in ZD_STATE_DIR, or
in ~/.local/state/zd.

Examples:
  zd import people.csv --sandbox           rehearse
  zd import people.csv --dry-run           what would be done
  zd import people.csv --dry-run=diff      what would change in the account
  zd import people.csv --on-invalid skip   import what is valid
  zd import people.csv --if-changed        leave alone who is as asked
  zd import --resume                       go on with the last run
  zd import --retry-failed                 try failed rows again that may pass
  zd import - --json --outcomes ledger.jsonl < people.jsonl";

pub(super) const RUN_AFTER: &str = "\
RUN is the id of a run, or a beginning of it that is unique, or last.

Examples:
  zd run list
  zd run show last
  zd run rows last --status failed -o failed.csv
  zd run verify last --sample 1000
  zd run rm --older-than 30d";

pub(super) const RUN_ROWS_AFTER: &str = "\
The rows come from the input, which must be there and unchanged. Without it the
outcomes alone can be had:  zd run rows RUN --format jsonl

Examples:
  zd run rows last -o failed.csv                      as the import writes it
  zd run rows last --status unprocessed --bare        the rows not sent
  zd run rows last --status created --format jsonl    who is new, by user id";

pub(super) const CHECK_AFTER: &str = "\
Examples:
  zd check people.csv             by itself; no account is asked
  zd check people.csv --account   custom fields and organizations, too
  zd check crm.csv.gz --map crm.toml";

pub(super) const MAP_INIT_AFTER: &str = "\
The file that is written names for each column the attribute that it is likely
to hold, and leaves the others out with a comment. Nothing of the rows is in it.
Read and correct it, then check the input with it.

Examples:
  zd map init crm.csv -o crm.toml
  zd check crm.csv --map crm.toml
  zd import crm.csv --map crm.toml";

pub(super) const USER_AFTER: &str = "\
Wherever USER is written it is a number, an e-mail address, ext:EXTERNAL_ID
(your own id for the person), or me.

Examples:
  zd user get ann@example.com
  zd user list --role agent --fields id,name,email,last_login_at
  zd user upsert --external-id 42 --email ann@example.com --name 'Ann Lee'
  zd user tags add ext:42 vip
  zd user search tags:vip --all --format csv > vip.csv
Try any of them without an account by adding --sandbox. Whole files of people
go through  zd import.";

pub(super) const IDENTITY_AFTER: &str = "\
An identity is an e-mail address, a phone number or an account elsewhere by
which Zendesk recognizes a user. The primary one of type email is the user's
email.

Examples:
  zd identity list ext:42
  zd identity add ext:42 email ann.lee@example.com --verified
  zd identity make-primary ext:42 3812";

pub(super) const END_USER_AFTER: &str = "\
These are the calls that end users may make about themselves. They take and
show fewer attributes than `zd user`, which agents and admins use.

Examples:
  zd end-user get me
  zd end-user update me --set phone=+4930123";

pub(super) const SESSION_AFTER: &str = "\
A session is a browser in which somebody is signed in. current, renew and
logout are about the caller's own; whether Zendesk counts API credentials as a
session is not known.

Examples:
  zd session list ext:42
  zd session delete ext:42 --all";

pub(super) const DELETED_USER_AFTER: &str = "\
Deleting a user with `zd user delete` keeps a record without addresses and
external id, until `purge` ends that too, for good.

Examples:
  zd deleted-user list
  zd deleted-user purge 3812";

pub(super) const MEMBERSHIP_AFTER: &str = "\
Writing organization_id of a user, also by an import, ends all of the user's
other memberships. These commands change one membership at a time.

Examples:
  zd membership list ext:42
  zd membership add ext:42 ext:acme --default";

pub(super) const UPSERT_AFTER: &str = "\
Values given with --set take the type of their attribute (suspended=true,
tags=a,b). Values given with --field are text, but for true, false, null and
lists in brackets. --data takes any JSON.

Examples:
  zd user upsert --external-id 42 --email ann@example.com --name 'Ann Lee'
  zd user upsert --external-id 42 --field plan_tier=gold --set tags=vip,beta
  zd user upsert --email ann@example.com --set notes=null
  echo '{\"external_id\": \"42\", \"tags\": [\"vip\"]}' | zd user upsert --data -
  zd user create --from people.json";

pub(super) const UPDATE_AFTER: &str = "\
Examples:
  zd user update ext:42 --set phone=+4930123 --field plan_tier=gold
  zd user update 101 102 103 --set suspended=true
  zd user update --from changes.jsonl";

pub(super) const SEARCH_AFTER: &str = "\
The search is Zendesk's own: words match names, addresses, notes and tags, and
it lags behind writes by up to some minutes. It ends at 10,000 users; --all goes
on beyond them.

Examples:
  zd user search 'role:agent created>2026-01-01' --fields id,email
  zd user search tags:vip --all --format csv > vip.csv";

pub(super) const SETTINGS_AFTER: &str = "\
Examples:
  zd user settings
  zd user settings --set lotus.keyboard_shortcuts_enabled=true";

pub(super) const USER_FIELD_AFTER: &str = "\
Examples:
  zd user-field create plan_tier dropdown --option gold=Gold --option silver=Silver
  zd user-field create seats integer --title 'Seats' --set description='Paid seats'";

pub(super) const ORGANIZATION_AFTER: &str = "\
Examples:
  zd organization upsert --external-id acme --name 'Acme Inc.'
  zd organization upsert --name 'Acme Inc.' --set domain_names=acme.example";

pub(super) const PASSWORD_AFTER: &str = "\
The password is the first line of standard input, never an argument that others
could see; a change reads the present one first, then the new one.

Examples:
  zd password set ext:42 < password.txt
  printf '%s\\n' \"$OLD\" \"$NEW\" | zd password change me";

pub(super) const LIMITS_AFTER: &str = "\
Takes two requests: who we are, whose answer tells the account's minute, and the
newest jobs. Who has queued a job is not known. What others use shows between
two looks, so only --watch tells it; every other client counts, another zd too.

Examples:
  zd limits
  zd limits --watch
  zd limits --watch --every 1m --format jsonl >> limits.jsonl";

pub(super) const API_AFTER: &str = "\
Paths without a leading slash are below /api/v2/. Only the account itself is
asked: a URL of another host is refused, so that credentials never go there.
--paginate prints each page; a --jq filter sees one page at a time.

Examples:
  zd api users/me --jq .user.email
  zd api users/search -X GET -f query=role:agent --paginate --jq '.users[].id'
  zd api users -F 'user[name]=Ann' -F 'user[verified]=true' -F 'user[tags][]=vip'
  zd api users/42 -X PUT --input change.json -i";

pub(super) const EXPORT_AFTER: &str = "\
Every row holds what an import can set: external_id, email, name, tags and so
on, and user_fields.KEY for each custom field of the account. Columns that
begin with zd_ (in jsonl the key _zd) are for you to look at; an import ignores
them. Importing an export into the same account changes nothing, and a cell
that is empty leaves alone what the person has.

Left out, with a count: deleted people, and those without external id and
address. For admins only. Zendesk allows ten pages of 1,000 a minute and keeps
back what changed in the last minute.

Examples:
  zd user export -o people.csv
  zd user export --format jsonl --since 7d > changed.jsonl
  zd user export -o people.csv --cursor-file people.cursor   goes on if interrupted
  zd user export -o later.csv --cursor-file people.cursor    then: what changed since";

pub(super) const SANDBOX_AFTER: &str = "\
Prints the environment lines to use it with to stdout, everything else to stderr:
  zd sandbox start --port 8787 --background > sandbox.env
  . ./sandbox.env
  zd import people.csv
  zd sandbox verify people.csv --allow-extra
  zd sandbox stop
The other commands of  zd sandbox  find it by the same environment.";

pub(super) const SANDBOX_SET_AFTER: &str = "\
Settings are called like the options of  zd sandbox start : plan, rate-limits,
others, job-time, workers, bulk-import and so on; without any they are listed.
choose.KEY is for what  zd sandbox differences choices  lists.

Examples:
  zd sandbox set
  zd sandbox set plan=team job-time=30s others=none
  zd sandbox set bulk-import=false choose.failed-rows=forum";

pub(super) const SANDBOX_SEED_AFTER: &str = "\
Examples:
  zd sandbox seed --users 1000000 --seed 7
  zd sandbox seed people.csv";

pub(super) const SANDBOX_FAULT_AFTER: &str = "\
A rule is an effect, and when it strikes:
  EFFECT[(ARGUMENT)][=P%] [METHOD] [/PATH/*] [nth=3] [times=2] [body=TEXT]
  [from=10s] [until=60s]

Effects of which nothing is applied: 429 409 5xx status(503) redirect
token-expired reset-before. Applied: answer-lost reset-after half-applied html
empty garbage truncated wrong-type endless bomb slow(BYTES/s) delay(30s) hang.
Of jobs: job-killed job-failed job-stuck job-gone job-late(2s) job-takes(600s)
results-null results-shuffled results-short results-doubled results-foreign
row-failed.

Examples:
  zd sandbox fault add 429=3% 'answer-lost POST /api/v2/users/* nth=2'
  zd sandbox fault
  zd sandbox fault clear 1";

pub(super) const SANDBOX_CLOCK_AFTER: &str = "\
Examples:
  zd sandbox clock
  zd sandbox clock advance 10m
  zd sandbox clock jump 2027-04-30T00:00:00Z";

pub(super) const SANDBOX_LOG_AFTER: &str = "\
Oldest first; the last ones, if there are more than --limit. With --json
everything is shown, bodies too.

Examples:
  zd sandbox log --method POST --path '/api/v2/users/*'
  zd sandbox log --status 429 --count
  zd sandbox log --body ann@example.com --json
  zd sandbox log clear";

pub(super) const SANDBOX_VERIFY_AFTER: &str = "\
Exit 0 when everybody in the file is there as the file says, and nobody else;
exit 6 when somebody is missing, different or extra.

Examples:
  zd sandbox verify people.csv --allow-extra
  zd sandbox verify - < expected.jsonl";

pub(super) const SANDBOX_JOBS_AFTER: &str = "\
Jobs wait for these commands where they are led by hand:  --job-time hand

Examples:
  zd sandbox jobs advance next 3
  zd sandbox jobs finish next --as killed";

#[cfg(test)]
mod tests {
    use crate::exit::Exit;

    #[test]
    fn the_help_lists_every_exit_code() {
        for exit in Exit::ALL {
            let line = format!("{:>5}  {}\n", exit.number(), exit.meaning());
            assert!(super::ZD_AFTER_LONG.contains(&line), "{line}");
        }
    }
}
