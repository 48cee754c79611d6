//! One scanner at a time: an operating system lock on a file in the data folder, which a crash gives back.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::register::failure::RegisterError;
use crate::register::place;
use crate::register::store::Store;

/// Age at which a half-written content is nobody's any more.
const ABANDONED: Duration = Duration::from_hours(24);

/// Held for as long as this lives.
#[derive(Debug)]
pub struct InstanceLock {
    _file: File,
}

/// Takes the lock of whoever hands letters to the mail server; none while somebody else has it.
pub fn take_to_post(data: &Path) -> Result<Option<InstanceLock>, RegisterError> {
    let (path, file) = open(data, "post.lock")?;
    match file.try_lock() {
        Ok(()) => Ok(Some(InstanceLock { _file: file })),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(RegisterError::io("lock", &path)(error)),
    }
}

/// Takes the lock of whoever writes letters down, and waits for it: two who write the same letters at once would each make their own.
pub fn take_to_write_letters(data: &Path) -> Result<InstanceLock, RegisterError> {
    let (path, file) = open(data, "letters.lock")?;
    file.lock().map_err(RegisterError::io("lock", &path))?;
    Ok(InstanceLock { _file: file })
}

fn open(data: &Path, name: &str) -> Result<(PathBuf, File), RegisterError> {
    place::prepare(data)?;
    let path = data.join(name);
    let file = OpenOptions::new().create(true).truncate(false).write(true).open(&path);
    let file = file.map_err(RegisterError::io("open the lock", &path))?;
    Ok((path, file))
}

/// Takes the lock or says who has it; whoever has it sweeps up after a crash.
pub fn take(data: &Path) -> Result<InstanceLock, RegisterError> {
    let (path, file) = open(data, "panelclerk.lock")?;
    match file.try_lock() {
        Ok(()) => {
            let store = Store::at(&data.join("store"));
            if store.is_there().is_ok() {
                store.sweep(ABANDONED)?;
            }
            place::sweep_scratch(data, ABANDONED)?;
            Ok(InstanceLock { _file: file })
        }
        Err(TryLockError::WouldBlock) => Err(RegisterError::Busy { path: data.to_owned() }),
        Err(TryLockError::Error(error)) => Err(RegisterError::io("lock", &path)(error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_scanner_is_told_and_the_lock_comes_back() {
        let place = tempfile::tempdir().unwrap();
        let first = take(place.path()).unwrap();
        assert!(matches!(take(place.path()), Err(RegisterError::Busy { .. })));
        drop(first);
        take(place.path()).unwrap();
    }
}
