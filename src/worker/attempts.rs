//! What a worker that has been taken over would try, tried from inside one: in builds for tests only.
//!
//! Each attempt is made for real. It counts as refused only when the system says that it may not be done, or that what it names is
//! not there; an error of any other kind means that it got through to the system.

use std::ffi::CString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde::{Deserialize, Serialize};

use crate::worker::given;
use crate::worker::platform::call;
use crate::worker::work::Work;

/// All attempts from inside one worker.
#[derive(Debug, Serialize, Deserialize)]
pub struct Attempts {
    /// A folder with `given`, which the job is given, `secret`, which it is not, and the worker's yard.
    pub place: PathBuf,
    /// The program of a second engine, which makes them in the worker's place.
    pub engine: Option<PathBuf>,
}

/// What was tried, and what the system said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tried {
    pub what: String,
    pub refused: bool,
    pub said: String,
}

impl Work for Attempts {
    const NAME: &'static str = "attempts";
    type Answer = Vec<Tried>;

    fn given(&self) -> Vec<PathBuf> {
        vec![self.place.join("given")]
    }

    fn carry_out(&self, out: &Path) -> Result<Vec<Tried>, String> {
        let Some(engine) = &self.engine else {
            let mut tried = all(&self.place, out);
            tried.extend(as_a_reader(&self.place, out));
            return Ok(tried);
        };
        let said = |error: io::Error| format!("`{}`: {error}", engine.display());
        let started = |what: &str| {
            let mut command = Command::new(engine);
            command.args(["worker", what]).arg(&self.place).stdin(Stdio::null()).current_dir(out);
            command
        };
        // One that is left behind on purpose.
        drop(started("--linger").stdout(Stdio::null()).spawn().map_err(said)?);
        let made = started("--attempts").output().map_err(said)?;
        serde_json::from_slice(&made.stdout)
            .map_err(|error| format!("{error}: {}", String::from_utf8_lossy(&made.stderr)))
    }
}

/// What neither a reader nor a second engine may do; `own` is the folder it may write to.
pub fn all(place: &Path, own: &Path) -> Vec<Tried> {
    let mut tried = outside(place);
    tried.extend(on_own_files(own));
    tried.extend(on_others());
    tried
}

fn tell(what: &str, done: io::Result<()>) -> Tried {
    use io::ErrorKind as Is;
    let refused = done.as_ref().err().is_some_and(|error| {
        let not_there = error.raw_os_error() == Some(libc::ENOSYS);
        not_there || matches!(error.kind(), Is::PermissionDenied | Is::NotFound | Is::ReadOnlyFilesystem)
    });
    let said = done.err().map_or("done".to_owned(), |error| error.to_string());
    Tried { what: what.to_owned(), refused, said }
}

/// What lies outside its own folder.
fn outside(place: &Path) -> Vec<Tried> {
    let secret = place.join("secret");
    let yard = place.join("work");
    let mut tried = Vec::new();
    let mut note = |what: &str, done: io::Result<()>| tried.push(tell(what, done));
    note("read another child's content", fs::read(&secret).map(drop));
    note("see whether it is there", secret.metadata().map(drop));
    note("write to it", fs::File::options().write(true).open(&secret).map(drop));
    note("put a file beside it", fs::File::create(place.join("new")).map(drop));
    note("put a file into the yard", fs::File::create(yard.join("new")).map(drop));
    note("list the yard", fs::read_dir(&yard).map(drop));
    note("list the folder above", fs::read_dir(place).map(drop));
    note("read who has accounts", fs::read("/etc/shadow").map(drop));
    note("remove it", fs::remove_file(&secret));
    note("rename it", fs::rename(&secret, place.join("moved")));
    for file in
        ["/proc/self/mem", "/proc/1/mem", "/proc/self/maps", "/proc/self/fd", "/proc/1/root", "/sys/kernel"]
    {
        note(&format!("open {file}"), fs::File::open(file).map(drop));
    }
    tried
}

/// Rights, owners, times, links and such, on its own file and on others.
fn on_own_files(own: &Path) -> Vec<Tried> {
    let file = own.join("own");
    let _ = fs::File::create(&file);
    let path = c(&file);
    let path = address(&path);
    let here = here();
    let (new, secret) = (c(&own.join("new")), c(Path::new("/etc/shadow")));
    let (new, secret) = (address(&new), address(&secret));
    let (name, value) = (c(Path::new("user.x")), c(Path::new("y")));
    let (name, value) = (address(&name), address(&value));
    let calls: &[(&str, i64, [u64; 6])] = &[
        ("chmod", libc::SYS_fchmodat, [here, path, 0o666, 0, 0, 0]),
        ("chmod by its newest call", 452, [here, path, 0o666, 0, 0, 0]),
        ("fchmod", libc::SYS_fchmod, [0, 0o666, 0, 0, 0, 0]),
        ("chown", libc::SYS_fchownat, [here, path, 0, 0, 0, 0]),
        ("fchown", libc::SYS_fchown, [0, 0, 0, 0, 0, 0]),
        ("utime", libc::SYS_utimensat, [here, path, 0, 0, 0, 0]),
        ("setxattr", libc::SYS_setxattr, [path, name, value, 1, 0, 0]),
        ("removexattr", libc::SYS_removexattr, [path, name, 0, 0, 0, 0]),
        ("hard link", libc::SYS_linkat, [here, secret, here, new, 0, 0]),
        ("hard link to its own", libc::SYS_linkat, [here, path, here, new, 0, 0]),
        ("symbolic link", libc::SYS_symlinkat, [secret, here, new, 0, 0, 0]),
        ("pipe with a name", libc::SYS_mknodat, [here, new, 0o010_600, 0, 0, 0]),
        ("device", libc::SYS_mknodat, [here, new, 0o020_600, 0x101, 0, 0]),
        ("truncate by name", libc::SYS_truncate, [secret, 0, 0, 0, 0, 0]),
        ("handle of a file", libc::SYS_name_to_handle_at, [here, secret, 0, 0, 0, 0]),
        ("file by its handle", libc::SYS_open_by_handle_at, [here, 0, 0, 0, 0, 0]),
        ("openat2", libc::SYS_openat2, [here, secret, 0, 0, 0, 0]),
        ("chroot", libc::SYS_chroot, [path, 0, 0, 0, 0, 0]),
    ];
    by_number(calls)
}

/// Other processes, the network, the kernel.
fn on_others() -> Vec<Tried> {
    let here = here();
    let root = c(Path::new("/"));
    let root = address(&root);
    let inet = u64::from(libc::AF_INET.unsigned_abs());
    let netlink = u64::from(libc::AF_NETLINK.unsigned_abs());
    let parent = u64::from(std::os::unix::process::parent_id()).max(1);
    let one = 1;
    let none = [0; 6];
    let space = u64::from(libc::CLONE_NEWUSER.unsigned_abs());
    let calls: &[(&str, i64, [u64; 6])] = &[
        ("socket to the network", libc::SYS_socket, [inet, 1, 0, 0, 0, 0]),
        ("socket to the kernel", libc::SYS_socket, [netlink, 3, 0, 0, 0, 0]),
        ("raw socket", libc::SYS_socket, [17, 3, 0, 0, 0, 0]),
        ("ptrace", libc::SYS_ptrace, [16, parent, 0, 0, 0, 0]),
        ("read another's memory", libc::SYS_process_vm_readv, [parent, 0, 0, 0, 0, 0]),
        ("write another's memory", libc::SYS_process_vm_writev, [parent, 0, 0, 0, 0, 0]),
        ("kill the parent", libc::SYS_kill, [parent, 0, 0, 0, 0, 0]),
        ("kill the first process", libc::SYS_kill, [one, 0, 0, 0, 0, 0]),
        ("kill all", libc::SYS_kill, [u64::MAX, 0, 0, 0, 0, 0]),
        ("signal another's thread", libc::SYS_tgkill, [one, one, 0, 0, 0, 0]),
        ("tkill", libc::SYS_tkill, [one, 0, 0, 0, 0, 0]),
        ("queue a signal", libc::SYS_rt_sigqueueinfo, [one, 0, 0, 0, 0, 0]),
        ("pidfd", libc::SYS_pidfd_open, [one, 0, 0, 0, 0, 0]),
        ("descriptor of another", libc::SYS_pidfd_getfd, none),
        ("session of its own", libc::SYS_setsid, none),
        ("group of its own", libc::SYS_setpgid, none),
        ("outlive its parent", libc::SYS_prctl, [1, 0, 0, 0, 0, 0]),
        ("be dumped", libc::SYS_prctl, [4, 1, 0, 0, 0, 0]),
        ("keep rights", libc::SYS_prctl, [8, 1, 0, 0, 0, 0]),
        ("limits of another", libc::SYS_prlimit64, [parent, 7, 0, 0, 0, 0]),
        ("more memory", libc::SYS_prlimit64, [0, 9, root, 0, 0, 0]),
        ("more processes", libc::SYS_prlimit64, [0, 6, root, 0, 0, 0]),
        ("setuid", libc::SYS_setuid, none),
        ("setgroups", libc::SYS_setgroups, none),
        ("capset", libc::SYS_capset, none),
        ("unshare", libc::SYS_unshare, [space, 0, 0, 0, 0, 0]),
        ("setns", libc::SYS_setns, none),
        ("process in another space", libc::SYS_clone, [space | 0x11, 0, 0, 0, 0, 0]),
        ("clone3", libc::SYS_clone3, none),
        ("mount", libc::SYS_mount, none),
        ("umount", libc::SYS_umount2, [root, 2, 0, 0, 0, 0]),
        ("open_tree", libc::SYS_open_tree, [here, root, 1, 0, 0, 0]),
        ("move_mount", libc::SYS_move_mount, none),
        ("fsopen", libc::SYS_fsopen, none),
        ("mount_setattr", libc::SYS_mount_setattr, none),
        ("pivot_root", libc::SYS_pivot_root, [root, root, 0, 0, 0, 0]),
        ("keyctl", libc::SYS_keyctl, none),
        ("add_key", libc::SYS_add_key, none),
        ("request_key", libc::SYS_request_key, none),
        ("bpf", libc::SYS_bpf, none),
        ("userfaultfd", libc::SYS_userfaultfd, none),
        ("perf_event_open", libc::SYS_perf_event_open, none),
        ("io_uring_setup", libc::SYS_io_uring_setup, [one, 0, 0, 0, 0, 0]),
        ("io_uring_enter", libc::SYS_io_uring_enter, none),
        ("memfd_create", libc::SYS_memfd_create, [root, 0, 0, 0, 0, 0]),
        ("memfd_secret", libc::SYS_memfd_secret, none),
        ("personality", libc::SYS_personality, [0x0004_0000, 0, 0, 0, 0, 0]),
        ("seccomp", libc::SYS_seccomp, [one, 0, 0, 0, 0, 0]),
        ("landlock", libc::SYS_landlock_create_ruleset, [0, 0, one, 0, 0, 0]),
        ("fanotify", libc::SYS_fanotify_init, none),
        ("inotify", libc::SYS_inotify_init1, none),
        ("signalfd", libc::SYS_signalfd4, none),
        ("timer", libc::SYS_timer_create, none),
        ("shared memory", libc::SYS_shmget, [0, 4096, 0o1600, 0, 0, 0]),
        ("semaphores", libc::SYS_semget, [0, 1, 0o1600, 0, 0, 0]),
        ("messages", libc::SYS_msgget, [0, 0o1600, 0, 0, 0, 0]),
        ("message queue", libc::SYS_mq_open, [root, 0, 0, 0, 0, 0]),
        ("priority", libc::SYS_setpriority, [0, 0, 1, 0, 0, 0]),
        ("processor", libc::SYS_sched_setaffinity, none),
        ("name of the machine", libc::SYS_sethostname, [root, 1, 0, 0, 0, 0]),
        ("kernel's log", libc::SYS_syslog, [3, 0, 0, 0, 0, 0]),
        ("module", libc::SYS_init_module, none),
        ("another kernel", libc::SYS_kexec_load, none),
        ("quotas", libc::SYS_quotactl, none),
        ("the clock", libc::SYS_clock_settime, none),
    ];
    by_number(calls)
}

/// What a second engine may do and a reader may not.
fn as_a_reader(place: &Path, out: &Path) -> Vec<Tried> {
    let local = u64::from(libc::AF_UNIX.unsigned_abs());
    let none = [0; 6];
    let own = out.join("own");
    let (new, path) = (c(&out.join("folder")), c(&own));
    let mut tried = by_number(&[
        ("local socket", libc::SYS_socket, [local, 1, 0, 0, 0, 0]),
        ("pair of sockets", libc::SYS_socketpair, [local, 1, 0, 0, 0, 0]),
        ("connect", libc::SYS_connect, none),
        ("bind", libc::SYS_bind, none),
        ("send a descriptor away", libc::SYS_sendmsg, none),
        ("folder", libc::SYS_mkdirat, [here(), address(&new), 0o700, 0, 0, 0]),
        ("program", libc::SYS_execve, [address(&path), 0, 0, 0, 0, 0]),
        ("program by descriptor", libc::SYS_execveat, none),
        ("process", libc::SYS_clone, [17, 0, 0, 0, 0, 0]),
        ("other folder to work in", libc::SYS_chdir, [address(&path), 0, 0, 0, 0, 0]),
        ("terminal", libc::SYS_ioctl, [0, 0x5412, 0, 0, 0, 0]),
        ("signals to another", libc::SYS_fcntl, [0, 8, 1, 0, 0, 0]),
    ]);
    let mut note = |what: &str, done: io::Result<()>| tried.push(tell(what, done));
    note("be given what the job does not name", given::read(&place.join("secret")).map(drop));
    note("put another folder in the answer's place", fs::rename(out, out.with_extension("gone")));
    let written =
        given::open(&place.join("given")).and_then(|mut file| io::Write::write_all(&mut file, b"changed"));
    // The descriptor is open to read, which the system has its own word for.
    let written = written.map_err(|error| match error.raw_os_error() {
        Some(libc::EBADF) => io::Error::from_raw_os_error(libc::EACCES),
        _ => error,
    });
    note("write to what it is given", written);
    tried
}

fn by_number(calls: &[(&str, i64, [u64; 6])]) -> Vec<Tried> {
    calls.iter().map(|(what, number, arguments)| tell(what, call(*number, *arguments))).collect()
}

fn c(path: &Path) -> CString {
    CString::new(path.as_os_str().as_encoded_bytes()).unwrap_or_default()
}

fn address(text: &CString) -> u64 {
    text.as_ptr().expose_provenance() as u64
}

/// The folder a process works in, to calls that take one.
fn here() -> u64 {
    i64::from(libc::AT_FDCWD).cast_unsigned()
}
