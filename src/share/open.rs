//! Opening a file that somebody else has put there: without following a link, and without waiting on a pipe that took its place.

use std::fs::File;
use std::io;
use std::path::Path;

/// Opens a file to read. A link is an error; a pipe is opened at once and can be told by its metadata.
pub(crate) fn to_read(path: &Path) -> io::Result<File> {
    #[cfg(unix)]
    {
        use rustix::fs::{Mode, OFlags};
        let how = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        Ok(File::from(rustix::fs::open(path, how, Mode::empty())?))
    }
    #[cfg(not(unix))]
    File::open(path)
}
