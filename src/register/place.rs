//! The data folder: made private, and refused where SQLite and renames cannot be trusted.

use std::fs;
use std::path::{Component, Path, Prefix};
use std::time::Duration;

use crate::register::failure::RegisterError;

/// File systems on another machine, by the name the kernel gives them.
const REMOTE: &[&str] = &[
    "nfs",
    "nfs4",
    "cifs",
    "smb3",
    "smbfs",
    "afs",
    "ceph",
    "ncpfs",
    "coda",
    "lustre",
    "davfs",
    "fuse.sshfs",
    "fuse.rclone",
    "fuse.davfs2",
    "fuse.s3fs",
    "fuse.glusterfs",
    "fuse.smbnetfs",
    "fuse.gvfsd-fuse",
    "fuse.curlftpfs",
];

/// How folders begin that somebody is at work in for a moment, below the data folder.
pub const SCRATCH: &str = "scratch-";

/// Removes such folders where whoever worked in them was killed that long ago.
///
/// Fails when the data folder cannot be read, or a folder not be removed.
pub fn sweep_scratch(data: &Path, older_than: Duration) -> Result<(), RegisterError> {
    let list = fs::read_dir(data).and_then(|list| list.collect::<std::io::Result<Vec<_>>>());
    for entry in list.map_err(RegisterError::io("list", data))? {
        let ours = entry.file_name().to_string_lossy().starts_with(SCRATCH);
        let age = entry.metadata().and_then(|found| found.modified()).ok().and_then(|at| at.elapsed().ok());
        if ours && age.is_some_and(|age| age >= older_than) {
            fs::remove_dir_all(entry.path()).map_err(RegisterError::io("remove", &entry.path()))?;
        }
    }
    Ok(())
}

/// Makes `data` for the service alone and refuses a network drive.
pub fn prepare(data: &Path) -> Result<(), RegisterError> {
    if let Some(kind) = network_kind(nearest_existing(data))? {
        return Err(RegisterError::NetworkFolder { path: data.to_owned(), kind });
    }
    make_private_folder(data)
}

/// A folder (and those above it) that only the service may look into.
pub fn make_private_folder(folder: &Path) -> Result<(), RegisterError> {
    fs::create_dir_all(folder).map_err(RegisterError::io("make the folder", folder))?;
    restrict(folder, 0o700)
}

/// Sets the permissions of what we made; other systems than Unix inherit the folder's.
pub fn restrict(path: &Path, mode: u32) -> Result<(), RegisterError> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(path, fs::Permissions::from_mode(mode))
            .map_err(RegisterError::io("set the permissions of", path))?;
    }
    #[cfg(not(unix))]
    let _ = (path, mode);
    Ok(())
}

fn nearest_existing(path: &Path) -> &Path {
    path.ancestors().find(|folder| folder.exists()).unwrap_or(path)
}

fn network_kind(folder: &Path) -> Result<Option<String>, RegisterError> {
    if let Some(Component::Prefix(prefix)) = folder.components().next()
        && matches!(prefix.kind(), Prefix::UNC(..) | Prefix::VerbatimUNC(..))
    {
        return Ok(Some("a UNC path".to_owned()));
    }
    #[cfg(target_os = "linux")]
    {
        let found = rustix::fs::statfs(folder)
            .map_err(|error| RegisterError::io("look at the file system of", folder)(error.into()))?;
        let magic = u64::try_from(found.f_type).unwrap_or_default();
        let mounts = fs::read_to_string("/proc/self/mountinfo").unwrap_or_default();
        let folder = fs::canonicalize(folder).map_err(RegisterError::io("find", folder))?;
        Ok(remote(magic, &mounts, &folder))
    }
    #[cfg(not(target_os = "linux"))]
    Ok(None)
}

/// What the kernel says: by the file system's number, and for FUSE by the mount table's name.
#[cfg(target_os = "linux")]
fn remote(magic: u64, mounts: &str, folder: &Path) -> Option<String> {
    let by_number = match magic & 0xFFFF_FFFF {
        0x6969 => Some("nfs"),
        0xFF53_4D42 | 0xFE53_4D42 | 0x517B => Some("cifs"),
        0x5346_414F => Some("afs"),
        0x00C3_6400 => Some("ceph"),
        0x564C => Some("ncpfs"),
        _ => None,
    };
    let by_name = || mount_kind(mounts, folder).filter(|kind| REMOTE.contains(kind));
    by_number.or_else(by_name).map(str::to_owned)
}

/// The type of the mount that `folder` lies on: the longest mount point above it, the last one mounted there.
#[cfg(target_os = "linux")]
fn mount_kind<'mounts>(mounts: &'mounts str, folder: &Path) -> Option<&'mounts str> {
    let of_line = |line: &'mounts str| {
        let (place, what) = line.split_once(" - ")?;
        let point = place.split(' ').nth(4)?.replace("\\040", " ");
        let deep = folder.starts_with(&point).then_some(point.len())?;
        Some((deep, what.split(' ').next()?))
    };
    mounts.lines().filter_map(of_line).max_by_key(|(deep, _)| *deep).map(|(_, kind)| kind)
}

#[cfg(test)]
#[cfg(target_os = "linux")]
mod tests {
    use super::*;

    const MOUNTS: &str = "22 1 254:0 / / rw - ext4 /dev/vda rw\n\
        40 22 0:50 / /mnt/panel\\040share rw - fuse.sshfs council@files:/ rw\n\
        41 22 0:51 / /mnt/usb rw - fuseblk /dev/sdb1 rw\n";

    #[test]
    fn network_drives_are_known_by_number_and_by_name() {
        let ext4 = 0xEF53;
        let fuse = 0x6573_5546;
        assert_eq!(remote(0x6969, MOUNTS, Path::new("/srv")), Some("nfs".to_owned()));
        assert_eq!(remote(0xFFFF_FFFF_FF53_4D42, MOUNTS, Path::new("/srv")), Some("cifs".to_owned()));
        assert_eq!(remote(fuse, MOUNTS, Path::new("/mnt/panel share/data")), Some("fuse.sshfs".to_owned()));
        assert_eq!(remote(fuse, MOUNTS, Path::new("/mnt/usb/data")), None);
        assert_eq!(remote(ext4, MOUNTS, Path::new("/srv/panelclerk")), None);
    }

    #[test]
    fn the_data_folder_is_for_the_service_alone() {
        use std::os::unix::fs::PermissionsExt;
        let place = tempfile::tempdir().unwrap();
        let data = place.path().join("a/b");
        prepare(&data).unwrap();
        assert_eq!(fs::metadata(&data).unwrap().permissions().mode() & 0o777, 0o700);
    }
}
