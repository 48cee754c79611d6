//! The faces everything is set in: part of the program, laid out as files because the typesetter reads fonts from a folder; and beside them
//! those of the council's own folder, and of Debian's Noto packages for the scripts that the bundled ones lack.
//!
//! A rendition depends on them, so they have a fingerprint, and the folder is named after it: a face that is added, changed or taken away
//! gives another folder, and no page changes under the same name.

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

/// Where Debian's packages (`fonts-noto-core`, `fonts-noto-cjk`) put their faces.
const NOTO_FOLDERS: [&str; 2] = ["/usr/share/fonts/truetype/noto", "/usr/share/fonts/opentype/noto"];

/// Those of their faces that are taken: the scripts of families in England, upright and bold.
const NOTO: [&str; 20] = [
    "NotoSansArabic",
    "NotoNastaliqUrdu",
    "NotoSansHebrew",
    "NotoSansDevanagari",
    "NotoSansBengali",
    "NotoSansGurmukhi",
    "NotoSansGujarati",
    "NotoSansTamil",
    "NotoSansTelugu",
    "NotoSansKannada",
    "NotoSansMalayalam",
    "NotoSansSinhala",
    "NotoSansThai",
    "NotoSansLao",
    "NotoSansKhmer",
    "NotoSansMyanmar",
    "NotoSansEthiopic",
    "NotoSansThaana",
    "NotoSansSyriac",
    "NotoSansCJK",
];

/// Faces taken from the council's own folder, and what one may weigh.
const MOST_OWN: usize = 100;
const LARGEST: u64 = 64 << 20;

/// The folder that was laid out, for what is set in this process.
static LAID_OUT: OnceLock<PathBuf> = OnceLock::new();

/// The faces: family and bytes.
pub fn bundled() -> impl Iterator<Item = (&'static str, &'static [u8])> {
    bundled_font_data().into_iter().chain(SIGNS)
}

/// Name of the faces that pages are set in here: changes when any of them does.
pub fn fingerprint() -> &'static str {
    static BUNDLED: OnceLock<String> = OnceLock::new();
    let laid_out = LAID_OUT.get().and_then(|place| place.file_name()?.to_str());
    laid_out.unwrap_or_else(|| BUNDLED.get_or_init(|| name_of(&[])))
}

/// The name of the bundled faces with these besides.
fn name_of(further: &[(String, Vec<u8>)]) -> String {
    let mut hash = Sha256::new();
    for (family, bytes) in bundled() {
        hash.update(family);
        hash.update(bytes);
    }
    for (name, bytes) in further {
        hash.update(name);
        hash.update(bytes);
    }
    hash.finalize().iter().take(6).fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// The files of faces besides the bundled: those in the council's own folder, then Debian's Noto where it is installed.
pub fn further(own: Option<&Path>) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = own.map(files_of).unwrap_or_default();
    files.truncate(MOST_OWN);
    let installed = NOTO_FOLDERS.iter().flat_map(|folder| files_of(Path::new(folder)));
    let wanted = |file: &PathBuf| {
        let stem = file.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
        stem.rsplit_once('-')
            .is_some_and(|(family, weight)| NOTO.contains(&family) && matches!(weight, "Regular" | "Bold"))
    };
    files.extend(installed.filter(wanted));
    files
}

/// The faces of one folder, in the order of their names; none where there is no such folder.
fn files_of(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok);
    let is_face = |file: &PathBuf| {
        let ending = file.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
        let small = fs::metadata(file).is_ok_and(|about| about.is_file() && about.len() <= LARGEST);
        ["ttf", "otf", "ttc", "otc"].iter().any(|face| ending.eq_ignore_ascii_case(face)) && small
    };
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.path()).filter(is_face).collect();
    files.sort();
    files
}

/// The faces that lie in the folder used here besides the bundled ones.
pub(crate) fn beside_bundled() -> Vec<Vec<u8>> {
    let files = LAID_OUT.get().map(|place| files_of(place)).unwrap_or_default();
    files.iter().skip(bundled().count()).filter_map(|file| fs::read(file).ok()).collect()
}

/// Says where the faces lie that this process sets its pages in. The first word counts.
pub(crate) fn lie_in(place: &Path) {
    LAID_OUT.get_or_init(|| place.to_owned());
}

/// The folder of bundled faces under `folder`, written the first time it is asked for.
///
/// Fails when the folder cannot be made or written.
pub fn lay_out(folder: &Path) -> Result<PathBuf> {
    lay_out_with(folder, &[])
}

/// The same, with these files besides.
///
/// Fails when one of them cannot be read as well.
pub fn lay_out_with(folder: &Path, further: &[PathBuf]) -> Result<PathBuf> {
    let read = |file: &PathBuf| {
        let bytes = fs::read(file).with_context(|| format!("cannot read the face `{}`", file.display()))?;
        let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        anyhow::Ok((name, bytes))
    };
    let further: Vec<(String, Vec<u8>)> = further.iter().map(read).collect::<Result<_>>()?;
    let place = folder.join(name_of(&further));
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
    // Their numbers go on, so that the bundled faces stay the first in the folder.
    for (number, (name, bytes)) in (bundled().count()..).zip(&further) {
        put::put(&beside.path().join(format!("{number:02}-{name}")), bytes)?;
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

    #[test]
    fn a_face_of_the_councils_own_gives_the_folder_another_name() {
        let (folder, own) = (tempfile::TempDir::new().unwrap(), tempfile::TempDir::new().unwrap());
        let (_, face) = bundled().next().unwrap();
        put::put(&own.path().join("Council.TTF"), face).unwrap();
        put::put(&own.path().join("read me.txt"), b"no face").unwrap();
        let further: Vec<PathBuf> =
            further(Some(own.path())).into_iter().filter(|file| file.starts_with(own.path())).collect();
        assert_eq!(further, [own.path().join("Council.TTF")]);
        let place = lay_out_with(folder.path(), &further).unwrap();
        assert_ne!(place, lay_out(folder.path()).unwrap());
        assert!(place.join(format!("{:02}-Council.TTF", bundled().count())).is_file());
    }
}
