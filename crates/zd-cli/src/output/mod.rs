//! The one place through which everything is written.
//!
//! Data goes to stdout, everything else to stderr. A reader that went away is no error: what would have gone to it is
//! dropped. Anything else that goes wrong with stdout is an error; stderr has nobody to complain to.

mod records;
mod style;
mod table;
mod text;

use std::io::{self, BufWriter, IsTerminal, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::Serialize;

use crate::args::ColorChoice;
use crate::codes;
use crate::environment::Environment;
use crate::failure::{Failure, plain};

pub(crate) use records::{Printer, Shape};
pub(crate) use style::Style;
pub(crate) use text::{Count, Elapsed, clean, counted, printable, rows, shorten};

/// Where output goes. Cheap to clone; clones share the streams.
#[derive(Clone)]
pub(crate) struct Out {
    streams: Arc<Mutex<Streams>>,
    stdout_terminal: bool,
    stderr_terminal: bool,
    stdout_style: Style,
    stderr_style: Style,
}

struct Streams {
    stdout: BufWriter<Box<dyn Write + Send>>,
    /// Whether stdout's reader went away.
    closed: bool,
    stderr: Box<dyn Write + Send>,
    /// How many lines of progress stand on the terminal, to be drawn over.
    drawn: usize,
}

impl Out {
    /// The process's streams.
    pub(crate) fn process(color: ColorChoice, environment: &Environment) -> Self {
        let smart = environment.get("TERM").as_deref() != Some("dumb");
        let stdout_terminal = io::stdout().is_terminal() && smart;
        let stderr_terminal = io::stderr().is_terminal() && smart;
        Self {
            streams: Arc::new(Mutex::new(Streams {
                stdout: BufWriter::with_capacity(1 << 16, Box::new(io::stdout())),
                closed: false,
                stderr: Box::new(io::stderr()),
                drawn: 0,
            })),
            stdout_terminal,
            stderr_terminal,
            stdout_style: Style::decide(color, stdout_terminal, environment),
            stderr_style: Style::decide(color, stderr_terminal, environment),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Streams> {
        self.streams.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether data goes to a terminal.
    pub(crate) const fn is_terminal(&self) -> bool {
        self.stdout_terminal
    }

    /// Whether notes go to a terminal that can be redrawn.
    pub(crate) const fn can_redraw(&self) -> bool {
        self.stderr_terminal
    }

    /// How data is coloured.
    pub(crate) const fn style(&self) -> Style {
        self.stdout_style
    }

    /// How notes are coloured.
    pub(crate) const fn note_style(&self) -> Style {
        self.stderr_style
    }

    /// The width of the terminal in columns.
    pub(crate) fn width(&self) -> usize {
        let mut table = comfy_table::Table::new();
        if !self.stdout_terminal {
            table.use_stderr();
        }
        table.width().map_or(80, usize::from).max(20)
    }

    /// Writes data as it is.
    pub(crate) fn data(&self, text: &str) -> Result<(), Failure> {
        let mut streams = self.lock();
        if self.stdout_terminal {
            streams.erase();
        }
        streams.stdout(|stdout| stdout.write_all(text.as_bytes()))
    }

    /// Writes data that may be no text.
    pub(crate) fn bytes(&self, bytes: &[u8]) -> Result<(), Failure> {
        self.lock().stdout(|stdout| stdout.write_all(bytes))
    }

    /// Writes a value as JSON: indented on a terminal, else on one line.
    pub(crate) fn json(&self, value: &impl Serialize) -> Result<(), Failure> {
        let text = if self.stdout_terminal {
            serde_json::to_string_pretty(value)
        } else {
            serde_json::to_string(value)
        };
        let text = text.map_err(|error| {
            Failure::new(&codes::INTERNAL, "a value cannot be written as JSON").caused_by(&error)
        })?;
        self.data(&(text + "\n"))
    }

    /// Writes a table for people: aligned, within the width of the terminal.
    pub(crate) fn aligned(&self, header: &[&str], rows: &[Vec<String>]) -> Result<(), Failure> {
        let text = table::aligned(header, rows, self.width(), self.stdout_style);
        self.data(&text)
    }

    /// Writes a table for programs: tabs between the cells, without a header, nothing shortened.
    pub(crate) fn tab_separated(&self, rows: &[Vec<String>]) -> Result<(), Failure> {
        self.data(&table::tab_separated(rows))
    }

    /// Whether nobody reads the data any more.
    pub(crate) fn is_closed(&self) -> bool {
        self.lock().closed
    }

    /// Sends on what is buffered.
    pub(crate) fn flush(&self) -> Result<(), Failure> {
        self.lock().stdout(Write::flush)
    }

    /// Writes a line for people, to stderr.
    pub(crate) fn note(&self, line: &str) {
        let mut streams = self.lock();
        streams.erase();
        // Data first, so that both streams in one place read in order; its errors show at the next write of data.
        let _later = streams.stdout(Write::flush);
        let _nobody_to_tell = writeln!(streams.stderr, "{line}");
    }

    /// Writes a warning.
    pub(crate) fn warn(&self, text: &str) {
        self.note(&format!("{} {text}", self.stderr_style.yellow("warning:")));
    }

    /// Draws lines of progress over the previous ones.
    pub(crate) fn draw(&self, lines: &[String]) {
        let mut streams = self.lock();
        let up = match streams.drawn {
            0 => String::new(),
            drawn => format!("\x1b[{drawn}A"),
        };
        let mut text = format!("{up}\r");
        for line in lines {
            text.push_str(line);
            text.push_str("\x1b[K\n");
        }
        text.push_str("\x1b[J");
        streams.drawn = lines.len();
        let _nobody_to_tell = streams.stderr.write_all(text.as_bytes());
        let _nobody_to_tell = streams.stderr.flush();
    }

    /// Takes the lines of progress away.
    pub(crate) fn erase(&self) {
        self.lock().erase();
    }

    /// A writer of data, for streams of lines.
    pub(crate) fn writer(&self) -> DataWriter {
        DataWriter {
            out: self.clone(),
            wants_reader: false,
        }
    }

    /// The same for data without which there is no point in going on: a reader that went away is an error.
    pub(crate) fn read_writer(&self) -> DataWriter {
        DataWriter {
            out: self.clone(),
            wants_reader: true,
        }
    }
}

impl Streams {
    fn stdout(
        &mut self,
        write: impl FnOnce(&mut BufWriter<Box<dyn Write + Send>>) -> io::Result<()>,
    ) -> Result<(), Failure> {
        if self.closed {
            return Ok(());
        }
        match write(&mut self.stdout) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                self.closed = true;
                Ok(())
            }
            Err(error) => Err(Failure::new(
                &codes::OUTPUT,
                format!("cannot write to standard output: {}", plain(&error)),
            )),
            Ok(()) => Ok(()),
        }
    }

    fn erase(&mut self) {
        if self.drawn > 0 {
            let _nobody_to_tell = write!(self.stderr, "\x1b[{}A\r\x1b[J", self.drawn);
            self.drawn = 0;
        }
    }
}

/// Writes data to stdout.
pub(crate) struct DataWriter {
    out: Out,
    /// Whether a reader that went away is an error.
    wants_reader: bool,
}

impl DataWriter {
    fn written(&self, written: Result<(), Failure>) -> io::Result<()> {
        written.map_err(|failure| io::Error::other(failure.what.clone()))?;
        match self.wants_reader && self.out.is_closed() {
            true => Err(io::ErrorKind::BrokenPipe.into()),
            false => Ok(()),
        }
    }
}

impl Write for DataWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.out.lock().stdout(|stdout| stdout.write_all(bytes));
        self.written(written).map(|()| bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        let flushed = self.out.flush();
        self.written(flushed)
    }
}

#[cfg(test)]
mod tests;
