//! What an import and a check ask the account before anything is sent.

use std::sync::Arc;

use zd_import::{AccountFacts, LookUpError, Organizations, Scan};

use super::intake;
use crate::args::InputArgs;
use crate::codes;
use crate::context::{Account, Context};
use crate::failure::Failure;
use crate::output::counted;
use crate::signals::Signals;

/// So many organizations are looked up to tell all that is wrong with a file at once.
const FEW: u64 = 30;

/// An account of which it is known what an import has to know.
pub(super) struct Known {
    pub(super) account: Account,
    /// None: it was only asked whether we may sign in.
    pub(super) facts: Option<Arc<AccountFacts>>,
    /// The account's requests a minute, if it told.
    pub(super) requests_a_minute: Option<u64>,
}

/// An account that did not answer as it should.
pub(super) struct Unreached {
    pub(super) failure: Failure,
    /// Why, in a word for programs.
    pub(super) stopped: &'static str,
    pub(super) name: Option<String>,
}

impl Known {
    /// Asks who we are, and if `checks` for the custom fields, as any single call does: a wrong address or wrong credentials
    /// are told within seconds. The outer error is a signal.
    pub(super) async fn ask(
        checks: bool,
        context: &Context,
        signals: &mut Signals,
    ) -> Result<Result<Self, Unreached>, Failure> {
        let account = match context.account() {
            Ok(account) => account,
            Err(failure) => {
                return Ok(Err(Unreached {
                    failure,
                    stopped: "not_signed_in",
                    name: None,
                }));
            }
        };
        if context.out.can_redraw() && !context.printer.is_for_programs() {
            context.out.draw(&[format!("asking {} …", account.name)]);
        }
        let asking = async {
            if checks {
                let facts = AccountFacts::fetch(&account.client).await?;
                let limit = facts.requests_a_minute();
                return Ok((Some(Arc::new(facts)), limit));
            }
            let limit = AccountFacts::ask_limit(&account.client).await?;
            Ok((None, limit))
        };
        let facts = tokio::select! {
            facts = asking => facts,
            exit = signals.next() => return Err(interrupted(&context.typed, exit)),
        };
        context.out.erase();
        Ok(match facts {
            Ok((facts, requests_a_minute)) => Ok(Self {
                account,
                facts,
                requests_a_minute,
            }),
            Err(error) => Err(Unreached {
                failure: account.failure(&error),
                stopped: "not_reached",
                name: Some(account.name),
            }),
        })
    }

    /// How many requests it took to ask, unless there are many custom fields.
    pub(super) fn requests(&self) -> u64 {
        1 + u64::from(self.facts.is_some())
    }

    /// Looks up the organizations that sound rows name, and checks the rows by them. If nothing is sent anyway, because other
    /// rows are invalid, that is done only where it takes few requests, and what goes wrong with it is not told: the file is.
    pub(super) async fn join(
        &self,
        mut scan: Scan,
        args: &InputArgs,
        name: &str,
        context: &Context,
        signals: &mut Signals,
    ) -> Result<Scan, Failure> {
        let named = scan.plan().organizations.map_or(0, |found| found.named);
        let is_sound = scan.is_sound();
        if self.facts.is_none() || !(is_sound || named <= FEW) {
            return Ok(scan);
        }
        let Some(named) = scan.take_organizations() else {
            return Ok(scan);
        };
        let organizations = match self.look_up(named, args, context, signals).await {
            Ok(organizations) => organizations,
            Err(failure) if is_sound || *failure.code == codes::INTERRUPTED => return Err(failure),
            Err(_) => return Ok(scan),
        };
        let file = name.to_owned();
        let work = tokio::task::spawn_blocking(move || {
            let joined = scan.with_organizations(organizations);
            joined.map_err(|error| intake::not_scanned(&file, &error))
        });
        intake::worked(work, context, signals).await
    }

    async fn look_up(
        &self,
        mut organizations: Organizations,
        args: &InputArgs,
        context: &Context,
        signals: &mut Signals,
    ) -> Result<Organizations, Failure> {
        if context.out.can_redraw() && !context.printer.is_for_programs() {
            let named = organizations.summary().named;
            let named = counted(named, "organization", "organizations");
            context.out.draw(&[format!("looking up {named} …")]);
        }
        let looked_up = tokio::select! {
            done = organizations.look_up(&self.account.client, args.create_organizations) => done
                .map_err(|error| failure(&self.account, &error).sent("nothing")),
            exit = signals.next() => Err(interrupted(&context.typed, exit)),
        };
        context.out.erase();
        looked_up?;
        Ok(organizations)
    }

    /// Creates the organizations that are not there.
    pub(super) async fn create(
        &self,
        scan: &mut Scan,
        context: &Context,
        signals: &mut Signals,
    ) -> Result<(), Failure> {
        let wanted = scan.plan().organizations.unwrap_or_default().to_create;
        if wanted == 0 {
            return Ok(());
        }
        let created = tokio::select! {
            done = scan.create_organizations(&self.account.client) => {
                done.map_err(|error| failure(&self.account, &error))
            }
            exit = signals.next() => Err(interrupted(&context.typed, exit)),
        };
        let created = created.map_err(|failure| {
            let sent = "no people; some of the organizations may have been created, and a later import finds them";
            failure.sent(sent)
        })?;
        context.out.note(&format!(
            "created {}",
            counted(created, "organization", "organizations")
        ));
        Ok(())
    }
}

fn interrupted(typed: &str, exit: crate::exit::Exit) -> Failure {
    Failure::new(&codes::INTERRUPTED, "interrupted before anything was sent")
        .sent("nothing")
        .fix(typed)
        .exit(exit)
}

fn failure(account: &Account, error: &LookUpError) -> Failure {
    match error {
        LookUpError::Call(error) => account.failure(error),
        LookUpError::Texts(error) => Failure::file("a temporary file", "read", error),
        other => Failure::new(&codes::INTERNAL, other.to_string()),
    }
}
