//! What a worker is confined by, on each system: rooms of their own, limits, and what the end of one says.
//!
//! Linux: namespaces with an init of ours in them, a root with nothing in it, resource limits, Landlock, a list of system calls,
//! death with the parent. Elsewhere: the deadline, the cleared environment and the folder of its own; what is missing is said as
//! data.

use std::process::{Command, ExitStatus};

use crate::worker::error::WorkerError;
use crate::worker::terms::Terms;

#[cfg(all(debug_assertions, target_os = "linux"))]
pub(crate) use self::linux::call;
#[cfg(target_os = "linux")]
pub(crate) use self::linux::{Part, confine, in_a_room};
#[cfg(not(target_os = "linux"))]
pub(crate) use self::other::{Part, confine, in_a_room};

/// Clears the environment but for what a program needs to start at all.
pub(crate) fn clear_environment(command: &mut Command, folder: &std::path::Path) {
    command.env_clear().env("TMPDIR", folder).env("LANG", "C.UTF-8").env("RUST_BACKTRACE", "0");
    #[cfg(windows)]
    {
        command.env("TEMP", folder).env("TMP", folder);
        #[expect(clippy::disallowed_methods, reason = "Windows programs do not start without it")]
        if let Some(root) = std::env::var_os("SystemRoot") {
            command.env("SystemRoot", root);
        }
    }
}

/// What the end of a worker says about the job that ended it.
pub(crate) fn cause_of_death(status: Option<ExitStatus>, last_words: &str, terms: &Terms) -> WorkerError {
    if last_words.contains("memory allocation of") || last_words.contains("out of memory") {
        return WorkerError::OutOfMemory { megabytes: terms.memory_mb };
    }
    if last_words.contains("overflowed its stack") {
        return WorkerError::TooDeep;
    }
    match status.and_then(ending_signal) {
        Some(24) => WorkerError::TooSlow { seconds: terms.seconds },
        Some(25) => WorkerError::TooMuch { megabytes: terms.output_mb },
        Some(signal) => WorkerError::Died { how: format!("signal {signal}") },
        None => WorkerError::Died { how: "it ended".to_owned() },
    }
}

/// What the outer processes of a room add to the signal that ended the worker, to say it as a status.
const BY_SIGNAL: i32 = 128;

#[cfg(unix)]
fn ending_signal(status: ExitStatus) -> Option<i32> {
    let said = || status.code().and_then(|code| code.checked_sub(BY_SIGNAL)).filter(|signal| 0 < *signal);
    std::os::unix::process::ExitStatusExt::signal(&status).or_else(said)
}

#[cfg(not(unix))]
fn ending_signal(_: ExitStatus) -> Option<i32> {
    None
}

#[cfg(target_os = "linux")]
mod linux {
    use std::ffi::OsStr;
    use std::io;
    use std::os::unix::process::CommandExt;
    use std::path::Path;
    use std::process::{Command, Stdio};
    use std::sync::OnceLock;

    use rustix::process::{Resource, Rlimit, Signal, WaitOptions, WaitStatus, getrlimit, setrlimit};
    use rustix::thread::{CapabilitySet, CapabilitySets, UnshareFlags};
    use rustix::time::{ClockId, clock_gettime};

    use crate::worker::calls::{self, Caller};
    use crate::worker::platform::BY_SIGNAL;
    use crate::worker::terms::Terms;
    use crate::worker::walls::{self, Shut};

    /// What a process of ours is on the way to a worker; it is told by its own name.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub(crate) enum Part {
        /// Finds out whether a room can be had at all.
        Trying,
        /// Makes the room, and waits outside until it is empty.
        Outside,
        /// The first process in the room, with which everything in it ends. It waits for the worker.
        Init,
        /// The worker in the room.
        Worker,
        /// A worker where there are no rooms.
        Alone,
    }

    const PARTS: [(Part, &str); 4] = [
        (Part::Trying, "panelclerk-try"),
        (Part::Outside, "panelclerk-room"),
        (Part::Init, "panelclerk-init"),
        (Part::Worker, "panelclerk-worker"),
    ];

    impl Part {
        fn name(self) -> &'static str {
            PARTS.iter().find(|(part, _)| *part == self).map_or("panelclerk", |(_, name)| name)
        }

        /// What this process is.
        pub fn of_this_process() -> Self {
            let name = std::env::args_os().next().unwrap_or_default();
            PARTS.iter().find(|(_, known)| OsStr::new(known) == name).map_or(Part::Alone, |(part, _)| *part)
        }

        /// Plays a part that is not the worker's, to its end, and gives the status to end with; none for the worker.
        ///
        /// Fails when there is no room to be had, or the next process cannot be started.
        pub fn play(self) -> io::Result<Option<i32>> {
            match self {
                Part::Worker | Part::Alone => Ok(None),
                // The status is the system's number for what is in the way.
                Part::Trying => {
                    Ok(Some(enter().err().map_or(0, |error| error.raw_os_error().unwrap_or(libc::EIO))))
                }
                Part::Outside => {
                    enter()?;
                    let inside = next(Part::Init)?;
                    Ok(Some(wait_for(inside)?))
                }
                Part::Init => {
                    end_with_parent()?;
                    let worker = next(Part::Worker)?;
                    Ok(Some(wait_for(worker)?))
                }
            }
        }
    }

    /// Has `command` start a worker in a room of its own, if this system has rooms; else says why there are none.
    pub(crate) fn in_a_room(
        command: &mut Command,
        program: &Path,
        arguments: &[std::ffi::OsString],
    ) -> Result<(), String> {
        static TRIED: OnceLock<Result<(), String>> = OnceLock::new();
        let tried = TRIED.get_or_init(|| {
            let mut trying = Command::new(program);
            trying
                .args(arguments)
                .arg0(Part::Trying.name())
                .env_clear()
                .stdin(Stdio::null())
                .stdout(Stdio::null());
            match trying.stderr(Stdio::null()).status().map(|status| status.code()) {
                Ok(Some(0)) => Ok(()),
                Ok(Some(number)) => Err(io::Error::from_raw_os_error(number).to_string()),
                Ok(None) => Err("it was stopped".to_owned()),
                Err(error) => Err(error.to_string()),
            }
            .map_err(|why| why.split(" (os error").next().unwrap_or_default().to_lowercase())
        });
        tried.clone()?;
        command.arg0(Part::Outside.name());
        Ok(())
    }

    /// Makes a room for what this process starts next: its own users, processes, mounts, network, names. Nothing of the
    /// machine's can be named in it, and when its first process ends all others do.
    fn enter() -> io::Result<()> {
        end_with_parent()?;
        let (user, group) = (rustix::process::geteuid(), rustix::process::getegid());
        unshare(
            UnshareFlags::NEWUSER
                | UnshareFlags::NEWPID
                | UnshareFlags::NEWNS
                | UnshareFlags::NEWNET
                | UnshareFlags::NEWIPC
                | UnshareFlags::NEWUTS
                | UnshareFlags::NEWCGROUP,
        )?;
        // Rights over the room, and over nothing outside it: its user 0 is the account that started it.
        for (file, text) in [
            ("setgroups", "deny".to_owned()),
            ("uid_map", format!("0 {} 1", user.as_raw())),
            ("gid_map", format!("0 {} 1", group.as_raw())),
        ] {
            let mut file = std::fs::File::options().write(true).open(Path::new("/proc/self").join(file))?;
            io::Write::write_all(&mut file, text.as_bytes())?;
        }
        end_with_parent()
    }

    #[expect(
        unsafe_code,
        reason = "the call has no safe form; only descriptors that are unshared could do harm, and none are"
    )]
    fn unshare(what: UnshareFlags) -> io::Result<()> {
        // SAFETY: `FILES` is never among the flags, so no thread loses descriptors of another.
        Ok(unsafe { rustix::thread::unshare_unsafe(what - UnshareFlags::FILES) }?)
    }

    /// A system call by its number, as somebody who has taken over a worker would make it.
    #[cfg(debug_assertions)]
    #[expect(unsafe_code, reason = "it is tried, in builds for tests, whether such calls are refused")]
    pub(crate) fn call(number: i64, [a, b, c, d, e, f]: [u64; 6]) -> io::Result<()> {
        // SAFETY: what is passed by address outlives the call, and is only read by it; nothing else of this process is named.
        let done = unsafe { libc::syscall(number, a, b, c, d, e, f) };
        if done < 0 { Err(io::Error::last_os_error()) } else { Ok(()) }
    }

    fn end_with_parent() -> io::Result<()> {
        Ok(rustix::process::set_parent_process_death_signal(Some(Signal::KILL))?)
    }

    /// Starts this program once more, with the same line, as the next part.
    fn next(part: Part) -> io::Result<rustix::process::Pid> {
        let mut command = Command::new("/proc/self/exe");
        let child = command.args(std::env::args_os().skip(1)).arg0(part.name()).spawn()?;
        Ok(rustix::process::Pid::from_child(&child))
    }

    /// Waits for the process `awaited`, and for whatever else is left to this one, without a right over anything.
    fn wait_for(awaited: rustix::process::Pid) -> io::Result<i32> {
        give_up_rights()?;
        rustix::thread::set_no_new_privs(true)?;
        loop {
            match rustix::process::wait(WaitOptions::empty()) {
                Ok(Some((ended, status))) if ended == awaited => return Ok(said(status)),
                Ok(_) | Err(rustix::io::Errno::INTR) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }

    fn said(status: WaitStatus) -> i32 {
        let signal = status.terminating_signal().map(|signal| BY_SIGNAL + signal);
        signal.or_else(|| status.exit_status()).unwrap_or_default()
    }

    fn give_up_rights() -> io::Result<()> {
        let none = CapabilitySet::empty();
        let none = CapabilitySets { effective: none, permitted: none, inheritable: none };
        Ok(rustix::thread::set_capabilities(None, none)?)
    }

    /// Gives up every right that a worker does not need; says what could not be given up.
    pub(crate) fn confine(terms: &Terms, folder: &Path, part: Part) -> (Vec<String>, Meter) {
        let mut gaps = Vec::new();
        let mut note = |what: &str, done: bool| {
            if !done {
                gaps.push(what.to_owned());
            }
        };
        let in_room = part == Part::Worker;
        note("a worker may outlive this program", end_with_parent().is_ok());
        if in_room {
            let own = walls::own_root(terms, folder);
            note("files of this machine are there to be seen, though not to be opened", own.is_ok());
            note("rights over the worker's room are not given up", give_up_rights().is_ok());
        }
        note("rights are not given up for good", rustix::thread::set_no_new_privs(true).is_ok());
        for missing in walls::limit_all(terms, in_room) {
            note(missing, false);
        }
        match walls::shut_files(terms, folder) {
            Shut::Wholly => {}
            Shut::Partly => note(
                "this kernel's Landlock is old: signals and local sockets are limited by system calls alone",
                false,
            ),
            Shut::Not => note(
                "files outside the store are not out of reach, and fonts of this machine may change pages: this kernel has no Landlock",
                false,
            ),
        }
        let caller = if terms.runnable.is_empty() { Caller::Reader } else { Caller::Engine };
        note(
            "network and other system calls are not shut off: this kernel has no seccomp",
            calls::allow_only(caller),
        );
        (gaps, Meter { most: getrlimit(Resource::Cpu).maximum })
    }

    /// Counts the processor time of this process.
    #[derive(Debug)]
    pub(crate) struct Meter {
        /// Seconds it may use in its whole life.
        most: Option<u64>,
    }

    impl Meter {
        /// Allows this process `seconds` more of processor time, counted from now.
        pub fn allow(&self, seconds: u64) {
            let until = seconds_used() + seconds + 2;
            let current = Some(self.most.map_or(until, |most| until.min(most)));
            // The parent's deadline stands in any case.
            let _ = setrlimit(Resource::Cpu, Rlimit { current, maximum: self.most });
        }

        /// Whether this process can no longer be allowed `seconds` for another job.
        pub fn is_spent(&self, seconds: u64) -> bool {
            self.most.is_some_and(|most| most < seconds_used() + seconds + 2)
        }
    }

    /// User and system time of this process so far, rounded up.
    fn seconds_used() -> u64 {
        u64::try_from(clock_gettime(ClockId::ProcessCPUTime).tv_sec).unwrap_or_default() + 1
    }
}

#[cfg(not(target_os = "linux"))]
mod other {
    use std::io;
    use std::path::Path;
    use std::process::Command;

    use crate::worker::terms::Terms;

    /// What a process of ours is on the way to a worker: here, always the worker itself.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub(crate) struct Part;

    impl Part {
        pub fn of_this_process() -> Self {
            Part
        }

        /// Plays no part but the worker's.
        ///
        /// Fails when there is no room to be had, or the next process cannot be started.
        pub fn play(self) -> io::Result<Option<i32>> {
            Ok(None)
        }
    }

    /// Says that there are no rooms here.
    pub(crate) fn in_a_room(_: &mut Command, _: &Path, _: &[std::ffi::OsString]) -> Result<(), String> {
        Err("this system has none".to_owned())
    }

    /// Sets the limits every Unix has; says what is missing.
    pub(crate) fn confine(terms: &Terms, _: &Path, _: Part) -> (Vec<String>, Meter) {
        let mut gaps = vec![
            "files outside the store are not out of reach on this system, and its fonts may change pages"
                .to_owned(),
            "network is not shut off on this system".to_owned(),
        ];
        #[cfg(unix)]
        {
            use rustix::process::{Resource, Rlimit, setrlimit};
            let limits = [
                (Resource::Data, terms.memory_mb << 20, "memory is not limited"),
                (Resource::Fsize, terms.output_mb << 20, "file size is not limited"),
            ];
            for (resource, most, missing) in limits {
                if setrlimit(resource, Rlimit { current: Some(most), maximum: Some(most) }).is_err() {
                    gaps.push(missing.to_owned());
                }
            }
        }
        #[cfg(not(unix))]
        gaps.push(format!("memory is not limited to {} MB on this system", terms.memory_mb));
        (gaps, Meter(()))
    }

    /// Only the parent's deadline counts here.
    #[derive(Debug)]
    pub(crate) struct Meter(());

    impl Meter {
        pub fn allow(&self, _: u64) {}

        pub fn is_spent(&self, _: u64) -> bool {
            false
        }
    }
}
