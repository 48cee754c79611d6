//! What differs between operating systems: the line to a worker, its limits, and ending it. No other file asks which system this is.
//!
//! Linux: a process group of its own, resource limits, Landlock (files, TCP), seccomp (no new sockets), death with the parent.
//! Elsewhere: the deadline, the cleared environment and the folder of its own; what is missing is said as data.

use std::process::{Command, ExitStatus};

use crate::worker::error::WorkerError;
use crate::worker::terms::Terms;

#[cfg(target_os = "linux")]
pub(crate) use self::linux::confine;
#[cfg(not(unix))]
pub(crate) use self::other::{confine, kill, line_to_child, line_to_parent};
#[cfg(all(unix, not(target_os = "linux")))]
pub(crate) use self::plain_unix::confine;
#[cfg(unix)]
pub(crate) use self::unix::{kill, line_to_child, line_to_parent};

/// Watches the processor time of this process, where the system counts it for us.
#[derive(Debug)]
pub(crate) struct Meter {
    #[cfg(target_os = "linux")]
    used: Option<std::fs::File>,
}

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

#[cfg(unix)]
fn ending_signal(status: ExitStatus) -> Option<i32> {
    std::os::unix::process::ExitStatusExt::signal(&status)
}

#[cfg(not(unix))]
fn ending_signal(_: ExitStatus) -> Option<i32> {
    None
}

#[cfg(unix)]
mod unix {
    use std::fs::File;
    use std::io::{self, Read, Write};
    use std::os::fd::{AsFd, OwnedFd};
    use std::os::unix::net::UnixStream;
    use std::os::unix::process::CommandExt;
    use std::process::{Child, Command, Stdio};

    use rustix::process::{Pid, Signal, kill_process_group};

    /// Starts `command` in a process group of its own, with a line to it.
    ///
    /// The line is the child's standard input, both ways, so that nothing a library prints can garble an answer.
    pub(crate) fn line_to_child(
        command: &mut Command,
    ) -> io::Result<(Child, impl Read + use<>, impl Write + use<>)> {
        let (ours, theirs) = UnixStream::pair()?;
        command.stdin(Stdio::from(OwnedFd::from(theirs))).stdout(Stdio::null()).stderr(Stdio::piped());
        let child = command.process_group(0).spawn()?;
        // The command keeps a copy of the child's end; while it does, the line would never be seen to close.
        command.stdin(Stdio::null());
        Ok((child, ours.try_clone()?, ours))
    }

    /// The same line seen from the child.
    pub(crate) fn line_to_parent() -> io::Result<(impl Read, impl Write)> {
        let line = io::stdin().as_fd().try_clone_to_owned()?;
        Ok((File::from(line.try_clone()?), File::from(line)))
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

#[cfg(target_os = "linux")]
mod linux {
    use std::collections::BTreeMap;
    use std::fs::File;
    use std::os::unix::fs::FileExt;
    use std::path::Path;

    use landlock::{
        ABI, Access, AccessFs, AccessNet, CompatLevel, Compatible, Ruleset, RulesetAttr, RulesetCreatedAttr,
        RulesetError, RulesetStatus, Scope, path_beneath_rules,
    };
    use rustix::process::{Resource, Rlimit, Signal, setrlimit};
    use seccompiler::{
        BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter,
        SeccompRule,
    };

    use crate::worker::platform::Meter;
    use crate::worker::terms::Terms;

    /// Clock ticks in a second of `/proc/self/stat`; fixed on every Linux that Rust runs on.
    const TICKS: u64 = 100;

    /// Room for mappings that hold no memory: the program itself, the allocator's reservations, stacks.
    const ADDRESS_SLACK: u64 = 4096;

    /// Gives up every right that reading papers does not need; says what could not be given up.
    pub(crate) fn confine(terms: &Terms, folder: &Path) -> (Vec<String>, Meter) {
        let mut gaps = Vec::new();
        let mut note = |what: &str, done: bool| {
            if !done {
                gaps.push(what.to_owned());
            }
        };
        // Opened now: later the process cannot see /proc, but what is open stays readable.
        let used = File::open("/proc/self/stat").ok();
        note(
            "a worker may outlive this program",
            rustix::process::set_parent_process_death_signal(Some(Signal::KILL)).is_ok(),
        );
        note("rights are not given up for good", rustix::thread::set_no_new_privs(true).is_ok());
        note("memory is not limited", limit_memory(terms));
        let file = terms.output_mb << 20;
        note("file size is not limited", limit(Resource::Fsize, file, file));
        note("core dumps are not switched off", limit(Resource::Core, 0, 0));
        note("processor time is not limited", used.is_some());
        match shut_files(terms, folder) {
            Ok(RulesetStatus::FullyEnforced) => {}
            Ok(RulesetStatus::PartiallyEnforced) => {
                note("this kernel's Landlock is old: network or signals are limited by seccomp alone", false);
            }
            _ => note(
                "files outside the store are not out of reach, and fonts of this machine may change pages: this kernel has no Landlock",
                false,
            ),
        }
        note("network is not shut off: this kernel has no seccomp", shut_sockets(terms).is_some());
        (gaps, Meter { used })
    }

    fn limit_memory(terms: &Terms) -> bool {
        // Data counts what is really writable; address space also counts reservations, so it gets slack.
        let data = terms.memory_mb << 20;
        let space = (terms.memory_mb + ADDRESS_SLACK) << 20;
        limit(Resource::Data, data, data) && limit(Resource::As, space, space)
    }

    fn limit(resource: Resource, current: u64, maximum: u64) -> bool {
        setrlimit(resource, Rlimit { current: Some(current), maximum: Some(maximum) }).is_ok()
    }

    /// Only the folders of the terms can be seen, only `folder` can be written to, no TCP port can be reached.
    fn shut_files(terms: &Terms, folder: &Path) -> Result<RulesetStatus, RulesetError> {
        let abi = ABI::V6;
        let read = AccessFs::ReadFile | AccessFs::ReadDir;
        let run = read | AccessFs::Execute;
        let write = AccessFs::from_all(abi) & !AccessFs::Execute;
        let status = Ruleset::default()
            .set_compatibility(CompatLevel::BestEffort)
            .handle_access(AccessFs::from_all(abi))?
            .handle_access(AccessNet::from_all(abi))?
            .scope(Scope::from_all(abi))?
            .create()?
            .add_rules(path_beneath_rules(&terms.readable, read))?
            .add_rules(path_beneath_rules(&terms.runnable, run))?
            .add_rules(path_beneath_rules(devices(terms), read | AccessFs::WriteFile))?
            .add_rules(path_beneath_rules(meeting_place(terms), AccessFs::MakeSock | AccessFs::RemoveFile))?
            .add_rules(path_beneath_rules([folder], write))?
            .restrict_self()?;
        Ok(status.ruleset)
    }

    /// The devices a second engine cannot start without.
    fn devices(terms: &Terms) -> &'static [&'static str] {
        if terms.runnable.is_empty() {
            &[]
        } else {
            &["/dev/null", "/dev/zero", "/dev/random", "/dev/urandom"]
        }
    }

    /// Where a second engine insists on putting the local socket it talks to itself through, and takes it away again.
    fn meeting_place(terms: &Terms) -> &'static [&'static str] {
        if terms.runnable.is_empty() { &[] } else { &["/tmp"] }
    }

    /// No sockets can be made. A second engine talks to itself through local ones, so it keeps those.
    fn shut_sockets(terms: &Terms) -> Option<()> {
        let mut rules: BTreeMap<i64, Vec<SeccompRule>> = BTreeMap::new();
        if terms.runnable.is_empty() {
            for call in [libc::SYS_socket, libc::SYS_socketpair, libc::SYS_execve, libc::SYS_execveat] {
                rules.insert(call, Vec::new());
            }
        } else {
            let local = u64::try_from(libc::AF_UNIX).ok()?;
            let other = SeccompCondition::new(0, SeccompCmpArgLen::Dword, SeccompCmpOp::Ne, local).ok()?;
            rules.insert(libc::SYS_socket, vec![SeccompRule::new(vec![other]).ok()?]);
        }
        for call in [
            libc::SYS_ptrace,
            libc::SYS_process_vm_writev,
            libc::SYS_io_uring_setup,
            libc::SYS_bpf,
            libc::SYS_mount,
        ] {
            rules.insert(call, Vec::new());
        }
        let refuse = SeccompAction::Errno(u32::try_from(libc::EACCES).ok()?);
        let machine = std::env::consts::ARCH.try_into().ok()?;
        let filter = SeccompFilter::new(rules, SeccompAction::Allow, refuse, machine).ok()?;
        let program: BpfProgram = filter.try_into().ok()?;
        seccompiler::apply_filter(&program).ok()
    }

    impl Meter {
        /// Allows this process `seconds` more of processor time, counted from now.
        pub(crate) fn allow(&self, seconds: u64) {
            if let Some(used) = self.used.as_ref().and_then(seconds_used) {
                let most = used + seconds + 2;
                // The parent's deadline stands in any case.
                let _ = setrlimit(Resource::Cpu, Rlimit { current: Some(most), maximum: None });
            }
        }
    }

    /// User and system time of this process so far, rounded up.
    fn seconds_used(stat: &File) -> Option<u64> {
        let mut line = [0_u8; 1024];
        let length = stat.read_at(&mut line, 0).ok()?;
        let line = String::from_utf8_lossy(&line[..length]).into_owned();
        // The program's name stands in brackets and may hold spaces; user and system time are fields 14 and 15.
        let mut fields = line.rsplit_once(')')?.1.split_whitespace().skip(11);
        let ticks = fields.next()?.parse::<u64>().ok()? + fields.next()?.parse::<u64>().ok()?;
        Some(ticks / TICKS + 1)
    }
}

#[cfg(all(unix, not(target_os = "linux")))]
mod plain_unix {
    use std::path::Path;

    use rustix::process::{Resource, Rlimit, setrlimit};

    use crate::worker::platform::Meter;
    use crate::worker::terms::Terms;

    /// Sets the limits every Unix has; says what is missing.
    pub(crate) fn confine(terms: &Terms, _folder: &Path) -> (Vec<String>, Meter) {
        let data = Some(terms.memory_mb << 20);
        let file = Some(terms.output_mb << 20);
        let mut gaps = vec![
            "files outside the store are not out of reach on this system, and its fonts may change pages"
                .to_owned(),
            "network is not shut off on this system".to_owned(),
        ];
        if setrlimit(Resource::Data, Rlimit { current: data, maximum: data }).is_err() {
            gaps.push("memory is not limited".to_owned());
        }
        if setrlimit(Resource::Fsize, Rlimit { current: file, maximum: file }).is_err() {
            gaps.push("file size is not limited".to_owned());
        }
        (gaps, Meter {})
    }
}

#[cfg(not(unix))]
mod other {
    use std::io::{self, Read, Write};
    use std::path::Path;
    use std::process::{Child, Command, Stdio};

    use crate::worker::platform::Meter;
    use crate::worker::terms::Terms;

    /// Starts `command` with pipes to it.
    pub(crate) fn line_to_child(
        command: &mut Command,
    ) -> io::Result<(Child, impl Read + use<>, impl Write + use<>)> {
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn()?;
        let (Some(to), Some(from)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(io::Error::other("the worker has no pipes"));
        };
        Ok((child, from, to))
    }

    /// The same pipes seen from the child.
    pub(crate) fn line_to_parent() -> io::Result<(impl Read, impl Write)> {
        Ok((io::stdin(), io::stdout()))
    }

    /// Ends the child at once.
    pub(crate) fn kill(child: &mut Child) {
        let _ = child.kill();
    }

    /// Says what this system does not limit.
    pub(crate) fn confine(_: &Terms, _: &Path) -> (Vec<String>, Meter) {
        let gaps = [
            "memory is not limited on this system",
            "files outside the store are not out of reach on this system",
            "network is not shut off on this system",
        ];
        (gaps.map(str::to_owned).to_vec(), Meter {})
    }
}

#[cfg(not(target_os = "linux"))]
impl Meter {
    /// Nothing to allow: only the parent's deadline counts here.
    pub(crate) fn allow(&self, _seconds: u64) {}
}
