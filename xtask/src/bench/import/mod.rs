//! `zd import` of a large file into a sandbox in another process, beside clients that do the same without checking anything and
//! without a journal: bare hyper as the floor, and two clients of others.

mod bodies;
mod contender;
mod floor;
mod zd;

use std::path::PathBuf;
use std::process::Command;

use anyhow::Context as _;

use super::figures::{Figures, Goal};
use super::input::{self, Settings};
use super::peers::{NODE_ZENDESK, Peer, ZENPY};
use super::{FLOOR, machine};
use contender::{Contender, Took};

pub(super) use floor::run as floor;

/// As many rows are wrong, in ways that zd sees and in ways that only Zendesk sees.
const ERRORS: &str = "0.5%";
/// So many jobs of others are on their way at once; zd has as many as it has by default.
const JOBS: &str = "10";

const FLOOR_NAME: &str = "bare hyper";

/// What is asked beside the file.
#[derive(Debug)]
struct Asked {
    /// Rows for clients of others, which are slow.
    peer_rows: String,
    /// Where the picture goes.
    plot: Option<PathBuf>,
}

pub(super) fn run(arguments: &[String]) -> anyhow::Result<()> {
    let (asked, rest) = asked(arguments)?;
    let settings = input::prepare(&rest, 1_000_000, Some(ERRORS))?;
    let mut figures = Figures::beside("");
    let mut contenders = Vec::new();
    let measured = measure(&settings, &asked, &mut figures, &mut contenders);
    println!("{}", contender::table(&contenders));
    println!("{}", figures.table());
    println!("{}", machine::line());
    measured?;
    if let Some(file) = &asked.plot {
        std::fs::write(file, picture(&contenders))
            .with_context(|| format!("cannot write {}", file.display()))?;
    }
    figures.ensure_held()
}

/// Takes its own words out; the rest is about the file.
fn asked(arguments: &[String]) -> anyhow::Result<(Asked, Vec<String>)> {
    let mut asked = Asked {
        peer_rows: "20000".to_owned(),
        plot: None,
    };
    let mut rest = Vec::new();
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        let mut value = || {
            let value = words.next();
            value.with_context(|| format!("{word} needs a value"))
        };
        match word.as_str() {
            "--peer-rows" => asked.peer_rows = value()?.parse::<u64>()?.to_string(),
            "--plot" => asked.plot = Some(PathBuf::from(value()?)),
            _ => rest.push(word.clone()),
        }
    }
    Ok((asked, rest))
}

fn measure(
    settings: &Settings,
    asked: &Asked,
    figures: &mut Figures,
    contenders: &mut Vec<Contender>,
) -> anyhow::Result<()> {
    let zd = zd::measure(settings, figures).context("zd")?;
    contenders.push(Contender {
        name: "zd",
        took: Ok(zd),
    });
    let this = std::env::current_exe().context("this program does not know where it is")?;
    let floor = contender::run(&settings.zd, |sandbox| {
        let mut command = Command::new(&this);
        command.args(["bench", FLOOR]).arg(&settings.file);
        command.args([&sandbox.url, JOBS]);
        command
    });
    let floor = floor.context(FLOOR_NAME)?;
    contenders.push(Contender {
        name: FLOOR_NAME,
        took: Ok(floor),
    });
    goals(&zd, &floor, figures);
    for (peer, goal) in [(NODE_ZENDESK, 8.0), (ZENPY, 60.0)] {
        let took = drive(&peer, settings, asked).with_context(|| peer.name)?;
        if let Ok(took) = &took {
            let what = match peer.name {
                "zenpy" => "zenpy's CPU, times zd's",
                _ => "node-zendesk's CPU, times zd's",
            };
            let times = took.micros_a_row() / zd.micros_a_row();
            figures.add(what, times, None, Some(Goal::AtLeast(goal)));
        }
        contenders.push(Contender {
            name: peer.name,
            took,
        });
    }
    Ok(())
}

fn goals(zd: &Took, floor: &Took, figures: &mut Figures) {
    let cost = zd.micros_a_row();
    figures.add("CPU µs a row", cost, None, Some(Goal::AtMost(6.0)));
    figures.add(
        "CPU, times bare hyper's",
        cost / floor.micros_a_row(),
        None,
        Some(Goal::AtMost(3.0)),
    );
    // HTTP/1.1 needs one for each request that is under way, and those are no more than jobs.
    figures.add(
        "connections, one for each job at once",
        zd.counts.connections as f64,
        None,
        Some(Goal::AtMost(zd::JOBS)),
    );
}

/// What a client of others took beyond its start, or why it cannot run here.
fn drive(peer: &Peer, settings: &Settings, asked: &Asked) -> anyhow::Result<Result<Took, String>> {
    let command = match peer.command() {
        Ok(command) => command,
        Err(why) => return Ok(Err(why)),
    };
    let run = |rows: &str| {
        contender::run(&settings.zd, |sandbox| {
            let mut command = command(&sandbox.url);
            command.arg("import").arg(&settings.file);
            command.args([rows, JOBS]);
            command
        })
    };
    let start = run("0")?;
    let mut took = run(&asked.peer_rows)?;
    // Of so few rows, what it takes to start would be a large part.
    took.spent.cpu_micros -= start.spent.cpu_micros;
    Ok(Ok(took))
}

/// What a row costs each of them.
fn picture(contenders: &[Contender]) -> String {
    let mut bars = crate::plot::Bars::new("CPU time to import a row", "µs a row");
    for contender in contenders {
        if let Ok(took) = &contender.took {
            bars = bars.bar(contender.name, took.micros_a_row());
        }
    }
    bars.svg()
}
