//! The project's own chores, run as `cargo xtask TASK`; without a task it lists them.

#![expect(
    clippy::print_stdout,
    reason = "chores talk to the person at the terminal, and a closed pipe may stop them"
)]

mod acceptance;
mod bench;
mod ci;
mod contract;
mod coverage;
mod json_diff;
mod lists;
mod memory;
mod openapi;
mod peers;
mod people;
mod plot;
mod recorded;
mod replay;
mod sandbox;
mod soak;
mod soak_course;
mod soak_kill;
mod soak_records;
mod soak_signals;
mod tidy;
mod workspace;

use std::process::ExitCode;

/// A chore.
struct Task {
    name: &'static str,
    arguments: &'static str,
    summary: &'static str,
    run: fn(&[String]) -> anyhow::Result<()>,
}

/// Every chore; a new one gets its module and its line here.
const TASKS: &[Task] = &[
    Task {
        name: "ci",
        arguments: "",
        summary: "everything that must hold before a change is taken; .ci/run runs this",
        run: ci::run,
    },
    Task {
        name: "tidy",
        arguments: "",
        summary: "rules of the house that no compiler knows: layers, sizes, headings, banned words",
        run: tidy::run,
    },
    Task {
        name: "recorded",
        arguments: "DIR",
        summary: "reads and writes back every recorded response body and compares",
        run: recorded::run,
    },
    Task {
        name: "replay",
        arguments: "DIR [--zd BINARY]",
        summary: "sends recorded requests to a sandbox in another process and compares the answers with the recorded ones",
        run: replay::run,
    },
    Task {
        name: "people",
        arguments: "--help",
        summary: "writes realistic people as CSV, some of them wrong on purpose, and the list of what is wrong",
        run: people::run,
    },
    Task {
        name: "acceptance",
        arguments: "[--rows N] [--seed S] [--errors P] [--dir DIR] [--only good|bad]",
        summary: "imports a large file with planted errors into a sandbox in another process, without and with faults",
        run: acceptance::run,
    },
    Task {
        name: "coverage",
        arguments: "[--openapi FILE]",
        summary: "writes docs/coverage.md from the table of operations, or compares the table with the vendor's OpenAPI document",
        run: coverage::run,
    },
    Task {
        name: "contract",
        arguments: "--openapi FILE [--zd BINARY]",
        summary: "drives every operation against a sandbox and holds the answers against the vendor's OpenAPI document",
        run: contract::run,
    },
    Task {
        name: "peers",
        arguments: "[--only zenpy|node-zendesk|guide] [--zd BINARY]",
        summary: "drives two clients of others, zenpy and node-zendesk, against a sandbox",
        run: peers::run,
    },
    Task {
        name: "lists",
        arguments: "[--users N]",
        summary: "lists accounts of 10,000 and 250,000 people and compares the most memory that the command held",
        run: lists::run,
    },
    Task {
        name: "kill",
        arguments: "[--kills N] [--rows N] [--seed S]",
        summary: "kills an import at random instants and resumes it; fails where a row is lost, told twice or sent again",
        run: soak_kill::run,
    },
    Task {
        name: "signals",
        arguments: "[--times N] [--rows N] [--seed S]",
        summary: "ends an import by signals and closed pipes at random instants; fails where it takes too long or cannot go on",
        run: soak_signals::run,
    },
    Task {
        name: "bench",
        arguments: "sandbox|check|import|call …",
        summary: "measures the sandbox, the check of ten million rows, an import of a million or a single upsert, beside something bare and clients of others; fails where a goal does not hold",
        run: bench::run,
    },
    Task {
        name: "simulate",
        arguments: "[--seeds N] [--from S] | crashes",
        summary: "runs the import engine under virtual time by seeds, or through a crash in every operation of the disk",
        run: soak::simulate,
    },
    Task {
        name: "soak",
        arguments: "4|5|6|7|9|10",
        summary: "runs a row of the table in docs/testing.md at its full volume and tells its figures",
        run: soak::run,
    },
];

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let Some(name) = arguments.next() else {
        println!("usage: cargo xtask TASK [ARGUMENTS]\n");
        for task in TASKS {
            let call = format!("{} {}", task.name, task.arguments);
            println!("  {call:<18} {}", task.summary);
        }
        return ExitCode::SUCCESS;
    };
    let Some(task) = TASKS.iter().find(|task| task.name == name) else {
        println!("no task `{name}`; `cargo xtask` lists them");
        return ExitCode::from(2);
    };
    match (task.run)(&arguments.collect::<Vec<_>>()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("{}: {error:#}", task.name);
            ExitCode::FAILURE
        }
    }
}
