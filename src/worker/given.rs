//! The files a job is given: opened by the main process, handed to the worker as open files.
//!
//! A worker sees none of the folders they lie in. It asks for each by the path that the job has for it; the main process opens what
//! the job at hand names ([`crate::worker::work::Work::given`]), nothing else, and passes it through the line. Outside a worker
//! a file is opened where it lies.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use crate::worker::frame;
use crate::worker::line::Line;

/// First byte of a message that asks for a file.
pub(crate) const WANTED: u8 = 3;

/// Longest path or refusal that is read.
const LONGEST: usize = 64 << 10;

/// The line to the main process, in a worker.
static LINE: Mutex<Option<Line>> = Mutex::new(None);

/// From now on files are asked for through `line`.
pub(crate) fn ask_through(line: Line) {
    *LINE.lock().unwrap_or_else(PoisonError::into_inner) = Some(line);
}

/// Opens a file of the job to read.
///
/// Fails when it is not there, or the job does not name it.
pub fn open(path: &Path) -> io::Result<File> {
    let mut line = LINE.lock().unwrap_or_else(PoisonError::into_inner);
    match line.as_mut() {
        Some(line) => ask(line, path),
        None => File::open(path),
    }
}

/// All bytes of a file of the job.
///
/// Fails when it is not there, or the job does not name it.
pub fn read(path: &Path) -> io::Result<Vec<u8>> {
    let mut file = open(path)?;
    let mut bytes = Vec::with_capacity(usize::try_from(file.metadata()?.len()).unwrap_or_default());
    file.read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// How many bytes a file of the job has.
///
/// Fails when it is not there, or the job does not name it.
pub fn size(path: &Path) -> io::Result<u64> {
    Ok(open(path)?.metadata()?.len())
}

fn ask(line: &mut Line, path: &Path) -> io::Result<File> {
    let mut message = vec![WANTED];
    message.extend_from_slice(path.to_string_lossy().as_bytes());
    frame::send(line, &message)?;
    if let Some(file) = line.receive_file(path)? {
        return Ok(file);
    }
    let refused = frame::receive(line, LONGEST)?.unwrap_or_default();
    Err(io::Error::new(io::ErrorKind::PermissionDenied, String::from_utf8_lossy(&refused).into_owned()))
}
