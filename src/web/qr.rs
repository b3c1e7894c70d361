//! The link as a QR code, for a phone that is held against the screen.

use qrcodegen::{Mask, QrCode, QrCodeEcc, QrSegment, Version};

use crate::stack::wipe_stack;

/// Light modules around the code, without which readers do not find it.
const QUIET: i32 = 4;

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
        wipe_stack();
        qr
    }

    #[inline(never)]
    fn drawn(link: &str) -> Option<Self> {
        let data = [QrSegment::make_bytes(link.as_bytes())];
        // Readers undo any mask. To look for the best of all eight takes longer than all the rest of a small upload.
        let code = QrCode::encode_segments_advanced(
            &data,
            QrCodeEcc::Medium,
            Version::MIN,
            Version::MAX,
            Some(Mask::new(3)),
            false,
        );
        let code = code.ok()?;
        let mut path = String::with_capacity(EXPECTED_PATH);
        for y in 0..code.size() {
            let mut x = 0;
            while x < code.size() {
                let begin = x;
                while code.get_module(x, y) {
                    x += 1;
                }
                if x > begin {
                    draw(&mut path, begin + QUIET, y + QUIET, x - begin);
                }
                x += 1;
            }
        }
        let size = usize::try_from(code.size() + 2 * QUIET).ok()?;
        Some(Self { path, size })
    }
}

/// One run of dark modules.
fn draw(path: &mut String, x: i32, y: i32, length: i32) {
    let numbers = [("M", x), (" ", y), ("h", length), ("v1h-", length)];
    for (command, number) in numbers {
        path.push_str(command);
        push_number(path, number);
    }
    path.push('z');
}

/// As a code has a thousand runs, this is done by hand.
fn push_number(path: &mut String, number: i32) {
    if number >= 10 {
        push_number(path, number / 10);
    }
    let digit = u8::try_from(number % 10).unwrap_or_default();
    path.push(char::from(b'0' + digit));
}
