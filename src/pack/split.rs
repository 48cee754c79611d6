//! A pack in parts that fit a mailbox: cut between cases, every page with the number it has in the whole.
//!
//! What does not fit is first tried with its pictures brought down to 300 dots an inch. Where one case is too large for a letter it
//! is cut between its papers; a paper too large by itself is held back and said to be.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use sha2::Digest;

use crate::pack::front::{self, Front};
use crate::pack::manifest::Manifest;
use crate::pack::paging::{Cut, Piece, Placed};
use crate::pack::plan::{Plan, Shown};
use crate::pack::press::{Materials, PartFile, is_accepted, press_cut};
use crate::pack::protect::protect_file;
use crate::pack::thin::thin;
use crate::pack::verify::verify;
use crate::panel::ids::{CaseId, Sha256};

/// What a letter needs besides its attachment.
const LETTER: u64 = 48 * 1024;

/// What a typeset page takes, more or less.
const SHEET: u64 = 6 * 1024;

/// A pack that is too large for one letter.
#[derive(Debug, Clone, Copy)]
pub struct TooLarge<'a> {
    pub plan: &'a Plan,
    pub materials: &'a Materials,
    /// The pages to be sent.
    pub cut: Cut,
    /// Bytes of a letter, encoded.
    pub limit: u64,
    /// Each part opens with it only.
    pub password: Option<&'a str>,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Parts {
    /// In order, each in a letter of its own.
    pub parts: Vec<PartFile>,
    /// Papers of which each is too large for any letter.
    pub held_back: Vec<Cut>,
}

/// A file's size as it travels: base64 in lines of 76, and the letter around it.
pub fn encoded(size: u64) -> u64 {
    size.div_ceil(57) * 78 + LETTER
}

/// Presses the pages into as few parts as it takes for each to fit a letter, into `folder`.
///
/// Fails when a part cannot be pressed; a case that fits no letter is held back, not an error.
pub fn split(pack: TooLarge<'_>, folder: &Path) -> Result<Parts> {
    let front = front::set(pack.plan, &pack.materials.template, &pack.materials.files)?;
    let mut desk = PartDesk::new(pack, &front, folder);
    let whole = desk.press(pack.cut)?;
    if encoded(whole.bytes) <= pack.limit {
        return Ok(Parts { parts: vec![whole], held_back: Vec::new() });
    }
    desk.measured = desk.thousandths(whole.bytes, pack.cut);
    let mut split = Parts::default();
    let mut next = pack.cut.first;
    while next <= pack.cut.last {
        if let Some(stretch) = desk.absent.iter().find(|stretch| stretch.holds(next)) {
            next = stretch.last + 1;
            continue;
        }
        if let Some(part) = desk.largest(next)? {
            next = part.manifest.cut().last + 1;
            split.parts.push(part);
        } else {
            let piece = desk.piece(next).context("a page that belongs to nothing")?;
            split.held_back.push(Cut { first: next, last: piece.last });
            next = piece.last + 1;
        }
    }
    Ok(split)
}

struct PartDesk<'a> {
    pack: TooLarge<'a>,
    front: &'a Front,
    folder: &'a Path,
    /// By first page, what each piece takes, were nothing shared.
    weights: BTreeMap<u32, u64>,
    /// What an extract leaves out.
    absent: Vec<Cut>,
    /// What files of this pack really take, in thousandths of that.
    measured: u64,
}

impl<'a> PartDesk<'a> {
    fn new(pack: TooLarge<'a>, front: &'a Front, folder: &'a Path) -> Self {
        let absent = front.paging.absent(pack.plan);
        let is_absent = |placed: &Placed| absent.iter().any(|stretch| stretch.holds(placed.first));
        let weigh =
            |placed: &Placed| (placed.first, if is_absent(placed) { 0 } else { weight(pack, placed) });
        let weights = front.paging.placed.iter().map(weigh).collect();
        PartDesk { pack, front, folder, weights, absent, measured: 1000 }
    }

    fn piece(&self, page: u32) -> Option<&'a Placed> {
        self.front.paging.placed.iter().find(|placed| (placed.first..=placed.last).contains(&page))
    }

    /// The longest part that begins with this page and fits: whole cases, else whole papers; none where not even one does.
    fn largest(&mut self, first: u32) -> Result<Option<PartFile>> {
        let ends = |begins: &dyn Fn(&Piece) -> bool| {
            let seams = self.front.paging.placed.iter().filter(|placed| begins(&placed.piece));
            let ends =
                seams.map(|placed| placed.first - 1).filter(|end| (first..self.pack.cut.last).contains(end));
            ends.chain([self.pack.cut.last]).collect::<Vec<u32>>()
        };
        let cases = ends(&begins_a_case);
        let mut papers = ends(&|_| true);
        papers.retain(|end| cases.first().is_some_and(|case| end < case));
        match self.longest_of(first, &cases)? {
            Some(part) => Ok(Some(part)),
            None => self.longest_of(first, &papers),
        }
    }

    /// Tries the last of these ends that should fit, then earlier ones.
    fn longest_of(&mut self, first: u32, ends: &[u32]) -> Result<Option<PartFile>> {
        let fitting = ends.iter().take_while(|end| self.fits(Cut { first, last: **end })).count();
        for last in ends.iter().take(fitting.max(1)).rev() {
            let cut = Cut { first, last: *last };
            let part = self.press(cut)?;
            if encoded(part.bytes) <= self.pack.limit {
                return Ok(Some(part));
            }
            std::fs::remove_file(&part.file)
                .with_context(|| format!("cannot remove {}", part.file.display()))?;
            self.measured = self.measured.max(self.thousandths(part.bytes, cut));
        }
        Ok(None)
    }

    fn weighed(&self, cut: Cut) -> u64 {
        self.weights.range(cut.first..=cut.last).map(|(_, weight)| weight).sum()
    }

    fn thousandths(&self, bytes: u64, cut: Cut) -> u64 {
        (bytes * 1000 / self.weighed(cut).max(1)).clamp(50, 2000)
    }

    fn fits(&self, cut: Cut) -> bool {
        encoded(self.weighed(cut) * self.measured / 1000) <= self.pack.limit
    }

    fn press(&self, cut: Cut) -> Result<PartFile> {
        let file = self.folder.join(format!("pages-{}-{}.pdf", cut.first, cut.last));
        let mut manifest = press_cut(self.pack.plan, self.front, self.pack.materials, cut, &file)?;
        if self.pack.limit < encoded(size(&file)?) {
            self.thin(&file, &mut manifest)?;
        }
        if let Some(password) = self.pack.password {
            manifest.sha256 = protect_file(&file, password)?;
        }
        Ok(PartFile { bytes: size(&file)?, cases: self.front.paging.cases(cut), manifest, file })
    }

    /// The same pages with their pictures brought down to what print can show, where they still verify.
    fn thin(&self, file: &Path, manifest: &mut Manifest) -> Result<()> {
        let read = std::fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
        let Some(smaller) = thin(&read)? else { return Ok(()) };
        let sha256 = Sha256::from_digest(sha2::Sha256::digest(&smaller).into());
        let thinned = Manifest { sha256, ..manifest.clone() };
        let faults = verify(smaller.clone(), None, &thinned, &self.pack.materials.renditions);
        if faults.iter().all(|fault| is_accepted(fault, self.pack.plan)) {
            write(file, &smaller)?;
            *manifest = thinned;
        }
        Ok(())
    }
}

fn size(file: &Path) -> Result<u64> {
    Ok(std::fs::metadata(file).with_context(|| format!("cannot read {}", file.display()))?.len())
}

/// In place of what is there.
fn write(file: &Path, bytes: &[u8]) -> Result<()> {
    let saying = || format!("cannot write {}", file.display());
    let mut written = File::create(file).with_context(saying)?;
    written.write_all(bytes).and_then(|()| written.sync_all()).with_context(saying)
}

/// A page on which a part may begin: a case's first, the last list, a supplement.
fn begins_a_case(piece: &Piece) -> bool {
    match piece {
        Piece::Divider(_) | Piece::LeftOut | Piece::Supplement(_) => true,
        Piece::Withheld(inner) => matches!(inner.as_ref(), Piece::Divider(_)),
        _ => false,
    }
}

fn weight(pack: TooLarge<'_>, placed: &Placed) -> u64 {
    let shown = placed.piece.paper().and_then(|which| pack.plan.paper(which)).map(|(_, paper)| &paper.shown);
    let file = match (&placed.piece, shown) {
        (Piece::Paper(_), Some(Shown::Included(rendition))) => {
            pack.materials.renditions.get(&rendition.sha256)
        }
        _ => None,
    };
    let size = file.and_then(|file| crate::worker::given::size(file).ok());
    size.unwrap_or_else(|| SHEET * u64::from(placed.pages()))
}

/// The cases that begin in one part and go on in the next.
pub fn cut_apart<'p>(parts: impl IntoIterator<Item = &'p [CaseId]>) -> Vec<CaseId> {
    let parts: Vec<_> = parts.into_iter().collect();
    let pairs = parts.windows(2);
    pairs.filter_map(|pair| pair[0].last().filter(|case| pair[1].first() == Some(case)).cloned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pack::paging::Paging;
    use crate::pack::plan::plan;
    use crate::pack::sample;

    struct Bench {
        folder: tempfile::TempDir,
        plan: Plan,
        materials: Materials,
        paging: Paging,
    }

    fn bench() -> Bench {
        let folder = tempfile::tempdir().unwrap();
        let (casebook, renditions) = sample::with_renditions(folder.path());
        let plan = plan(&casebook, &sample::agenda(&casebook), sample::facts());
        let template = include_str!("../../templates/pack.typ").to_owned();
        let materials = Materials { template, files: BTreeMap::new(), renditions };
        let whole = folder.path().join("whole.pdf");
        let pressed = crate::pack::press::press(plan.clone(), &materials, &whole).unwrap();
        let front = front::set(&pressed.plan, &materials.template, &materials.files).unwrap();
        Bench { folder, plan: pressed.plan, materials, paging: front.paging }
    }

    impl Bench {
        fn split(&self, limit: u64, password: Option<&str>) -> Parts {
            let (plan, materials) = (&self.plan, &self.materials);
            let cut = self.paging.whole();
            let pack = TooLarge { plan, materials, cut, limit, password };
            split(pack, self.folder.path()).unwrap()
        }
    }

    #[test]
    fn parts_fit_begin_with_a_case_and_go_on_with_the_numbers() {
        let bench = bench();
        for password in [None, Some("Grimsby Dock Tower")] {
            let limit = 420_000;
            let Parts { parts, held_back } = bench.split(limit, password);
            assert!(parts.len() > 2 && held_back.is_empty(), "{} {held_back:?}", parts.len());
            let mut next = 1;
            for part in &parts {
                let cut = part.manifest.cut();
                assert_eq!(cut.first, next);
                next = cut.last + 1;
                let piece = bench.paging.placed.iter().find(|placed| placed.first == cut.first).unwrap();
                assert!(cut.first == 1 || begins_a_case(&piece.piece), "{:?}", piece.piece);
                let size = std::fs::metadata(&part.file).unwrap().len();
                assert!(size == part.bytes && encoded(size) <= limit);
                let bytes = std::fs::read(&part.file).unwrap();
                let faults = verify(bytes, password, &part.manifest, &bench.materials.renditions);
                assert_eq!(faults, Vec::new());
            }
            assert_eq!(next - 1, bench.paging.total);
            let told = cut_apart(parts.iter().map(|part| part.cases.as_slice()));
            assert!(told.is_empty(), "{told:?}");
        }
    }

    #[test]
    fn a_case_too_large_is_cut_between_papers_and_a_paper_too_large_is_held_back() {
        let bench = bench();
        let Parts { parts, held_back } = bench.split(150_000, None);
        assert!(!held_back.is_empty());
        let mut pages: Vec<u32> = held_back.iter().flat_map(|cut| cut.first..=cut.last).collect();
        pages.extend(parts.iter().flat_map(|part| part.manifest.cut().first..=part.manifest.cut().last));
        pages.sort_unstable();
        assert!(pages.into_iter().eq(1..=bench.paging.total), "each page is sent or said to be held back");
        assert!(!cut_apart(parts.iter().map(|part| part.cases.as_slice())).is_empty());
    }

    #[test]
    fn pictures_are_brought_down_before_anything_is_cut() {
        let folder = tempfile::tempdir().unwrap();
        let (mut casebook, mut renditions) = sample::with_renditions(folder.path());
        let photo = crate::pack::thin::tests::fine_page();
        let path = folder.path().join("photo.pdf");
        write(&path, &photo).unwrap();
        let sha256 = Sha256::from_digest(sha2::Sha256::digest(&photo).into());
        let rendition = casebook.cases[0].papers[0].rendition.as_mut().unwrap();
        (rendition.sha256, rendition.pages) = (sha256.clone(), 1);
        renditions.insert(sha256, path);
        let plan = plan(&casebook, &sample::agenda(&casebook), sample::facts());
        let template = include_str!("../../templates/pack.typ").to_owned();
        let materials = Materials { template, files: BTreeMap::new(), renditions };
        let whole = crate::pack::press::press(plan, &materials, &folder.path().join("whole.pdf")).unwrap();
        let cut = whole.manifest.whole();
        let limit = encoded(whole.bytes - whole.bytes / 10);
        let pack = TooLarge { plan: &whole.plan, materials: &materials, cut, limit, password: None };
        let Parts { parts, held_back } = split(pack, folder.path()).unwrap();
        assert_eq!((parts.len(), held_back.len()), (1, 0), "it was cut all the same");
        let smaller = &parts[0];
        assert!(encoded(smaller.bytes) <= limit && smaller.manifest.sha256 != whole.manifest.sha256);
        assert_eq!(smaller.manifest.entries, whole.manifest.entries);
        let path = smaller.file.to_string_lossy().into_owned();
        if let Ok(checked) = std::process::Command::new("qpdf").args(["--check", &path]).output() {
            assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stderr));
        }
    }
}
