use std::io::{self, BufWriter, Write};
use std::sync::{Arc, Mutex};

use super::{Out, Streams, Style};

/// A stdout that always fails in this way.
struct Broken(io::ErrorKind);

impl Write for Broken {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(self.0.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Err(self.0.into())
    }
}

#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<u8>>>);

impl Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What was written to both streams.
pub(super) struct Captured {
    stdout: Kept,
    stderr: Kept,
}

impl Captured {
    /// Streams that are kept, and whether data goes to a terminal.
    pub(super) fn out(terminal: bool) -> (Out, Self) {
        let captured = Self {
            stdout: Kept::default(),
            stderr: Kept::default(),
        };
        let mut out = out(captured.stdout.clone(), captured.stderr.clone());
        out.stdout_terminal = terminal;
        (out, captured)
    }

    /// Data and notes so far.
    pub(super) fn texts(&self) -> (String, String) {
        let text = |kept: &Kept| String::from_utf8(kept.0.lock().unwrap().clone()).unwrap();
        (text(&self.stdout), text(&self.stderr))
    }
}

fn out(stdout: impl Write + Send + 'static, stderr: Kept) -> Out {
    Out {
        streams: Arc::new(Mutex::new(Streams {
            stdout: BufWriter::with_capacity(1, Box::new(stdout)),
            closed: false,
            stderr: Box::new(stderr),
            drawn: 0,
        })),
        stdout_terminal: false,
        stderr_terminal: true,
        stdout_style: Style::plain(),
        stderr_style: Style::plain(),
    }
}

#[test]
fn a_reader_that_went_away_is_no_error() {
    let out = out(Broken(io::ErrorKind::BrokenPipe), Kept::default());
    assert!(out.data("a row\n").is_ok() && out.is_closed());
    assert!(out.data("another\n").is_ok() && out.flush().is_ok());
}

#[test]
fn a_full_disk_is_an_error() {
    let out = out(Broken(io::ErrorKind::StorageFull), Kept::default());
    let failure = out.data("a row\n").unwrap_err();
    assert_eq!(failure.code.code, "ZD1005");
    assert!(!out.is_closed());
}

#[test]
fn a_note_does_not_stand_in_the_middle_of_the_progress() {
    let stderr = Kept::default();
    let out = out(io::sink(), stderr.clone());
    out.draw(&["one".to_owned(), "two".to_owned()]);
    out.note("a note");
    out.draw(&["three".to_owned()]);
    out.erase();
    let written = String::from_utf8(stderr.0.lock().unwrap().clone()).unwrap();
    assert_eq!(
        written,
        "\rone\x1b[K\ntwo\x1b[K\n\x1b[J\x1b[2A\r\x1b[Ja note\n\rthree\x1b[K\n\x1b[J\x1b[1A\r\x1b[J"
    );
}
