//! The sheets and the renditions, copied into one PDF.
//!
//! Renditions are read in parallel, a handful ahead of the one being written, so memory follows the largest papers and not the
//! pack. Objects are copied as they are, but for what could be taken for the pack's own structure; each paper's page becomes a form of its own with its own resources, and an object is
//! shared between papers only where every byte of it and of all it refers to is the same.

use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use lopdf::{Object, ObjectId};
use rayon::prelude::*;
use sha2::Digest;
use tempfile::NamedTempFile;

use crate::pack::catalog::Catalog;
use crate::pack::front::Front;
use crate::pack::geometry::Placement;
use crate::pack::meant::MEANT;
use crate::pack::outline::{self, Bookmark};
use crate::pack::paging::{Cut, Held, Piece, Placed};
use crate::pack::plan::{Plan, Shown, Which};
use crate::pack::source::{BadSource, Source, SourcePage, left_behind};
use crate::pack::stamp::Stamps;
use crate::panel::ids::Sha256;
use crate::panel::when::day;
use crate::pdf::packing::Packing;
use crate::pdf::spell;
use crate::pdf::writer::PdfWriter;

/// Renditions read before the first of them is written.
const AHEAD: usize = 16;

/// Pages below one node of the page tree.
const BRANCH: usize = 50;

/// A pack on disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    pub sha256: Sha256,
    pub bytes: u64,
}

/// What came of it: a file, or the papers that cannot be copied.
#[derive(Debug)]
pub enum Outcome {
    Written(Written),
    Faulty(BTreeMap<Which, String>),
}

/// Writes the pages of `cut` to `out` (beside it first, then renamed). `renditions` are found by their hash.
///
/// Fails when `out` cannot be written; a rendition that cannot be copied is an outcome.
pub fn assemble(
    plan: &Plan,
    front: &Front,
    cut: Cut,
    renditions: &BTreeMap<Sha256, PathBuf>,
    out: &Path,
) -> Result<Outcome> {
    let folder = out.parent().context("a pack needs a folder to be in")?;
    let temporary =
        NamedTempFile::new_in(folder).with_context(|| format!("cannot write in {}", folder.display()))?;
    let saying = || format!("cannot write {}", out.display());
    let sink = BufWriter::with_capacity(1 << 20, temporary.as_file().try_clone().with_context(saying)?);
    let sheets = Source::open(&front.pdf).context("the pack's sheets cannot be read back")?;
    let held = Held::of(cut, &front.paging.absent(plan));
    let mut press = Press::begin(plan, front, held.clone(), sink, &sheets).with_context(saying)?;

    let mut faults = BTreeMap::new();
    let within: Vec<Placed> =
        front.paging.placed.iter().filter(|placed| held.holds(placed.first)).cloned().collect();
    let runs: Vec<&[Placed]> = within.chunks(AHEAD).collect();
    let mut ready = runs.first().map(|run| read(plan, run, renditions)).unwrap_or_default();
    for (at, run) in runs.iter().enumerate() {
        let sources = std::mem::take(&mut ready);
        let (next, written) = rayon::join(
            || runs.get(at + 1).map(|run| read(plan, run, renditions)).unwrap_or_default(),
            || press.run(run, &sheets, &sources, &mut faults),
        );
        written.with_context(saying)?;
        ready = next;
    }
    if !faults.is_empty() {
        return Ok(Outcome::Faulty(faults));
    }
    let written = press.finish(plan).with_context(saying)?;
    temporary.as_file().sync_all().with_context(saying)?;
    temporary.persist(out).with_context(saying)?;
    Ok(Outcome::Written(written))
}

/// The renditions of these pieces, in parallel; none for a sheet.
fn read(
    plan: &Plan,
    run: &[Placed],
    renditions: &BTreeMap<Sha256, PathBuf>,
) -> Vec<Option<Result<Source, String>>> {
    run.par_iter()
        .map(|placed| match placed.piece {
            Piece::Paper(which) => Some(rendition(plan, which, renditions)),
            _ => None,
        })
        .collect()
}

/// One rendition, known to be the one that was made when the paper arrived.
fn rendition(plan: &Plan, which: Which, renditions: &BTreeMap<Sha256, PathBuf>) -> Result<Source, String> {
    let wanted = match plan.paper(which).map(|(_, paper)| &paper.shown) {
        Some(Shown::Included(rendition)) => rendition,
        _ => return Err("its pages were never made".to_owned()),
    };
    let path = renditions.get(&wanted.sha256).ok_or("its pages are not in the store")?;
    let bytes =
        crate::worker::given::read(path).map_err(|_| "its pages cannot be read from the store".to_owned())?;
    if Sha256::from_digest(sha2::Sha256::digest(&bytes).into()) != wanted.sha256 {
        return Err("its stored pages are not the ones made when it arrived".to_owned());
    }
    Source::open_expecting(&bytes, wanted.pages).map_err(|fault: BadSource| fault.to_string())
}

/// The file being written.
struct Press<'a> {
    writer: PdfWriter<BufWriter<File>>,
    front: &'a Front,
    stamps: Stamps,
    stamp_face: u32,
    /// Typeset texts of the stamp, as entries of a page's resources.
    stamp_forms: String,
    /// Object numbers of all pages, from the first.
    pages: Vec<u32>,
    /// Object numbers of the page tree's branches.
    branches: Vec<u32>,
    /// What has been written already, by its bytes.
    shared: HashMap<[u8; 32], u32>,
    /// New numbers of the sheets' objects.
    sheet_numbers: HashMap<ObjectId, u32>,
    held: Held,
    /// Where every page leads back to.
    contents: u32,
    /// Bookmarks that papers brought with them.
    own_marks: BTreeMap<Which, Vec<Bookmark>>,
    /// Else its first page says that it is not.
    verified: bool,
}

impl<'a> Press<'a> {
    fn begin(
        plan: &Plan,
        front: &'a Front,
        held: Held,
        sink: BufWriter<File>,
        sheets: &Source,
    ) -> Result<Self> {
        let mut writer = PdfWriter::new(sink)?;
        let total = front.paging.total;
        let count = held.count();
        let pages = (0..count).map(|_| writer.number()).collect();
        let branches = (0..count.div_ceil(BRANCH)).map(|_| writer.number()).collect();
        let label = format!(
            "{}, {}{}{}",
            plan.facts.heading.short,
            day(plan.meeting.date),
            if plan.facts.version > 1 { format!(", version {}", plan.facts.version) } else { String::new() },
            if plan.unverified.is_empty() { "" } else { ", NOT VERIFIED" },
        );
        let stamps = Stamps::new(&plan.facts.heading.marking, &label, total)?;
        let stamp_face = stamps.embed(&mut writer)?;
        let mut shared = HashMap::new();
        let mut stamp_forms = String::new();
        if let Some(set) = stamps.set_lines() {
            let numbers = copy(&mut writer, &mut shared, &set.source)?;
            for (name, page) in set.names.iter().zip(&set.source.pages) {
                let form = form(&mut writer, page, &page.seen.as_it_is(), &numbers)?;
                stamp_forms.push_str(&format!("/{name} {form} 0 R"));
            }
        }
        let sheet_numbers = copy(&mut writer, &mut shared, sheets)?;
        let contents = front.paging.find(&Piece::Contents).map_or(held.first(), |placed| placed.first);
        let contents = if held.holds(contents) { contents } else { held.first() };
        Ok(Press {
            writer,
            front,
            stamps,
            stamp_face,
            stamp_forms,
            pages,
            branches,
            shared,
            sheet_numbers,
            held,
            contents,
            own_marks: BTreeMap::new(),
            verified: plan.unverified.is_empty(),
        })
    }

    /// Writes the pages of some pieces. A paper at fault is noted and its pages are not written.
    fn run(
        &mut self,
        run: &[Placed],
        sheets: &Source,
        sources: &[Option<Result<Source, String>>],
        faults: &mut BTreeMap<Which, String>,
    ) -> Result<()> {
        for (placed, source) in run.iter().zip(sources) {
            match (source, &placed.piece) {
                (Some(Ok(source)), piece) => {
                    if let Some(which) = piece.paper().filter(|_| !source.bookmarks.is_empty()) {
                        self.own_marks.insert(which, outline::moved(&source.bookmarks, placed.first));
                    }
                    let numbers = copy(&mut self.writer, &mut self.shared, source)?;
                    for (page, number) in source.pages.iter().zip(placed.first..) {
                        self.page(number, page, page.seen.onto_a4(), &numbers)?;
                    }
                }
                (Some(Err(fault)), Piece::Paper(which)) => {
                    faults.insert(*which, fault.clone());
                }
                _ => self.sheet(placed, sheets)?,
            }
        }
        Ok(())
    }

    fn sheet(&mut self, placed: &Placed, sheets: &Source) -> Result<()> {
        let name = placed.piece.sheet().unwrap_or_default();
        let start = self.front.starts.get(&name).copied().unwrap_or_default();
        let numbers = std::mem::take(&mut self.sheet_numbers);
        let pages = sheets.pages.iter().skip(usize::try_from(start)?);
        for (page, number) in pages.zip(placed.first..=placed.last) {
            self.page(number, page, page.seen.as_it_is(), &numbers)?;
        }
        self.sheet_numbers = numbers;
        Ok(())
    }

    fn page(
        &mut self,
        number: u32,
        page: &SourcePage,
        placement: Placement,
        numbers: &HashMap<ObjectId, u32>,
    ) -> io::Result<()> {
        let form = form(&mut self.writer, page, &placement, numbers)?;
        let content = self.writer.number();
        let mut drawn = b"q /P Do Q\n".to_vec();
        let back = self.stamps.draw(&mut drawn, number, &placement);
        if !self.verified && number == self.held.first() {
            self.stamps.draw_not_verified(&mut drawn, &placement);
        }
        self.writer.stream(content, b"", Packing::default(), &drawn)?;

        let at = self.held.index(number).unwrap_or_default();
        let mut annotations = Vec::new();
        for (rect, page) in [(back, self.contents)].iter().chain(&page.links) {
            if let Some(to) = self.held.index(*page).and_then(|at| self.pages.get(at).copied()) {
                annotations.push(self.link(*rect, *page, to)?);
            }
        }
        let mut body =
            format!("<</Type/Page/Parent {} 0 R/MediaBox[0 0 ", self.branches[at / BRANCH]).into_bytes();
        spell::numbers(&mut body, &[placement.width, placement.height]);
        let listed: Vec<String> = annotations.iter().map(|link| format!("{link} 0 R")).collect();
        write!(
            body,
            "]/Resources<</XObject<</P {form} 0 R{}>>/Font<</S {} 0 R>>>>/Contents {content} 0 R/Annots[{}]>>",
            self.stamp_forms,
            self.stamp_face,
            listed.join(" ")
        )?;
        self.writer.object(self.pages[at], body)
    }

    /// A link to the page of this number, which is this object.
    fn link(&mut self, rect: [f32; 4], page: u32, to: u32) -> io::Result<u32> {
        let number = self.writer.number();
        let mut body = b"<</Type/Annot/Subtype/Link/F 4/Border[0 0 0]/Rect[".to_vec();
        spell::numbers(&mut body, &rect);
        write!(body, "]/{MEANT} {page}/Dest[{to} 0 R/XYZ null null null]>>")?;
        self.writer.object(number, body)?;
        Ok(number)
    }

    fn finish(mut self, plan: &Plan) -> Result<Written> {
        let root = self.page_tree()?;
        let marks =
            outline::within(outline::bookmarks(plan, &self.front.paging, &self.own_marks), &self.held);
        let outlines = outline::write(&mut self.writer, &marks, &self.held, &self.pages)?;
        let trailer = Catalog { plan, held: &self.held, pages: root, outlines }.write(&mut self.writer)?;
        let (sink, sha256, bytes) = self.writer.finish(&trailer)?;
        sink.into_inner().context("the last of the pack cannot be written")?;
        Ok(Written { sha256, bytes })
    }

    fn page_tree(&mut self) -> io::Result<u32> {
        let root = self.writer.number();
        let branches = std::mem::take(&mut self.branches);
        for (branch, pages) in branches.iter().zip(self.pages.chunks(BRANCH)) {
            let kids = kids(pages);
            let body = format!("<</Type/Pages/Parent {root} 0 R/Count {}/Kids[{kids}]>>", pages.len());
            self.writer.object(*branch, body.into_bytes())?;
        }
        let body = format!("<</Type/Pages/Count {}/Kids[{}]>>", self.pages.len(), kids(&branches));
        self.writer.object(root, body.into_bytes())?;
        Ok(root)
    }
}

/// Writes a page's content as a form that lies where `placement` has it.
fn form(
    writer: &mut PdfWriter<BufWriter<File>>,
    page: &SourcePage,
    placement: &Placement,
    numbers: &HashMap<ObjectId, u32>,
) -> io::Result<u32> {
    let form = writer.number();
    let mut entries = b"/Type/XObject/Subtype/Form/BBox[".to_vec();
    spell::numbers(&mut entries, &page.seen.shown);
    entries.extend_from_slice(b"]/Matrix[");
    spell::matrix(&mut entries, &placement.matrix);
    entries.push(b']');
    spell::entries(&mut entries, &page.entries, &[], &|id| numbers.get(&id).copied());
    writer.stream(form, &entries, page.packing.clone(), &page.content)?;
    Ok(form)
}

fn kids(numbers: &[u32]) -> String {
    let listed: Vec<String> = numbers.iter().map(|number| format!("{number} 0 R")).collect();
    listed.join(" ")
}

/// Copies all that a source's pages draw on, and gives its new numbers.
fn copy(
    writer: &mut PdfWriter<BufWriter<File>>,
    shared: &mut HashMap<[u8; 32], u32>,
    source: &Source,
) -> io::Result<HashMap<ObjectId, u32>> {
    let mut numbers = HashMap::with_capacity(source.order.len());
    for id in &source.looped {
        numbers.insert(*id, writer.number());
    }
    for id in &source.order {
        let Some(object) = source.document.objects.get(id) else { continue };
        let mut body = Vec::new();
        let renumber = |id| numbers.get(&id).copied();
        let content = match object {
            Object::Stream(stream) => {
                spell::stream_entries(&mut body, &stream.dict, left_behind(), &renumber);
                Some((Packing::of(&source.document, &stream.dict, &renumber), stream.content.as_slice()))
            }
            Object::Dictionary(dict) => {
                body.extend_from_slice(b"<<");
                spell::entries(&mut body, dict, left_behind(), &renumber);
                body.extend_from_slice(b">>");
                None
            }
            other => {
                spell::object(&mut body, other, &renumber);
                None
            }
        };
        let number = if let Some(number) = numbers.get(id) {
            *number
        } else {
            let mut described = body.clone();
            if let Some((packing, _)) = &content {
                packing.entries(&mut described);
            }
            let key = fingerprint(&described, source.hashes.get(id));
            if let Some(number) = shared.get(&key) {
                numbers.insert(*id, *number);
                continue;
            }
            let number = writer.number();
            shared.insert(key, number);
            numbers.insert(*id, number);
            number
        };
        match content {
            Some((packing, content)) => writer.stream(number, &body, packing, content)?,
            None => writer.object(number, body)?,
        }
    }
    Ok(numbers)
}

/// Same body, same content, same object: references in the body have their new numbers already.
fn fingerprint(body: &[u8], content: Option<&[u8; 32]>) -> [u8; 32] {
    let mut hash = sha2::Sha256::new();
    hash.update(content.map_or([0; 32], |content| *content));
    hash.update(body);
    hash.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pack::plan::plan;
    use crate::pack::{front, sample};

    const TEMPLATE: &str = include_str!("../../templates/pack.typ");

    #[test]
    fn a_sample_pack_is_written_twice_alike() {
        let folder = tempfile::tempdir().unwrap();
        let (casebook, renditions) = sample::with_renditions(folder.path());
        let plan = plan(&casebook, &sample::agenda(&casebook), sample::facts());
        let front = front::set(&plan, TEMPLATE, &BTreeMap::new()).unwrap();
        let mut hashes = Vec::new();
        for name in ["one.pdf", "two.pdf"] {
            let outcome =
                assemble(&plan, &front, front.paging.whole(), &renditions, &folder.path().join(name))
                    .unwrap();
            let Outcome::Written(written) = outcome else { panic!("{outcome:?}") };
            hashes.push(written.sha256);
        }
        assert_eq!(hashes[0], hashes[1]);
        if let Some(dir) = option_env!("PACK_LOOK") {
            std::fs::copy(folder.path().join("one.pdf"), format!("{dir}/pack.pdf")).unwrap();
        }
    }
}
