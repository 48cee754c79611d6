//! The faces everything is set in: part of the program, laid out as files because the typesetter reads fonts from a folder.
//!
//! A rendition depends on them, so they have a fingerprint, and the folder is named after it.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use anyhow::{Context, Result};
use oxml_layout::bundled_fonts::bundled_font_data;
use sha2::{Digest, Sha256};

use crate::share::put;

/// Faces that are only fallen back to, for signs, Georgian and Armenian: name and bytes.
const SIGNS: [(&str, &[u8]); 2] =
    [("Hack", epaint_default_fonts::HACK_REGULAR), ("Noto Emoji", epaint_default_fonts::NOTO_EMOJI_REGULAR)];

/// The faces: family and bytes.
pub fn bundled() -> impl Iterator<Item = (&'static str, &'static [u8])> {
    bundled_font_data().into_iter().chain(SIGNS)
}

/// Name of the bundled faces: changes when any of them does.
pub fn fingerprint() -> &'static str {
    static FINGERPRINT: OnceLock<String> = OnceLock::new();
    FINGERPRINT.get_or_init(|| {
        let mut hash = Sha256::new();
        for (family, bytes) in bundled() {
            hash.update(family);
            hash.update(bytes);
        }
        hash.finalize().iter().take(6).fold(String::new(), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}");
            hex
        })
    })
}

/// The folder of bundled faces under `folder`, written the first time it is asked for.
///
/// Fails when the folder cannot be made or written.
pub fn lay_out(folder: &Path) -> Result<PathBuf> {
    let place = folder.join(fingerprint());
    if place.is_dir() {
        return Ok(place);
    }
    fs::create_dir_all(folder).with_context(|| format!("cannot make `{}`", folder.display()))?;
    let beside = tempfile::Builder::new()
        .prefix("fonts-")
        .tempdir_in(folder)
        .with_context(|| format!("cannot write in `{}`", folder.display()))?;
    for (number, (family, bytes)) in bundled().enumerate() {
        let file = beside.path().join(format!("{number:02}-{}.ttf", family.replace(' ', "-")));
        put::put(&file, bytes)?;
    }
    match fs::rename(beside.path(), &place) {
        Err(error) if !place.is_dir() => {
            Err(error).with_context(|| format!("cannot make `{}`", place.display()))
        }
        // Somebody else laid out the same faces meanwhile, or we just did.
        _ => {
            put::sync_folder_of(&place).with_context(|| format!("cannot sync `{}`", folder.display()))?;
            Ok(place)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faces_are_laid_out_once_and_complete() {
        let folder = tempfile::TempDir::new().unwrap();
        let place = lay_out(folder.path()).unwrap();
        assert_eq!(lay_out(folder.path()).unwrap(), place);
        let size = |entry: fs::DirEntry| entry.metadata().unwrap().len();
        let sizes: Vec<u64> = fs::read_dir(&place).unwrap().map(|entry| size(entry.unwrap())).collect();
        assert_eq!(sizes.len(), bundled().count());
        assert!(sizes.iter().all(|size| 1000 < *size));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "no half-written folder is left");
    }
}
