//! Folders held open, and what may be said of what lies in one: a worker may put anything there, links and pipes too.

#[cfg(not(unix))]
pub(crate) use self::other::{Folder, is_abandoned};
#[cfg(unix)]
pub(crate) use self::unix::{Folder, is_abandoned};

#[cfg(unix)]
mod unix {
    use std::fs::File;
    use std::io;
    use std::os::fd::OwnedFd;
    use std::path::Path;

    use rustix::fs::{Mode, OFlags};
    use rustix::io::Errno;

    /// Whether no running process has claimed what lies there.
    pub(crate) fn is_abandoned(path: &Path) -> bool {
        let how = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        match rustix::fs::open(path, how, Mode::empty()) {
            Ok(found) => File::from(found).try_lock().is_ok(),
            // A link is nothing that anybody claims.
            Err(error) => error == Errno::LOOP,
        }
    }

    /// A folder held open: whatever comes to have its name, this one is meant.
    #[derive(Debug)]
    pub(crate) struct Folder(File);

    impl Folder {
        /// A folder of our own; a link in its place is an error.
        ///
        /// Fails when it is not there or no folder.
        pub fn open_own(path: &Path) -> io::Result<Self> {
            let how = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
            Ok(Folder(File::from(rustix::fs::open(path, how, Mode::empty())?)))
        }

        /// Claims it for this process, until it is dropped.
        ///
        /// Fails when another process has claimed it.
        pub fn claim(&self) -> io::Result<()> {
            self.0.try_lock().map_err(io::Error::from)
        }

        /// Gives the folder `name` in it the path `to`.
        ///
        /// Fails when it is not there, or something else has that path.
        pub fn move_out(&self, name: &str, to: &Path) -> io::Result<()> {
            Ok(rustix::fs::renameat(&self.0, name, rustix::fs::CWD, to)?)
        }

        /// Makes a folder in it that was not there before.
        ///
        /// Fails when something has that name, or the folder cannot be written to.
        pub fn make(&self, name: &str) -> io::Result<Self> {
            rustix::fs::mkdirat(&self.0, name, Mode::RWXU)?;
            Ok(Folder(File::from(self.beneath(name, OFlags::DIRECTORY)?)))
        }

        /// Opens a file in it to read, without following a link or waiting on a pipe.
        ///
        /// Fails when nothing of that name is in it, or a link.
        pub fn open(&self, name: &str) -> io::Result<File> {
            Ok(File::from(self.beneath(name, OFlags::NONBLOCK | OFlags::NOCTTY)?))
        }

        /// What has this name in it and nowhere else.
        fn beneath(&self, name: &str, how: OFlags) -> io::Result<OwnedFd> {
            let how = how | OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
            #[cfg(target_os = "linux")]
            {
                use rustix::fs::ResolveFlags;
                let only = ResolveFlags::BENEATH | ResolveFlags::NO_SYMLINKS | ResolveFlags::NO_XDEV;
                match rustix::fs::openat2(&self.0, name, how, Mode::empty(), only) {
                    // Kernels of before 5.6, and containers that do not know the call. The name is one of ours and has no parts.
                    Err(Errno::NOSYS | Errno::PERM) => {}
                    opened => return Ok(opened?),
                }
            }
            Ok(rustix::fs::openat(&self.0, name, how, Mode::empty())?)
        }
    }
}

#[cfg(not(unix))]
mod other {
    use std::fs::File;
    use std::io;
    use std::path::{Path, PathBuf};

    /// Whether what lies there has not been touched for a day.
    pub(crate) fn is_abandoned(path: &Path) -> bool {
        let day = std::time::Duration::from_hours(24);
        let touched = path.symlink_metadata().and_then(|found| found.modified());
        touched.is_ok_and(|touched| touched.elapsed().is_ok_and(|age| day < age))
    }

    /// A folder by its path.
    #[derive(Debug)]
    pub(crate) struct Folder(PathBuf);

    impl Folder {
        /// A folder of our own.
        ///
        /// Fails when it is not there or no folder.
        pub fn open_own(path: &Path) -> io::Result<Self> {
            Ok(Folder(path.to_owned()))
        }

        /// Folders cannot be locked here; [`is_abandoned`] goes by their age.
        ///
        /// Fails when another process has claimed it.
        pub fn claim(&self) -> io::Result<()> {
            Ok(())
        }

        /// Gives the folder `name` in it the path `to`.
        ///
        /// Fails when it is not there, or something else has that path.
        pub fn move_out(&self, name: &str, to: &Path) -> io::Result<()> {
            std::fs::rename(self.0.join(name), to)
        }

        /// Makes a folder in it that was not there before.
        ///
        /// Fails when something has that name, or the folder cannot be written to.
        pub fn make(&self, name: &str) -> io::Result<Self> {
            let path = self.0.join(name);
            std::fs::create_dir(&path)?;
            Ok(Folder(path))
        }

        /// Opens a file in it to read.
        ///
        /// Fails when nothing of that name is in it, or a link.
        pub fn open(&self, name: &str) -> io::Result<File> {
            let path = self.0.join(name);
            if path.symlink_metadata()?.is_symlink() {
                return Err(io::ErrorKind::InvalidData.into());
            }
            File::open(path)
        }
    }
}
