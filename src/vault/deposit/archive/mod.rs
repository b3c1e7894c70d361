//! Several files as one ZIP, framed while they arrive: bytes in, bytes out.
//!
//! Promises: nothing is held back but the list of names, which the ZIP repeats at its end; no name leads out of the folder
//! it is unpacked in, none stands twice.

mod names;

use std::io::{self, Write};
use std::sync::Mutex;

use time::OffsetDateTime;
use zip::write::{SimpleFileOptions, StreamWriter};
use zip::{CompressionMethod, DateTime, ZipWriter};

use crate::share::{FileName, FilePath, Timestamp};

use names::Names;

/// From this size on the sizes of an entry need the fields of ZIP64. Not every program reads those, so entries that stay
/// smaller do without.
const ZIP64: u64 = 0xFFFF_FFFF;
/// What the archive is called when its files share no folder.
const NAME: &str = "files.zip";

/// A ZIP being framed.
pub(super) struct Archive {
    zip: ZipWriter<StreamWriter<Sink>>,
    time: DateTime,
    names: Names,
    files: usize,
    /// The folder all files so far lie in.
    top: Option<FileName>,
}

impl Archive {
    /// An archive without files, all of which will carry this time.
    pub(super) fn new(now: Timestamp) -> Self {
        Self {
            zip: ZipWriter::new_stream(Sink::default()),
            time: dos_time(now).unwrap_or(DateTime::DEFAULT),
            names: Names::default(),
            files: 0,
            top: None,
        }
    }

    /// Begins the next file, which has at most so many bytes.
    pub(super) fn begin(&mut self, path: &FilePath, at_most: u64) -> io::Result<()> {
        let top = path.folders().first();
        if self.files == 0 {
            self.top = top.cloned();
        } else if self.top.as_ref() != top {
            self.top = None;
        }
        self.files += 1;
        let options = SimpleFileOptions::DEFAULT
            .compression_method(CompressionMethod::Stored)
            .last_modified_time(self.time)
            .unix_permissions(0o644)
            .large_file(at_most >= ZIP64);
        let name = self.names.give(path);
        Ok(self.zip.start_file(name, options)?)
    }

    /// Takes the next piece of the file begun last.
    pub(super) fn write(&mut self, content: &[u8]) -> io::Result<()> {
        self.zip.write_all(content)
    }

    /// What has been framed since the last call.
    pub(super) fn take(&self) -> Vec<u8> {
        let sink = self.zip.get_ref().map(StreamWriter::get_ref);
        sink.map(Sink::take).unwrap_or_default()
    }

    /// The end of the archive, and its name: that of the folder all files lie in, if there is one.
    pub(super) fn finish(self) -> io::Result<(Vec<u8>, FileName)> {
        let framed = self.zip.finish()?.into_inner().take();
        let name = match &self.top {
            Some(folder) => FileName::sanitise(&format!("{}.zip", folder.as_str())),
            None => FileName::sanitise(NAME),
        };
        Ok((framed, name))
    }
}

/// Where the framing writes to. The crate lends it out for reading only.
#[derive(Default)]
struct Sink(Mutex<Vec<u8>>);

impl Sink {
    fn take(&self) -> Vec<u8> {
        std::mem::take(&mut *self.0.lock().expect("no holder of the sink panics"))
    }
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let held = self.0.get_mut().expect("no holder of the sink panics");
        held.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A ZIP can tell the years from 1980 to 2107.
fn dos_time(now: Timestamp) -> Option<DateTime> {
    let seconds = i64::try_from(now.as_millis() / 1000).ok()?;
    let time = OffsetDateTime::from_unix_timestamp(seconds).ok()?;
    let year = u16::try_from(time.year()).ok()?;
    let (month, day) = (u8::from(time.month()), time.day());
    DateTime::from_date_and_time(year, month, day, time.hour(), time.minute(), time.second()).ok()
}

#[cfg(test)]
mod tests;
