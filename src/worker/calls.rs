//! The system calls a worker may make: a list of those that are needed, all others are refused.
//!
//! Both lists were taken from traces: of the readers over the sample week and a corpus of real files, of LibreOffice over
//! documents of every format it is asked for. Nothing on the readers' list names a file's rights, owner, times or attributes, makes
//! a link, a socket or a process, or reaches another process. The second engine may start programs and talk to itself.

use std::collections::BTreeMap;

use seccompiler::{
    BackendError, BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter,
    SeccompRule,
};

/// What every worker needs: memory, threads, time, and files that it has the right to.
const READING: &[i64] = &[
    libc::SYS_read,
    libc::SYS_readv,
    libc::SYS_pread64,
    libc::SYS_preadv,
    libc::SYS_write,
    libc::SYS_writev,
    libc::SYS_pwrite64,
    libc::SYS_pwritev,
    libc::SYS_recvmsg,
    libc::SYS_lseek,
    libc::SYS_openat,
    libc::SYS_close,
    libc::SYS_fstat,
    libc::SYS_newfstatat,
    libc::SYS_statx,
    libc::SYS_getdents64,
    libc::SYS_readlinkat,
    libc::SYS_faccessat,
    libc::SYS_faccessat2,
    libc::SYS_getcwd,
    libc::SYS_unlinkat,
    libc::SYS_renameat,
    libc::SYS_renameat2,
    libc::SYS_ftruncate,
    libc::SYS_fallocate,
    libc::SYS_fadvise64,
    libc::SYS_fsync,
    libc::SYS_fdatasync,
    libc::SYS_copy_file_range,
    libc::SYS_sendfile,
    libc::SYS_mmap,
    libc::SYS_munmap,
    libc::SYS_mprotect,
    libc::SYS_mremap,
    libc::SYS_madvise,
    libc::SYS_brk,
    libc::SYS_futex,
    libc::SYS_sched_yield,
    libc::SYS_sched_getaffinity,
    libc::SYS_nanosleep,
    libc::SYS_clock_nanosleep,
    libc::SYS_clock_gettime,
    libc::SYS_clock_getres,
    libc::SYS_gettimeofday,
    libc::SYS_rt_sigaction,
    libc::SYS_rt_sigprocmask,
    libc::SYS_rt_sigreturn,
    libc::SYS_sigaltstack,
    libc::SYS_restart_syscall,
    libc::SYS_set_robust_list,
    libc::SYS_set_tid_address,
    libc::SYS_rseq,
    libc::SYS_gettid,
    libc::SYS_getpid,
    libc::SYS_getuid,
    libc::SYS_geteuid,
    libc::SYS_getgid,
    libc::SYS_getegid,
    libc::SYS_getrandom,
    libc::SYS_uname,
    libc::SYS_sysinfo,
    libc::SYS_exit,
    libc::SYS_exit_group,
    libc::SYS_ppoll,
    // The first filter says that there is none, so that the call with flags that can be looked at is made instead.
    libc::SYS_clone3,
];

/// Calls of the same meaning that only this machine has.
#[cfg(target_arch = "x86_64")]
const OLD: &[i64] = &[
    libc::SYS_open,
    libc::SYS_stat,
    libc::SYS_lstat,
    libc::SYS_readlink,
    libc::SYS_access,
    libc::SYS_unlink,
    libc::SYS_rename,
    libc::SYS_poll,
    libc::SYS_time,
];
#[cfg(not(target_arch = "x86_64"))]
const OLD: &[i64] = &[];

/// What a second engine needs on top: programs, folders, pipes, and local sockets to itself.
const ENGINE: &[i64] = &[
    libc::SYS_execve,
    libc::SYS_wait4,
    libc::SYS_waitid,
    libc::SYS_pipe2,
    libc::SYS_dup,
    libc::SYS_dup3,
    libc::SYS_close_range,
    libc::SYS_fcntl,
    libc::SYS_ioctl,
    libc::SYS_chdir,
    libc::SYS_fchdir,
    libc::SYS_umask,
    libc::SYS_mkdirat,
    libc::SYS_statfs,
    libc::SYS_fstatfs,
    libc::SYS_flock,
    libc::SYS_lgetxattr,
    libc::SYS_getppid,
    libc::SYS_getpgid,
    libc::SYS_getrusage,
    libc::SYS_getgroups,
    libc::SYS_sched_getparam,
    libc::SYS_sched_getscheduler,
    libc::SYS_mlock,
    libc::SYS_msync,
    libc::SYS_eventfd2,
    libc::SYS_epoll_create1,
    libc::SYS_epoll_ctl,
    libc::SYS_epoll_pwait,
    libc::SYS_membarrier,
    libc::SYS_bind,
    libc::SYS_listen,
    libc::SYS_accept,
    libc::SYS_accept4,
    libc::SYS_connect,
    libc::SYS_shutdown,
    libc::SYS_sendto,
    libc::SYS_recvfrom,
    libc::SYS_getsockname,
    libc::SYS_getpeername,
    libc::SYS_getsockopt,
    libc::SYS_setsockopt,
];

#[cfg(target_arch = "x86_64")]
const OLD_ENGINE: &[i64] = &[
    libc::SYS_arch_prctl,
    libc::SYS_dup2,
    libc::SYS_pipe,
    libc::SYS_mkdir,
    libc::SYS_rmdir,
    libc::SYS_getpgrp,
    libc::SYS_epoll_wait,
    libc::SYS_select,
    libc::SYS_vfork,
];
#[cfg(not(target_arch = "x86_64"))]
const OLD_ENGINE: &[i64] = &[];

/// Who a list of calls is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Caller {
    Reader,
    /// A second engine, and the worker that starts it.
    Engine,
}

/// Refuses this thread, and all it starts, every call that is not on its list; false where the system cannot.
pub(crate) fn allow_only(caller: Caller) -> bool {
    let laid = || -> Result<(), Box<dyn std::error::Error>> {
        let unknown = filter(
            BTreeMap::from([(libc::SYS_clone3, Vec::new())]),
            SeccompAction::Allow,
            errno(libc::ENOSYS)?,
        )?;
        let listed = filter(listed(caller)?, errno(libc::EPERM)?, SeccompAction::Allow)?;
        seccompiler::apply_filter(&unknown)?;
        Ok(seccompiler::apply_filter(&listed)?)
    };
    laid().is_ok()
}

fn errno(code: i32) -> Result<SeccompAction, std::num::TryFromIntError> {
    Ok(SeccompAction::Errno(u32::try_from(code)?))
}

fn filter(
    rules: BTreeMap<i64, Vec<SeccompRule>>,
    otherwise: SeccompAction,
    matched: SeccompAction,
) -> Result<BpfProgram, BackendError> {
    SeccompFilter::new(rules, otherwise, matched, std::env::consts::ARCH.try_into()?)?.try_into()
}

fn listed(caller: Caller) -> Result<BTreeMap<i64, Vec<SeccompRule>>, Box<dyn std::error::Error>> {
    let mut rules: BTreeMap<i64, Vec<SeccompRule>> =
        READING.iter().chain(OLD).map(|call| (*call, Vec::new())).collect();
    let ours = std::process::id().into();
    let mut only = |call: i64, conditions: Vec<Vec<SeccompCondition>>| -> Result<(), BackendError> {
        let either = conditions.into_iter().map(SeccompRule::new).collect::<Result<Vec<_>, _>>()?;
        rules.insert(call, either);
        Ok(())
    };
    // Limits of its own may be read, and the processor time raised within what is allowed for good.
    only(
        libc::SYS_prlimit64,
        vec![
            vec![is(0, 0)?, is(1, u64::from(libc::RLIMIT_CPU))?],
            vec![is(0, 0)?, SeccompCondition::new(2, SeccompCmpArgLen::Qword, SeccompCmpOp::Eq, 0)?],
        ],
    )?;
    only(libc::SYS_prctl, vec![vec![is(0, u64::try_from(libc::PR_SET_NAME)?)?]])?;
    if caller == Caller::Reader {
        // Threads, but no processes.
        let thread = u64::try_from(libc::CLONE_THREAD | libc::CLONE_VM | libc::CLONE_SIGHAND)?;
        only(libc::SYS_clone, vec![vec![masked(0, thread, thread)?, masked(0, spaces()?, 0)?]])?;
        only(libc::SYS_tgkill, vec![vec![is(0, ours)?]])?;
        // Copies of descriptors and their flags; none that has a signal sent.
        let ways = [
            libc::F_DUPFD,
            libc::F_DUPFD_CLOEXEC,
            libc::F_GETFD,
            libc::F_SETFD,
            libc::F_GETFL,
            libc::F_SETFL,
        ];
        let ways = ways.into_iter().map(|way| Ok(vec![is(1, u64::try_from(way)?)?]));
        only(libc::SYS_fcntl, ways.collect::<Result<Vec<_>, Box<dyn std::error::Error>>>()?)?;
        return Ok(rules);
    }
    let local = u64::try_from(libc::AF_UNIX)?;
    only(libc::SYS_socket, vec![vec![is(0, local)?]])?;
    only(libc::SYS_socketpair, vec![vec![is(0, local)?]])?;
    only(libc::SYS_clone, vec![vec![masked(0, spaces()?, 0)?]])?;
    // Its programs end themselves and each other; the scope of signals is Landlock's, and the room's.
    only(
        libc::SYS_tgkill,
        vec![vec![SeccompCondition::new(0, SeccompCmpArgLen::Dword, SeccompCmpOp::Gt, 1)?]],
    )?;
    rules.extend(ENGINE.iter().chain(OLD_ENGINE).map(|call| (*call, Vec::new())));
    Ok(rules)
}

/// Flags that would make another room.
fn spaces() -> Result<u64, std::num::TryFromIntError> {
    u64::try_from(
        libc::CLONE_NEWUSER
            | libc::CLONE_NEWNS
            | libc::CLONE_NEWPID
            | libc::CLONE_NEWNET
            | libc::CLONE_NEWIPC
            | libc::CLONE_NEWUTS
            | libc::CLONE_NEWCGROUP,
    )
}

fn is(argument: u8, value: u64) -> Result<SeccompCondition, BackendError> {
    SeccompCondition::new(argument, SeccompCmpArgLen::Dword, SeccompCmpOp::Eq, value)
}

fn masked(argument: u8, mask: u64, value: u64) -> Result<SeccompCondition, BackendError> {
    SeccompCondition::new(argument, SeccompCmpArgLen::Dword, SeccompCmpOp::MaskedEq(mask), value)
}
