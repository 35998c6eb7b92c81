//! Copies of what can be read only once.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;

use super::{Input, InputError};

/// How many bytes are copied at a time.
const PIECE: usize = 64 * 1024;

/// The name of the file that [`Input::spool_into`] makes.
pub const SPOOLED: &str = "input";

impl Input {
    /// Copies everything to an unnamed temporary file, of which this is then the input.
    ///
    /// # Errors
    ///
    /// If reading or copying fails, or what comes is plainly not CSV or JSON.
    pub fn spool(name: &str, reader: impl Read) -> Result<Self, InputError> {
        // Unnamed from the start, or made with mode 0600: nobody else can open it.
        let mut file = tempfile::tempfile().map_err(InputError::Spool)?;
        copy(reader, &mut file)?;
        Self::new(name.to_owned(), None, Box::new(file))
    }

    /// Copies everything to the file [`SPOOLED`] in this directory, of which this is then the input: only this user can
    /// read it, and when this returns it outlives a crash of the machine. Whoever goes on with the import later
    /// [opens](Self::open) the file and gives it its [name](Self::named) again.
    ///
    /// # Errors
    ///
    /// If there is such a file already, reading or copying fails, or what comes is plainly not CSV or JSON. A copy that
    /// failed is removed.
    pub fn spool_into(
        directory: impl AsRef<Path>,
        name: &str,
        reader: impl Read,
    ) -> Result<Self, InputError> {
        let directory = directory.as_ref();
        let mut options = File::options();
        options.read(true).write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let path = directory.join(SPOOLED);
        let mut file = options.open(&path).map_err(InputError::Spool)?;
        let copied = copy(reader, &mut file)
            .and_then(|()| make_durable(&file, directory).map_err(InputError::Spool))
            .and_then(|()| Self::open(&path));
        if copied.is_err() {
            // Whatever keeps it from being removed, the error that led here is the one to tell.
            let _ = std::fs::remove_file(&path);
        }
        Ok(copied?.named(name))
    }
}

fn copy(mut reader: impl Read, file: &mut File) -> Result<(), InputError> {
    let mut buffer = vec![0; PIECE];
    loop {
        let length = match reader.read(&mut buffer) {
            Ok(0) => return Ok(()),
            Ok(length) => length,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(InputError::Unreadable(error)),
        };
        file.write_all(&buffer[..length])
            .map_err(InputError::Spool)?;
    }
}

/// The file's content, and its name in the directory.
fn make_durable(file: &File, directory: &Path) -> io::Result<()> {
    file.sync_all()?;
    if cfg!(unix) {
        File::open(directory)?.sync_all()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pipe_is_read_whole() {
        let text = format!("email\n{}", "a@b.example\n".repeat(100_000));
        let mut input = Input::spool("pipe", text.as_bytes()).unwrap();
        let mut spooled = String::new();
        input.source.read_to_string(&mut spooled).unwrap();
        assert_eq!(spooled, text);
    }

    #[test]
    fn a_copy_that_is_to_last_is_this_users_alone() {
        let directory = tempfile::tempdir().unwrap();
        let text = "email\na@b.example\n";
        let input = Input::spool_into(&directory, "standard input", text.as_bytes()).unwrap();
        assert_eq!(input.name(), "standard input");
        let path = directory.path().join(SPOOLED);
        assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = std::fs::metadata(&path).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        // Another run's copy is never overwritten.
        let again = Input::spool_into(&directory, "standard input", text.as_bytes());
        assert!(matches!(again, Err(InputError::Spool(_))));
        assert!(path.exists());
    }

    #[test]
    fn a_copy_that_failed_leaves_nothing() {
        struct Broken;
        impl Read for Broken {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(io::Error::other("gone"))
            }
        }
        let directory = tempfile::tempdir().unwrap();
        for result in [
            Input::spool_into(&directory, "x", "email\n".as_bytes().chain(Broken)),
            Input::spool_into(&directory, "x", "".as_bytes()),
        ] {
            assert!(result.is_err());
            assert_eq!(std::fs::read_dir(&directory).unwrap().count(), 0);
        }
    }
}
