//! Writing a file: whole or not at all.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

/// Writes a file that nobody can see half of.
pub fn put(path: &Path, content: &[u8]) -> Result<()> {
    let folder = path.parent().with_context(|| format!("`{}` has no folder", path.display()))?;
    fs::create_dir_all(folder).with_context(|| format!("cannot make `{}`", folder.display()))?;
    let mut beside = tempfile::Builder::new()
        .prefix(".writing-")
        .tempfile_in(folder)
        .with_context(|| format!("cannot write in `{}`", folder.display()))?;
    std::io::Write::write_all(&mut beside, content)
        .and_then(|()| open_to_readers(beside.as_file()))
        .with_context(|| format!("cannot write `{}`", path.display()))?;
    beside.persist(path).with_context(|| format!("cannot write `{}`", path.display()))?;
    Ok(())
}

/// A temporary file is private; what is put into a shared folder is read by others, as the folder allows.
#[cfg(unix)]
fn open_to_readers(file: &fs::File) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn open_to_readers(_: &fs::File) -> std::io::Result<()> {
    Ok(())
}
