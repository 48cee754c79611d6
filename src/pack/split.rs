//! A pack in parts that fit a mailbox: cut between cases, every page with the number it has in the whole.
//!
//! A part that does not fit is first tried with its pictures brought down to 300 dots an inch, then cut.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};
use sha2::Digest;

use crate::pack::front::{self, Front};
use crate::pack::manifest::Manifest;
use crate::pack::paging::{Cut, Paging, Piece};
use crate::pack::plan::Plan;
use crate::pack::press::{Materials, press_cut};
use crate::pack::thin::thin;
use crate::pack::verify::verify;
use crate::panel::ids::Sha256;

/// What a letter needs besides its attachment.
const LETTER: u64 = 48 * 1024;

/// One part, in a file of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartFile {
    pub file: PathBuf,
    pub cut: Cut,
    /// Of the whole pack, with this file's hash.
    pub manifest: Manifest,
}

/// Presses `plan` into as few parts as it takes for each to fit a letter of `limit` bytes, into `folder`.
pub fn split(plan: &Plan, materials: &Materials, limit: u64, folder: &Path) -> Result<Vec<PartFile>> {
    let front = front::set(plan, &materials.template, &materials.files)?;
    let seams = seams(&front.paging);
    let mut parts = Vec::new();
    let mut waiting = vec![front.paging.whole()];
    while let Some(cut) = waiting.pop() {
        let part = press_one(plan, &front, materials, cut, folder)?;
        let size = std::fs::metadata(&part.file)
            .with_context(|| format!("cannot read {}", part.file.display()))?
            .len();
        if encoded(size) <= limit {
            parts.push(part);
            continue;
        }
        if let Some(part) = thinned(&part, materials, limit)? {
            parts.push(part);
            continue;
        }
        std::fs::remove_file(&part.file).with_context(|| format!("cannot remove {}", part.file.display()))?;
        let Some(seam) = middle(&seams, cut) else {
            bail!(
                "pages {} to {} belong to one case and do not fit a letter of {} MB; hint: send that case by another way",
                cut.first,
                cut.last,
                limit / 1_000_000
            );
        };
        // The earlier half is taken up first.
        waiting.push(Cut { first: seam, last: cut.last });
        waiting.push(Cut { first: cut.first, last: seam - 1 });
    }
    Ok(parts)
}

/// The same part with its pictures brought down to what print can show, if that makes it fit and it still verifies.
fn thinned(part: &PartFile, materials: &Materials, limit: u64) -> Result<Option<PartFile>> {
    let read = std::fs::read(&part.file).with_context(|| format!("cannot read {}", part.file.display()))?;
    let Some(smaller) = thin(&read)? else { return Ok(None) };
    if u64::try_from(smaller.len()).map_or(true, |size| limit < encoded(size)) {
        return Ok(None);
    }
    let mut manifest = part.manifest.clone();
    manifest.sha256 = Sha256::from_digest(sha2::Sha256::digest(&smaller).into());
    if !verify(smaller.clone(), &manifest, part.cut, &materials.renditions).is_empty() {
        return Ok(None);
    }
    write(&part.file, &smaller)?;
    Ok(Some(PartFile { manifest, ..part.clone() }))
}

/// In place of what is there.
fn write(file: &Path, bytes: &[u8]) -> Result<()> {
    let saying = || format!("cannot write {}", file.display());
    let mut written = File::create(file).with_context(saying)?;
    written.write_all(bytes).and_then(|()| written.sync_all()).with_context(saying)
}

/// A file's size as it travels: base64 in lines of 76, and the letter around it.
pub fn encoded(size: u64) -> u64 {
    size.div_ceil(57) * 78 + LETTER
}

fn press_one(plan: &Plan, front: &Front, materials: &Materials, cut: Cut, folder: &Path) -> Result<PartFile> {
    let file = folder.join(format!("pages-{}-{}.pdf", cut.first, cut.last));
    let manifest = press_cut(plan, front, materials, cut, &file)?;
    Ok(PartFile { file, cut, manifest })
}

/// Pages on which a part may begin: a case's first, the last list, a supplement.
fn seams(paging: &Paging) -> Vec<u32> {
    let begins = |piece: &Piece| match piece {
        Piece::Divider(_) | Piece::LeftOut | Piece::Supplement(_) => true,
        Piece::Withheld(inner) => matches!(inner.as_ref(), Piece::Divider(_)),
        _ => false,
    };
    paging.placed.iter().filter(|placed| begins(&placed.piece)).map(|placed| placed.first).collect()
}

/// The seam nearest to the middle of `cut`.
fn middle(seams: &[u32], cut: Cut) -> Option<u32> {
    let inside = seams.iter().copied().filter(|seam| cut.first < *seam && *seam <= cut.last);
    let centre = u32::midpoint(cut.first, cut.last);
    inside.min_by_key(|seam| seam.abs_diff(centre))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::pack::plan::plan;
    use crate::pack::sample;

    #[test]
    fn parts_fit_begin_with_a_case_and_go_on_with_the_numbers() {
        let folder = tempfile::tempdir().unwrap();
        let (casebook, renditions) = sample::with_renditions(folder.path());
        let plan = plan(&casebook, &sample::agenda(&casebook), sample::facts());
        let template = include_str!("../../templates/pack.typ").to_owned();
        let materials = Materials { template, files: BTreeMap::new(), renditions };
        let limit = 420_000;
        let parts = split(&plan, &materials, limit, folder.path()).unwrap();
        assert!(parts.len() > 2, "{}", parts.len());
        assert_eq!(parts[0].cut.first, 1);
        for pair in parts.windows(2) {
            assert_eq!(pair[0].cut.last + 1, pair[1].cut.first);
        }
        for part in &parts {
            assert!(encoded(std::fs::metadata(&part.file).unwrap().len()) <= limit);
        }
        assert_eq!(parts.last().unwrap().cut.last, parts[0].manifest.pages);
        assert!(split(&plan, &materials, 60_000, folder.path()).is_err());
    }

    #[test]
    fn pictures_are_brought_down_before_anything_is_cut() {
        let folder = tempfile::tempdir().unwrap();
        let (mut casebook, mut renditions) = sample::with_renditions(folder.path());
        let photo = crate::pack::thin::tests::fine_page();
        let path = folder.path().join("photo.pdf");
        File::create(&path).and_then(|mut file| file.write_all(&photo)).unwrap();
        let sha256 = Sha256::from_digest(sha2::Sha256::digest(&photo).into());
        let rendition = casebook.cases[0].papers[0].rendition.as_mut().unwrap();
        (rendition.sha256, rendition.pages) = (sha256.clone(), 1);
        renditions.insert(sha256, path);
        let plan = plan(&casebook, &sample::agenda(&casebook), sample::facts());
        let template = include_str!("../../templates/pack.typ").to_owned();
        let materials = Materials { template, files: BTreeMap::new(), renditions };
        let whole = split(&plan, &materials, u64::MAX, folder.path()).unwrap();
        let size = |parts: &[PartFile]| std::fs::metadata(&parts[0].file).unwrap().len();
        let before = size(&whole);
        let limit = encoded(before - before / 10);
        let smaller = split(&plan, &materials, limit, folder.path()).unwrap();
        assert_eq!(smaller.len(), 1, "it was cut all the same");
        assert!(encoded(size(&smaller)) <= limit && smaller[0].manifest.sha256 != whole[0].manifest.sha256);
        assert_eq!(smaller[0].manifest.entries, whole[0].manifest.entries);
        let path = smaller[0].file.to_string_lossy().into_owned();
        if let Ok(checked) = std::process::Command::new("qpdf").args(["--check", &path]).output() {
            assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stderr));
        }
    }
}
