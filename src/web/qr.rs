//! The link as a QR code, for a phone that is held against the screen.

use fast_qr::{ECL, Mask, QRBuilder};

use crate::crypto;

/// Light modules around the code, without which readers do not find it.
const QUIET: usize = 4;

/// A usual link's path is a little shorter.
const EXPECTED_PATH: usize = 8 << 10;

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
        // Readers undo any mask. To look for the best of all eight took a seventh of a small upload's processor time.
        let mut builder = QRBuilder::new(link);
        let code = builder.ecl(ECL::M).mask(Mask::DiagonalLines).build().ok()?;
        let mut path = String::with_capacity(EXPECTED_PATH);
        for (y, row) in code.data.chunks(code.size).take(code.size).enumerate() {
            let mut x = QUIET;
            for run in row.chunk_by(|one, next| one.value() == next.value()) {
                let length = run.len();
                if run.first().is_some_and(|module| module.value()) {
                    draw(&mut path, x, y + QUIET, length);
                }
                x += length;
            }
        }
        let size = code.size + 2 * QUIET;
        Some(Self { path, size })
    }
}

/// One run of dark modules.
fn draw(path: &mut String, x: usize, y: usize, length: usize) {
    let numbers = [("M", x), (" ", y), ("h", length), ("v1h-", length)];
    for (command, number) in numbers {
        path.push_str(command);
        push_number(path, number);
    }
    path.push('z');
}

/// As a code has a thousand runs, this is done by hand.
fn push_number(path: &mut String, number: usize) {
    if number >= 10 {
        push_number(path, number / 10);
    }
    let digit = u8::try_from(number % 10).unwrap_or_default();
    path.push(char::from(b'0' + digit));
}
