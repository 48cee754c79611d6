//! The line between the main process and a worker: starting a child with it, both ends, open files passed through it, its end.

#[cfg(not(unix))]
pub(crate) use self::other::{Line, LineToChild, kill, line_to_child};
#[cfg(unix)]
pub(crate) use self::unix::{Line, LineToChild, kill, line_to_child};

#[cfg(unix)]
mod unix {
    use std::fs::File;
    use std::io::{self, IoSlice, IoSliceMut, Read, Write};
    use std::mem::MaybeUninit;
    use std::os::fd::{AsFd, OwnedFd};
    use std::os::unix::net::UnixStream;
    use std::os::unix::process::CommandExt;
    use std::path::Path;
    use std::process::{Child, Command, Stdio};

    use rustix::net::{
        RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SendAncillaryBuffer, SendAncillaryMessage,
        SendFlags, recvmsg, sendmsg,
    };
    use rustix::process::{Pid, Signal, kill_process_group};

    /// Starts `command` in a process group of its own, with a line to it.
    ///
    /// The line is the child's standard input, both ways, so that nothing a library prints can garble an answer.
    pub(crate) fn line_to_child(
        command: &mut Command,
    ) -> io::Result<(Child, impl Read + use<>, LineToChild)> {
        let (ours, theirs) = UnixStream::pair()?;
        command.stdin(Stdio::from(OwnedFd::from(theirs))).stdout(Stdio::null()).stderr(Stdio::piped());
        let child = command.process_group(0).spawn()?;
        // The command keeps a copy of the child's end; while it does, the line would never be seen to close.
        command.stdin(Stdio::null());
        Ok((child, ours.try_clone()?, LineToChild(ours)))
    }

    /// Goes with an open file, or with none.
    const A_FILE: u8 = b'f';
    const NO_FILE: u8 = b'-';

    /// The way to a child.
    #[derive(Debug)]
    pub(crate) struct LineToChild(UnixStream);

    impl LineToChild {
        /// Passes an open file, or says that there is none.
        ///
        /// Fails when the child has gone.
        pub fn send_file(&mut self, file: Option<&File>) -> io::Result<()> {
            let Some(file) = file else { return self.0.write_all(&[NO_FILE]) };
            let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
            let mut with = SendAncillaryBuffer::new(&mut space);
            let files = [file.as_fd()];
            if !with.push(SendAncillaryMessage::ScmRights(&files)) {
                return Err(io::Error::other("no room to pass a file"));
            }
            // One byte: it goes whole or not at all.
            sendmsg(&self.0, &[IoSlice::new(&[A_FILE])], &mut with, SendFlags::NOSIGNAL)?;
            Ok(())
        }
    }

    impl Write for LineToChild {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// The line to the parent, seen from the child: its standard input.
    #[derive(Debug)]
    pub(crate) struct Line(File);

    impl Line {
        /// The line of this process.
        ///
        /// Fails when this process has no standard input.
        pub fn to_parent() -> io::Result<Self> {
            Ok(Line(File::from(io::stdin().as_fd().try_clone_to_owned()?)))
        }

        /// The same line once more.
        ///
        /// Fails when there are too many descriptors.
        pub fn another(&self) -> io::Result<Self> {
            Ok(Line(self.0.try_clone()?))
        }

        /// The file that was asked for; none where it is refused, and why comes next.
        ///
        /// Fails when the line breaks.
        pub fn receive_file(&mut self, _: &Path) -> io::Result<Option<File>> {
            let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
            let mut with = RecvAncillaryBuffer::new(&mut space);
            let mut said = [0_u8];
            let flags = RecvFlags::CMSG_CLOEXEC;
            let received = recvmsg(&self.0, &mut [IoSliceMut::new(&mut said)], &mut with, flags)?;
            if received.bytes == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            let files = with.drain().filter_map(|message| match message {
                RecvAncillaryMessage::ScmRights(files) => Some(files),
                _ => None,
            });
            let file = files.flatten().next().map(File::from);
            match said[0] {
                A_FILE => file.map(Some).ok_or_else(|| io::Error::other("the file did not come")),
                _ => Ok(None),
            }
        }
    }

    impl Read for Line {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            self.0.read(into)
        }
    }

    impl Write for Line {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// Ends the child and everything it started, at once.
    pub(crate) fn kill(child: &mut Child) {
        if let Some(group) = i32::try_from(child.id()).ok().and_then(Pid::from_raw) {
            // Already gone is as good as killed.
            let _ = kill_process_group(group, Signal::KILL);
        }
        let _ = child.kill();
    }
}

#[cfg(not(unix))]
mod other {
    use std::fs::File;
    use std::io::{self, Read, Write};
    use std::path::Path;
    use std::process::{Child, ChildStdin, Command, Stdio};

    /// Starts `command` with pipes to it.
    pub(crate) fn line_to_child(
        command: &mut Command,
    ) -> io::Result<(Child, impl Read + use<>, LineToChild)> {
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn()?;
        let (Some(to), Some(from)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(io::Error::other("the worker has no pipes"));
        };
        Ok((child, from, LineToChild(to)))
    }

    /// The way to a child.
    #[derive(Debug)]
    pub(crate) struct LineToChild(ChildStdin);

    impl LineToChild {
        /// Lets the child open the file itself: no open file can be passed here.
        ///
        /// Fails when the child has gone.
        pub fn send_file(&mut self, file: Option<&File>) -> io::Result<()> {
            self.0.write_all(&[u8::from(file.is_some())])
        }
    }

    impl Write for LineToChild {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            self.0.flush()
        }
    }

    /// The same pipes seen from the child.
    #[derive(Debug)]
    pub(crate) struct Line(());

    impl Line {
        /// The line of this process.
        ///
        /// Fails when this process has no standard input.
        pub fn to_parent() -> io::Result<Self> {
            Ok(Line(()))
        }

        /// The same line once more.
        ///
        /// Fails when there are too many descriptors.
        pub fn another(&self) -> io::Result<Self> {
            Ok(Line(()))
        }

        /// The file that was asked for; none where it is refused, and why comes next.
        ///
        /// Fails when the line breaks.
        pub fn receive_file(&mut self, path: &Path) -> io::Result<Option<File>> {
            let mut said = [0_u8];
            self.read_exact(&mut said)?;
            if said == [0] { Ok(None) } else { File::open(path).map(Some) }
        }
    }

    impl Read for Line {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            io::stdin().read(into)
        }
    }

    impl Write for Line {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            io::stdout().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            io::stdout().flush()
        }
    }

    /// Ends the child at once.
    pub(crate) fn kill(child: &mut Child) {
        let _ = child.kill();
    }
}
