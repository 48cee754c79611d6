//! What a worker on Linux can see and use: a root of its own with nothing in it but its folders, Landlock, limits.
//!
//! Called in the worker itself, before it reads a byte of a paper and while it has one thread.

use std::io;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};

use landlock::{
    ABI, Access, AccessFs, AccessNet, BitFlags, CompatLevel, Compatible, LandlockStatus, Ruleset,
    RulesetAttr, RulesetCreatedAttr, RulesetError, Scope, path_beneath_rules,
};
use rustix::fs::{CWD, Mode, OFlags};
use rustix::mount::{
    FsMountFlags, FsOpenFlags, MountAttrFlags, MountPropagationFlags, MoveMountFlags, OpenTreeFlags,
    UnmountFlags, fsconfig_create, fsconfig_set_string, fsmount, fsopen, mount_change, move_mount, open_tree,
    unmount,
};
use rustix::process::{Resource, Rlimit, setrlimit};

use crate::worker::terms::Terms;

/// Room for mappings that hold no memory: the program itself, the allocator's reservations, stacks.
const ADDRESS_SLACK: u64 = 4096;

/// What a second engine may put into its private `/tmp`.
const TEMPORARY: &str = "64m";

/// Processes and threads in one room; what a reader needs, and what a second engine does.
const PROCESSES: u64 = 64;
const PROCESSES_OF_ENGINE: u64 = 256;

/// Jobs that use all the time they have after which a worker has used up its own.
const FULL_JOBS: u64 = 8;

/// Takes the whole of the machine's files away but for those of the terms and `folder`.
///
/// Fails where the system does not let it; then what was there is there still.
pub(crate) fn own_root(terms: &Terms, folder: &Path) -> io::Result<()> {
    let private = MountPropagationFlags::PRIVATE | MountPropagationFlags::REC;
    mount_change("/", private)?;
    let root = empty("1m")?;
    let engine = !terms.runnable.is_empty();
    let mut shown: Vec<&Path> = terms.readable.iter().chain(&terms.runnable).map(PathBuf::as_path).collect();
    shown.extend(devices(terms).iter().map(Path::new));
    shown.push(folder);
    shown.retain(|path| !path.starts_with("/proc"));
    shown.sort();
    shown.dedup_by(|path, above| path.starts_with(above));
    // All are taken hold of before the new root is put over one of them.
    let trees =
        shown.into_iter().filter_map(|path| Tree::of(path).transpose()).collect::<io::Result<Vec<_>>>()?;
    move_mount(&root, "", CWD, folder, MoveMountFlags::MOVE_MOUNT_F_EMPTY_PATH)?;
    furnish(&root, &trees, engine).and_then(|()| move_into(&root)).inspect_err(|_| {
        // Without a root of its own it must find its folder again.
        let _ = unmount(folder, UnmountFlags::DETACH);
    })?;
    Ok(rustix::process::chdir(folder)?)
}

/// Puts what is to be seen into the new root.
fn furnish(root: &OwnedFd, trees: &[Tree<'_>], engine: bool) -> io::Result<()> {
    if engine {
        make_folders(root, Path::new("tmp"))?;
        put(&empty(TEMPORARY)?, root, Path::new("tmp"))?;
        // LibreOffice will not start where this file is missing; nothing needs to be in it.
        make_folders(root, Path::new("proc"))?;
        make_file(root, Path::new("proc/version"))?;
    }
    trees.iter().try_for_each(|tree| tree.plant(root))
}

fn move_into(root: &OwnedFd) -> io::Result<()> {
    rustix::process::fchdir(root)?;
    rustix::process::pivot_root(".", ".")?;
    Ok(unmount(".", UnmountFlags::DETACH)?)
}

/// A file system in memory that nothing is in yet.
fn empty(size: &str) -> io::Result<OwnedFd> {
    let new = fsopen("tmpfs", FsOpenFlags::FSOPEN_CLOEXEC)?;
    fsconfig_set_string(&new, "size", size)?;
    fsconfig_set_string(&new, "mode", "0700")?;
    fsconfig_create(&new)?;
    let attributes = MountAttrFlags::MOUNT_ATTR_NOSUID | MountAttrFlags::MOUNT_ATTR_NODEV;
    Ok(fsmount(&new, FsMountFlags::FSMOUNT_CLOEXEC, attributes)?)
}

/// Something of the machine's that stays to be seen.
enum Tree<'p> {
    Link(&'p Path, PathBuf),
    Folder(&'p Path, OwnedFd),
    File(&'p Path, OwnedFd),
}

impl<'p> Tree<'p> {
    /// None where nothing is.
    fn of(path: &'p Path) -> io::Result<Option<Self>> {
        let Ok(found) = path.symlink_metadata() else { return Ok(None) };
        if found.is_symlink() {
            return Ok(Some(Tree::Link(path, std::fs::read_link(path)?)));
        }
        let how =
            OpenTreeFlags::OPEN_TREE_CLONE | OpenTreeFlags::OPEN_TREE_CLOEXEC | OpenTreeFlags::AT_RECURSIVE;
        let tree = open_tree(CWD, path, how)?;
        Ok(Some(if found.is_dir() { Tree::Folder(path, tree) } else { Tree::File(path, tree) }))
    }

    /// Puts it where it was, below the new root.
    fn plant(&self, root: &OwnedFd) -> io::Result<()> {
        let (Tree::Link(path, _) | Tree::Folder(path, _) | Tree::File(path, _)) = self;
        let below = path.strip_prefix("/").map_err(io::Error::other)?;
        let above = if matches!(self, Tree::Folder(..)) { below } else { below.parent().unwrap_or(below) };
        make_folders(root, above)?;
        match self {
            Tree::Link(_, to) => Ok(rustix::fs::symlinkat(to, root, below)?),
            Tree::Folder(_, tree) => put(tree, root, below),
            Tree::File(_, tree) => {
                make_file(root, below)?;
                put(tree, root, below)
            }
        }
    }
}

fn make_file(root: &OwnedFd, below: &Path) -> io::Result<()> {
    let how = OFlags::CREATE | OFlags::WRONLY | OFlags::CLOEXEC;
    drop(rustix::fs::openat(root, below, how, Mode::RUSR)?);
    Ok(())
}

fn put(tree: &OwnedFd, root: &OwnedFd, below: &Path) -> io::Result<()> {
    Ok(move_mount(tree, "", root, below, MoveMountFlags::MOVE_MOUNT_F_EMPTY_PATH)?)
}

fn make_folders(root: &OwnedFd, below: &Path) -> io::Result<()> {
    let mut ancestors: Vec<&Path> = below.ancestors().filter(|path| !path.as_os_str().is_empty()).collect();
    ancestors.reverse();
    for folder in ancestors {
        match rustix::fs::mkdirat(root, folder, Mode::RWXU) {
            Ok(()) | Err(rustix::io::Errno::EXIST) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

/// How far Landlock could be had.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shut {
    Wholly,
    /// The kernel's Landlock is older than that which knows of signals and local sockets.
    Partly,
    Not,
}

/// Only the folders of the terms can be opened, only `folder` can be written to, no port, process or local socket of others can
/// be reached: by the newest Landlock that the kernel has.
pub(crate) fn shut_files(terms: &Terms, folder: &Path) -> Shut {
    let newest = ABI::V9;
    let laid = || -> Result<LandlockStatus, RulesetError> {
        let read = AccessFs::ReadFile | AccessFs::ReadDir;
        let status = Ruleset::default()
            .set_compatibility(CompatLevel::BestEffort)
            .handle_access(AccessFs::from_all(newest))?
            .handle_access(AccessNet::from_all(newest))?
            .scope(Scope::from_all(newest))?
            .create()?
            .add_rules(path_beneath_rules(&terms.readable, read))?
            .add_rules(path_beneath_rules(&terms.runnable, read | AccessFs::Execute))?
            .add_rules(path_beneath_rules(devices(terms), read | AccessFs::WriteFile))?
            .add_rules(path_beneath_rules(meeting_place(terms), AccessFs::MakeSock | AccessFs::RemoveFile))?
            .add_rules(path_beneath_rules([folder], in_own_folder(terms)))?
            .restrict_self()?;
        Ok(status.landlock)
    };
    match laid() {
        Ok(LandlockStatus::Available { effective_abi, .. }) if ABI::V6 <= effective_abi => Shut::Wholly,
        Ok(LandlockStatus::Available { .. }) => Shut::Partly,
        _ => Shut::Not,
    }
}

/// Plain files; a second engine makes folders as well, and moves files between them.
fn in_own_folder(terms: &Terms) -> BitFlags<AccessFs> {
    let files = AccessFs::ReadFile
        | AccessFs::ReadDir
        | AccessFs::WriteFile
        | AccessFs::MakeReg
        | AccessFs::RemoveFile
        | AccessFs::Truncate;
    if terms.runnable.is_empty() {
        return files;
    }
    files | AccessFs::MakeDir | AccessFs::RemoveDir | AccessFs::Refer
}

/// The devices a second engine cannot start without.
fn devices(terms: &Terms) -> &'static [&'static str] {
    if terms.runnable.is_empty() { &[] } else { &["/dev/null", "/dev/zero", "/dev/random", "/dev/urandom"] }
}

/// Where a second engine insists on putting the local socket it talks to itself through, and takes it away again.
fn meeting_place(terms: &Terms) -> &'static [&'static str] {
    if terms.runnable.is_empty() { &[] } else { &["/tmp"] }
}

/// Sets the limits that stay; names those that could not be set.
pub(crate) fn limit_all(terms: &Terms, in_room: bool) -> Vec<&'static str> {
    // Data counts what is really writable; address space also counts reservations, so it gets slack.
    let (data, space) = (terms.memory_mb << 20, (terms.memory_mb + ADDRESS_SLACK) << 20);
    let file = terms.output_mb << 20;
    let processes = if terms.runnable.is_empty() { PROCESSES } else { PROCESSES_OF_ENGINE };
    // What one worker may use of a processor in its whole life: each job gets its part of it.
    let hard = terms.seconds * terms.threads.max(1) as u64 * FULL_JOBS;
    let mut limits = vec![
        (Resource::Data, data, "memory is not limited"),
        (Resource::As, space, "memory is not limited"),
        (Resource::Fsize, file, "file size is not limited"),
        (Resource::Core, 0, "core dumps are not switched off"),
        (Resource::Cpu, hard, "processor time is not limited"),
    ];
    if in_room {
        // Elsewhere all processes of the account would be counted.
        limits.push((Resource::Nproc, processes + terms.threads as u64, "processes are not limited"));
    }
    let kept = |(resource, most, _): &(Resource, u64, &str)| {
        setrlimit(*resource, Rlimit { current: Some(*most), maximum: Some(*most) }).is_ok()
    };
    limits.iter().filter(|limit| !kept(limit)).map(|limit| limit.2).collect()
}
