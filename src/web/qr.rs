//! The link as a QR code, for a phone that is held against the screen.

use std::fmt::Write as _;

use fast_qr::{ECL, QRBuilder};

use crate::crypto;

/// Light modules around the code, without which readers do not find it.
const QUIET: usize = 4;

/// A QR code to be drawn in a square of [`Self::size`] by [`Self::size`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Qr {
    /// The dark modules as the data of an SVG path: one subpath for each run of them in a row.
    pub path: String,
    /// The side of the square in modules, the quiet zone included.
    pub size: usize,
}

impl Qr {
    /// The code of a link, with error correction of level M. A link of more than 2331 bytes has none.
    pub fn of(link: &str) -> Option<Self> {
        let qr = Self::drawn(link);
        // The link lies there, folded into the code.
        crypto::wipe_stack();
        qr
    }

    #[inline(never)]
    fn drawn(link: &str) -> Option<Self> {
        let code = QRBuilder::new(link).ecl(ECL::M).build().ok()?;
        let mut path = String::new();
        for y in 0..code.size {
            let row = code.data.iter().skip(y * code.size).take(code.size);
            let dark: Vec<bool> = row.map(|module| module.value()).collect();
            let mut x = QUIET;
            for run in dark.chunk_by(|one, next| one == next) {
                let length = run.len();
                if run.first() == Some(&true) {
                    let y = y + QUIET;
                    write!(path, "M{x} {y}h{length}v1h-{length}z")
                        .expect("writing into a String cannot fail");
                }
                x += length;
            }
        }
        let size = code.size + 2 * QUIET;
        Some(Self { path, size })
    }
}
