//! Exit codes: what a script may rely on.

use std::process::ExitCode;

/// How a command ended. The numbers are stable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Done: every row applied or unchanged.
    Done,
    /// A defect of zd.
    Internal,
    /// Usage or configuration, or a local file that cannot be read or written.
    Usage,
    /// Not found: user, job, file.
    NotFound,
    /// Credentials missing, wrong, expired, or lacking a scope.
    Credentials,
    /// Network or server trouble that outlasted the retries.
    Network,
    /// Finished; some rows failed or are indeterminate.
    Rows,
    /// The account refuses for good.
    Refused,
    /// Pending: jobs still run.
    Pending,
    /// A limit was reached: `--max-errors`, `--max-duration`, or the first batch failed; resumable.
    Limit,
    /// The input is invalid; nothing was sent.
    Input,
    /// The journal of a run is locked or damaged, or belongs to another input.
    Journal,
    /// Ended by SIGINT.
    Interrupted,
    /// Ended by SIGTERM.
    Terminated,
}

impl Exit {
    /// Every exit code, in the order of the documentation.
    #[cfg(test)]
    pub(crate) const ALL: [Self; 14] = [
        Self::Done,
        Self::Internal,
        Self::Usage,
        Self::NotFound,
        Self::Credentials,
        Self::Network,
        Self::Rows,
        Self::Refused,
        Self::Pending,
        Self::Limit,
        Self::Input,
        Self::Journal,
        Self::Interrupted,
        Self::Terminated,
    ];

    /// The number.
    pub(crate) const fn number(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Internal => 1,
            Self::Usage => 2,
            Self::NotFound => 3,
            Self::Credentials => 4,
            Self::Network => 5,
            Self::Rows => 6,
            Self::Refused => 7,
            Self::Pending => 8,
            Self::Limit => 10,
            Self::Input => 11,
            Self::Journal => 12,
            Self::Interrupted => 130,
            Self::Terminated => 143,
        }
    }

    /// What it means, in a few words.
    pub(crate) const fn meaning(self) -> &'static str {
        match self {
            Self::Done => "done; every row was applied or is unchanged",
            Self::Internal => "a defect of zd: please report it",
            Self::Usage => "usage or configuration, or a local file that cannot be used",
            Self::NotFound => "not found: user, job, run, file",
            Self::Credentials => "credentials missing, wrong, expired or lacking a scope",
            Self::Network => "network or server trouble after retries: run it again later",
            Self::Rows => "finished, but some rows failed: read the failed file",
            Self::Refused => "the account refuses for good: ask a human",
            Self::Pending => "pending: jobs still run",
            Self::Limit => "a limit was reached: look at the failures, then resume",
            Self::Journal => "the run's journal is in use, damaged, or of another input",
            Self::Input => "the input is invalid, nothing was sent: fix the file",
            Self::Interrupted => "interrupted (Ctrl-C)",
            Self::Terminated => "terminated (SIGTERM)",
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.number())
    }
}
