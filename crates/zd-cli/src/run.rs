//! From a command line to an exit code.

use std::ffi::OsString;

use clap::error::ErrorKind;

use crate::args::{self, Cli, ColorChoice};
use crate::context::Context;
use crate::environment::Environment;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Out, Printer, Style};
use crate::{codes, commands, curl};

/// Runs the command line.
pub(crate) fn run(arguments: impl IntoIterator<Item = OsString>) -> Exit {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    let environment = Environment::process();
    match args::parse(arguments.iter().cloned()) {
        Ok(cli) => execute(cli, &arguments, environment),
        Err(error) => not_parsed(&error, &arguments, &environment),
    }
}

fn execute(cli: Cli, arguments: &[OsString], environment: Environment) -> Exit {
    let out = Out::process(cli.global.color, &environment);
    let json = cli.global.output.is_json();
    let printer = match Printer::new(&cli.global.output, &out) {
        Ok(printer) => printer,
        Err(failure) => return report(&failure, &out, json, cli.global.verbose > 0),
    };
    let verbose = cli.global.verbose > 0;
    let context = Context {
        out: out.clone(),
        printer,
        typed: typed(arguments),
        global: cli.global,
        environment,
    };
    trace(context.global.verbose, out.note_style());
    let runtime = tokio::runtime::Builder::new_multi_thread()
        // One may wait for a file or a disk that hangs: signals must be heard all the same.
        .worker_threads(2)
        .enable_all()
        .build();
    let result = match runtime {
        Ok(runtime) => {
            let result = runtime.block_on(commands::run(cli.command, &context));
            // A read of standard input cannot be called off; it must not hold up the end.
            runtime.shutdown_background();
            result
        }
        Err(error) => Err(Failure::new(&codes::INTERNAL, "cannot start").caused_by(&error)),
    };
    out.erase();
    let result = result.and_then(|exit| out.flush().map(|()| exit));
    result.unwrap_or_else(|failure| report(&failure, &out, json, verbose))
}

/// Tells what went wrong.
fn report(failure: &Failure, out: &Out, json: bool, verbose: bool) -> Exit {
    let _reported_already = out.flush();
    if json {
        out.note(&failure.json().to_string());
    } else {
        let text = failure.human(out.note_style(), verbose);
        out.note(text.trim_end());
    }
    failure.exit
}

/// Help, the version, or bad usage.
fn not_parsed(error: &clap::Error, arguments: &[OsString], environment: &Environment) -> Exit {
    let out = Out::process(wanted_color(arguments), environment);
    let render = |style: Style| {
        let text = error.render();
        let text = if style.is_on() {
            text.ansi().to_string()
        } else {
            text.to_string()
        };
        text.replacen("error:", &format!("error[{}]:", codes::USAGE.code), 1)
    };
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            let written = out.data(&render(out.style())).and_then(|()| out.flush());
            return written.map_or_else(
                |failure| {
                    out.note(failure.human(out.note_style(), false).trim_end());
                    failure.exit
                },
                |()| Exit::Done,
            );
        }
        _ => {}
    }
    let asks = |argument: &OsString| {
        argument
            .to_str()
            .is_some_and(|text| text == "--json" || text.starts_with("--json="))
    };
    let json = arguments.iter().any(asks) || environment.get("ZD_JSON").is_some();
    if json {
        let text = error.render().to_string();
        // The first paragraph: which arguments are missing, or which values there are, has lines of its own.
        let lines = text.lines().take_while(|line| !line.trim().is_empty());
        let what: Vec<&str> = lines.map(str::trim).collect();
        let what = what.join(" ");
        let failure = Failure::usage(what.trim_start_matches("error: "));
        out.note(&failure.json().to_string());
    } else {
        out.note(render(out.note_style()).trim_end());
    }
    Exit::Usage
}

/// What `--color` says on a command line that could not be parsed.
fn wanted_color(arguments: &[OsString]) -> ColorChoice {
    let mut arguments = arguments.iter().filter_map(|argument| argument.to_str());
    while let Some(argument) = arguments.next() {
        let value = match argument.strip_prefix("--color") {
            Some("") => arguments.next(),
            Some(rest) => rest.strip_prefix('='),
            None => continue,
        };
        return match value {
            Some("always") => ColorChoice::Always,
            Some("never") => ColorChoice::Never,
            _ => ColorChoice::Auto,
        };
    }
    ColorChoice::Auto
}

/// What was typed, to be typed again.
fn typed(arguments: &[OsString]) -> String {
    let mut words = vec!["zd".to_owned()];
    words.extend(
        arguments
            .iter()
            .skip(1)
            .map(|argument| curl::quote(&argument.to_string_lossy())),
    );
    words.join(" ")
}

/// `-vv` and `-vvv`: what our own crates say of themselves. Other crates may say too much.
fn trace(verbose: u8, style: Style) {
    let level = match verbose {
        0 | 1 => return,
        2 => "debug",
        _ => "trace",
    };
    let ours = ["transport", "users", "import", "sandbox"];
    let filter = ours.map(|name| format!("zd_{name}={level}")).join(",");
    // Fails only if there is a subscriber already, which then does the work.
    let _already = tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::new(filter))
        .with_writer(std::io::stderr)
        .with_ansi(style.is_on())
        .without_time()
        .try_init();
}
