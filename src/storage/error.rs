use std::fmt;
use std::io;

type Source = Box<dyn std::error::Error + Send + Sync>;

/// What went wrong outside. It names the operation and hides the driver.
#[derive(Debug)]
pub enum StorageError {
    /// Redis or the file system did not do it; whether it happened may be unknown.
    Unavailable {
        /// What was being done.
        operation: &'static str,
        /// Why not.
        source: Source,
    },
    /// There is no room for it: the disk is full, or fuller than the operator allows.
    Full {
        /// What was being done.
        operation: &'static str,
    },
    /// What is stored is not what was written.
    Corrupt {
        /// What was read.
        what: &'static str,
        /// What is wrong with it.
        source: Source,
    },
    /// Fewer replicas than demanded confirmed a write in time.
    NotReplicated,
    /// It is not there.
    Missing {
        /// What was looked for.
        what: &'static str,
    },
}

impl StorageError {
    pub(crate) fn unavailable(
        operation: &'static str,
        source: impl std::error::Error + Send + Sync + 'static,
    ) -> Self {
        Self::Unavailable {
            operation,
            source: Box::new(source),
        }
    }

    /// An IO error of the blob store: no room is told apart, everything else is unavailability.
    pub(super) fn io(operation: &'static str, source: io::Error) -> Self {
        match source.kind() {
            io::ErrorKind::StorageFull
            | io::ErrorKind::QuotaExceeded
            | io::ErrorKind::FileTooLarge => Self::Full { operation },
            _ => Self::Unavailable {
                operation,
                source: Box::new(source),
            },
        }
    }
}

impl fmt::Display for StorageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unavailable { operation, .. } => write!(f, "storage unavailable: {operation}"),
            Self::Full { operation } => write!(f, "no room left: {operation}"),
            Self::Corrupt { what, .. } => write!(f, "{what} is damaged"),
            Self::NotReplicated => f.write_str("too few replicas confirmed a write"),
            Self::Missing { what } => write!(f, "{what} is missing"),
        }
    }
}

impl std::error::Error for StorageError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Unavailable { source, .. } | Self::Corrupt { source, .. } => {
                Some(source.as_ref())
            }
            Self::Full { .. } | Self::NotReplicated | Self::Missing { .. } => None,
        }
    }
}
