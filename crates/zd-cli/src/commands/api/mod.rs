//! `zd api`: any request, signed in, retried and limited like the others.

mod body;
mod call;
mod pages;

use std::collections::HashSet;

use bytes::Bytes;
use http::{Extensions, Response};
use serde_json::Value;
use zd_users::Endpoint as _;

use super::caller::Caller;
use crate::args::ApiArgs;
use crate::codes;
use crate::context::{Account, Context};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Out, Shape, printable};

use call::RawCall;

const SHAPE: Shape = Shape::new("answer", "answers", &[]);

/// Sends the request and writes what comes back, whatever its status; a refusal is an error all the same.
pub(super) async fn run(args: ApiArgs, context: &Context) -> Result<Exit, Failure> {
    let call = RawCall::new(&args)?;
    if args.paginate && call.method() != http::Method::GET {
        return Err(Failure::usage("--paginate goes with GET only")
            .why("the pages after the first one are read by GET")
            .fix("leave --paginate out, or add -X GET"));
    }
    let caller = Caller::new(context)?;
    if context.prints_curl() {
        context.print_curl(&call)?;
        return Ok(Exit::Done);
    }
    let account = caller.account()?;
    let mut seen = HashSet::new();
    let mut next = Some(call);
    while let Some(call) = next.take() {
        let response = account
            .client
            .execute_raw(&call, Extensions::new())
            .await
            .map_err(|error| failure(account, &call, &error))?;
        write(&response, &args, context)?;
        let body = call
            .parse(response)
            .map_err(|error| failure(account, &call, &error))?;
        if !args.paginate || context.out.is_closed() {
            break;
        }
        let Some(body) = body else {
            return Err(Failure::new(
                &codes::UNREADABLE,
                "the answer is no JSON, so it has no next page",
            )
            .at("account", &account.name)
            .at("call", call.described())
            .fix("leave --paginate out"));
        };
        seen.insert(call.target().to_owned());
        next = match pages::next(&body) {
            Ok(Some(url)) if seen.contains(&url) => {
                return Err(Failure::new(
                    &codes::UNEXPECTED,
                    "the next page is one that was there before, so the list would never end",
                )
                .at("account", &account.name)
                .at("call", call.described())
                .fix("ask for fewer records at once, or report it to Zendesk"));
            }
            Ok(Some(url)) => Some(call.page(url)?),
            Ok(None) => None,
            Err(why) => {
                return Err(Failure::new(&codes::UNEXPECTED, why)
                    .at("account", &account.name)
                    .at("call", call.described()));
            }
        };
    }
    Ok(Exit::Done)
}

/// The failure of a call that has no name.
fn failure(account: &Account, call: &RawCall, error: &zd_users::Error) -> Failure {
    let mut failure = account.failure(error);
    for (kind, place) in &mut failure.place {
        if *kind == "call" {
            *place = call.described();
        }
    }
    failure
}

/// Writes an answer: as it came, or as the flags want its JSON.
fn write(response: &Response<Bytes>, args: &ApiArgs, context: &Context) -> Result<(), Failure> {
    let out = &context.out;
    if args.include {
        out.data(&head(response))?;
    }
    let body = response.body();
    if body.is_empty() {
        return Ok(());
    }
    let json = serde_json::from_slice::<Value>(body).ok();
    match json {
        // A refusal is shown as it is: a filter is about what was asked for.
        Some(json) if !context.printer.is_plain() && response.status().is_success() => {
            context.printer.record(&SHAPE, &json)
        }
        Some(json) if out.is_terminal() => out.data(&format!("{json:#}\n")),
        _ => as_it_came(body, out),
    }
}

fn as_it_came(body: &Bytes, out: &Out) -> Result<(), Failure> {
    if out.is_terminal() {
        let text = String::from_utf8_lossy(body);
        return out.data(&format!("{}\n", printable(text.trim_end())));
    }
    out.bytes(body)?;
    if body.ends_with(b"\n") {
        return Ok(());
    }
    out.data("\n")
}

/// Status line and headers.
fn head(response: &Response<Bytes>) -> String {
    let mut text = format!("{:?} {}\n", response.version(), response.status());
    for (name, value) in response.headers() {
        let value = String::from_utf8_lossy(value.as_bytes());
        text.push_str(&format!("{name}: {}\n", crate::output::clean(&value)));
    }
    text.push('\n');
    text
}
