//! What the operator reads of an error: all of it. The log's JSON format shows an error without its sources.

use std::error::Error;
use std::fmt::Write as _;

/// An error with all its sources on one line, outermost first.
pub fn error_chain(error: &dyn Error) -> String {
    let mut chain = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        write!(chain, ": {cause}").expect("writing to a String cannot fail");
        source = cause.source();
    }
    chain
}

#[cfg(test)]
mod tests {
    use std::{fmt, io};

    use super::*;

    #[test]
    fn a_chain_names_every_source_once() {
        #[derive(Debug)]
        struct Outer(io::Error);
        impl fmt::Display for Outer {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("cannot open the directory")
            }
        }
        impl Error for Outer {
            fn source(&self) -> Option<&(dyn Error + 'static)> {
                Some(&self.0)
            }
        }
        let error = Outer(io::Error::other("it is a file"));
        assert_eq!(
            error_chain(&error),
            "cannot open the directory: it is a file"
        );
    }
}
