//! Where an export has come to: the cursor file.

use std::fs::File;
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::codes;
use crate::failure::Failure;

const VERSION: u32 = 1;
/// A cursor file is far smaller; whatever is larger is none.
const LARGEST: u64 = 1 << 20;

/// What a cursor file says. A page counts once this was written; what an output holds beyond is taken back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Place {
    pub(super) version: u32,
    /// The account's host.
    pub(super) account: String,
    /// From when on, in seconds since 1970: what counts as long as there is no cursor.
    pub(super) since: i64,
    /// Behind the last page that was written.
    pub(super) cursor: Option<String>,
    /// The output's absolute path; none for standard output.
    pub(super) output: Option<String>,
    /// How many bytes of the output count.
    pub(super) length: u64,
    /// Whether the export came to its end, so that the next one is a new one.
    pub(super) complete: bool,
    pub(super) shape: Shape,
}

/// What the pages of one output have in common.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Shape {
    pub(super) format: String,
    pub(super) deleted: bool,
    pub(super) keyless: bool,
    pub(super) columns: Vec<String>,
}

impl Place {
    pub(super) fn begin(
        account: &str,
        since: i64,
        cursor: Option<String>,
        output: Option<String>,
        shape: Shape,
    ) -> Self {
        Self {
            version: VERSION,
            account: account.to_owned(),
            since,
            cursor,
            output,
            length: 0,
            complete: false,
            shape,
        }
    }

    /// What the cursor file says; none if there is no such file.
    pub(super) fn read(path: &Path) -> Result<Option<Self>, Failure> {
        let name = path.display();
        let mut text = String::new();
        let read = File::open(path).and_then(|file| file.take(LARGEST).read_to_string(&mut text));
        match read {
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) if error.kind() == io::ErrorKind::InvalidData => return Err(no_place(path)),
            Err(error) => return Err(Failure::file(&name.to_string(), "read", &error)),
        }
        let place: Self =
            serde_json::from_str(&text).map_err(|error| no_place(path).caused_by(&error))?;
        if place.version != VERSION {
            return Err(Failure::new(
                &codes::FILE_UNUSABLE,
                format!("the cursor file {name} was written by another version of zd"),
            )
            .fix("go on with that version, or begin anew with another --cursor-file"));
        }
        Ok(Some(place))
    }

    /// Replaces the cursor file, whole or not at all, readable by this user only.
    pub(super) fn save(&self, path: &Path) -> Result<(), Failure> {
        let save = || {
            let directory = directory_of(path);
            let mut file = tempfile::Builder::new()
                .prefix(".zd-cursor-")
                .tempfile_in(&directory)?;
            let text = serde_json::to_string_pretty(self).map_err(io::Error::other)?;
            writeln!(file, "{text}")?;
            file.as_file().sync_all()?;
            file.persist(path).map_err(|error| error.error)?;
            sync_directory(&directory)
        };
        save().map_err(|error| Failure::file(&path.display().to_string(), "write", &error))
    }
}

fn no_place(path: &Path) -> Failure {
    Failure::new(
        &codes::FILE_UNUSABLE,
        format!("{} is no cursor file of an export", path.display()),
    )
    .why("it does not hold what `zd user export` writes there")
    .fix("give another --cursor-file, or remove this one and begin anew")
}

pub(super) fn directory_of(path: &Path) -> PathBuf {
    match path.parent() {
        Some(parent) if parent != Path::new("") => parent.to_owned(),
        _ => PathBuf::from("."),
    }
}

/// Makes sure that a name which was just given survives a crash of the machine.
#[cfg(unix)]
pub(super) fn sync_directory(directory: &Path) -> io::Result<()> {
    File::open(directory)?.sync_all()
}

/// A directory cannot be opened as a file here.
#[cfg(not(unix))]
pub(super) fn sync_directory(_: &Path) -> io::Result<()> {
    Ok(())
}
