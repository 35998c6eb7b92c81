//! An account that lasts: everything that changes it is written down before it is answered, and done again at the start.
//!
//! Handlers are functions of the account, a request and the time, so the requests are all there is to keep. A process that
//! is killed loses nothing that it answered; a machine that loses power may lose the last seconds.

mod deed;
mod journal;
mod record;
mod replay;

use std::io;
use std::path::PathBuf;

pub(crate) use deed::Deed;
pub(crate) use journal::Journal;
pub(crate) use replay::open;

/// A data directory that cannot be used. It says which, why, and what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DataError {
    /// It cannot be read or written.
    #[error("cannot use {}", .path.display())]
    Io {
        /// The file or directory.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Another sandbox uses it.
    #[error("{} is in use{}; end that sandbox, or take another directory", .path.display(), of_process(*.process))]
    InUse {
        /// The directory.
        path: PathBuf,
        /// The other one's process, if it said so.
        process: Option<u32>,
    },
    /// It was written by a sandbox that behaves differently.
    #[error("{} was written by version {found} of the sandbox, and this is {ours}; use that one, or another directory", .path.display())]
    OtherVersion {
        /// The file.
        path: PathBuf,
        /// The version that wrote it.
        found: String,
        /// This one.
        ours: String,
    },
    /// It began differently from what is asked for now.
    #[error("{} began with {began}, and {asked} is asked for now; leave the option out, or take another directory", .path.display())]
    BeganOtherwise {
        /// The file.
        path: PathBuf,
        /// How it began.
        began: String,
        /// What is asked for.
        asked: String,
    },
    /// An option cannot be written down.
    #[error("an option is none that a directory can keep: {what}")]
    Unkept {
        /// Which, and what could be.
        what: String,
    },
    /// It is not what was written.
    #[error("{} is damaged at byte {byte}: {what}; restore it from a copy, or take another directory", .path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// Where, from 0.
        byte: u64,
        /// What is wrong there.
        what: String,
    },
}

fn of_process(process: Option<u32>) -> String {
    process.map_or_else(String::new, |process| format!(" by process {process}"))
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::fs::{File, OpenOptions};

    use bytes::Bytes;
    use http::Request;

    use super::Journal;
    use crate::{ADMIN_EMAIL, OAUTH_TOKEN, Sandbox};

    /// A full disk: who is not told that something was done may send it again, and nothing is told behind it.
    #[tokio::test]
    async fn what_cannot_be_written_down_is_not_told() {
        let full = OpenOptions::new().append(true).open("/dev/full").unwrap();
        let lock = File::open("/dev/null").unwrap();
        let sandbox = Sandbox::builder().rate_limits(false).build();
        sandbox.inner().shell().journal = Some(Journal::new(full, 0, lock));
        let send = async |body: &'static str| {
            let request = Request::post("http://localhost/api/v2/users/create_or_update")
                .header("authorization", format!("Bearer {OAUTH_TOKEN}"))
                .header("content-type", "application/json")
                .body(Bytes::from_static(body.as_bytes()))
                .unwrap();
            let response = sandbox.transport().send(request).await.unwrap();
            let text = String::from_utf8_lossy(response.body()).into_owned();
            (response.status().as_u16(), text)
        };
        let (status, text) = send(r#"{"user":{"name":"A","external_id":"a"}}"#).await;
        assert_eq!(status, 500);
        assert!(text.contains("could not write down"), "{text}");
        let (status, text) = send(r#"{"user":{"name":"B","external_id":"b"}}"#).await;
        assert_eq!(status, 500);
        assert!(text.contains("start the sandbox again"), "{text}");
        // What is refused anyway needs no writing.
        let taken =
            format!(r#"{{"user":{{"name":"C","email":"{ADMIN_EMAIL}","external_id":"a"}}}}"#);
        assert_eq!(send(Box::leak(taken.into_boxed_str())).await.0, 422);
    }
}
