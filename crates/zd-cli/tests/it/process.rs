//! Runs `zd` with nothing in its environment but what a test says.

use std::io::{Read, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

/// No test's command takes this long; a hanging one must not hold up the others.
const LIMIT: Duration = Duration::from_secs(90);

/// A command to be run in a directory of its own.
pub(crate) struct Zd {
    pub(crate) dir: TempDir,
    environment: Vec<(String, String)>,
}

/// What a command did.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Zd {
    pub(crate) fn new() -> Self {
        let dir = TempDir::new().unwrap();
        let state = dir.path().join(".state").display().to_string();
        Self {
            dir,
            environment: vec![("ZD_STATE_DIR".to_owned(), state)],
        }
    }

    /// Signed in to the account at this address.
    pub(crate) fn at(url: &str) -> Self {
        Self::new()
            .env("ZD_BASE_URL", url)
            .env("ZD_OAUTH_TOKEN", "an-oauth-token")
    }

    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.environment.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Writes a file into the directory.
    pub(crate) fn file(self, name: &str, content: impl AsRef<[u8]>) -> Self {
        std::fs::write(self.dir.path().join(name), content).unwrap();
        self
    }

    pub(crate) fn path(&self) -> &Path {
        self.dir.path()
    }

    pub(crate) fn read(&self, name: &str) -> String {
        String::from_utf8(std::fs::read(self.path().join(name)).unwrap()).unwrap()
    }

    pub(crate) fn exists(&self, name: &str) -> bool {
        self.path().join(name).exists()
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_zd"));
        command
            .args(arguments)
            .current_dir(self.path())
            .env_clear()
            .envs(self.environment.iter().cloned())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        finish(self.command(arguments).spawn().unwrap())
    }

    pub(crate) fn run_with(&self, arguments: &[&str], stdin: &[u8]) -> Ran {
        let mut child = self
            .command(arguments)
            .stdin(Stdio::piped())
            .spawn()
            .unwrap();
        let mut pipe = child.stdin.take().unwrap();
        let bytes = stdin.to_vec();
        // A command that does not read its input closes the pipe.
        let writer = std::thread::spawn(move || {
            let _closed = pipe.write_all(&bytes);
        });
        let ran = finish(child);
        writer.join().unwrap();
        ran
    }
}

/// Waits for the end, within the limit.
pub(crate) fn finish(mut child: Child) -> Ran {
    let read = |mut stream: Box<dyn Read + Send>| {
        std::thread::spawn(move || {
            let mut bytes = Vec::new();
            stream.read_to_end(&mut bytes).unwrap();
            String::from_utf8(bytes).unwrap()
        })
    };
    let stdout = child.stdout.take().map(|stream| read(Box::new(stream)));
    let stderr = child.stderr.take().map(|stream| read(Box::new(stream)));
    let end = LIMIT;
    let started = now();
    let code = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status.code();
        }
        if started.elapsed() > end {
            child.kill().unwrap();
            child.wait().unwrap();
            panic!(
                "the command did not end:\n{}",
                stderr.map_or_else(String::new, |reader| reader.join().unwrap())
            );
        }
        std::thread::sleep(Duration::from_millis(5));
    };
    let text = |reader: Option<std::thread::JoinHandle<String>>| {
        reader.map_or_else(String::new, |reader| reader.join().unwrap())
    };
    Ran {
        code,
        stdout: text(stdout),
        stderr: text(stderr),
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a process is waited for in real time"
)]
pub(crate) fn now() -> Instant {
    Instant::now()
}

impl Ran {
    /// The command ended with this code.
    #[track_caller]
    pub(crate) fn code(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{self:#?}");
        assert!(!self.stderr.contains("panicked"), "{self:#?}");
        self
    }

    /// stdout holds this.
    #[track_caller]
    pub(crate) fn out(self, text: &str) -> Self {
        assert!(
            self.stdout.contains(text),
            "no {text:?} in stdout of {self:#?}"
        );
        self
    }

    /// stderr holds this.
    #[track_caller]
    pub(crate) fn err(self, text: &str) -> Self {
        assert!(
            self.stderr.contains(text),
            "no {text:?} in stderr of {self:#?}"
        );
        self
    }

    /// Neither stream holds this.
    #[track_caller]
    pub(crate) fn never(self, text: &str) -> Self {
        assert!(
            !self.stderr.contains(text) && !self.stdout.contains(text),
            "{text:?} in {self:#?}"
        );
        self
    }

    /// stdout as JSON.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:#?}"))
    }

    /// stderr's last line as JSON.
    #[track_caller]
    pub(crate) fn error(&self) -> Value {
        let line = self.stderr.lines().last().unwrap_or_default();
        serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {self:#?}"))
    }
}
