//! A pack opened again, by another reader than made it, and held against its manifest.
//!
//! Nothing is taken from the plan: what is checked is what somebody holding only the file and its manifest could check.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use hayro_syntax::page::Page;
use hayro_syntax::{LoadPdfError, Pdf};
use rayon::prelude::*;
use sha2::Digest;

use crate::finding::Finding;
use crate::pack::book::Book;
use crate::pack::fault::{Fault, Faults, Whose};
use crate::pack::geometry::Seen;
use crate::pack::manifest::{Entry, How, Manifest};
use crate::pack::paging::Held;
use crate::pack::printed::{in_strip, is_within, run};
use crate::pack::table::readable;
use crate::panel::ids::Sha256;
use crate::pdf::text::{PageWords, PlacedWord, words_on};

/// Pages read in one go by one thread.
const TOGETHER: usize = 40;

/// Checks `bytes`, opened with `password` where it has one, against `manifest`, and its pages against the renditions that are
/// at hand, found by their hash.
pub fn verify(
    bytes: Vec<u8>,
    password: Option<&str>,
    manifest: &Manifest,
    renditions: &BTreeMap<Sha256, PathBuf>,
) -> Vec<Fault> {
    let held = manifest.held();
    let mut faults = Faults::default();
    let hash = Sha256::from_digest(sha2::Sha256::digest(&bytes).into());
    if hash != manifest.sha256 {
        faults.pack("hash", "the file is not the one its manifest was made for");
    }
    let bytes = readable(bytes);
    let opened = match password {
        Some(password) => Pdf::new_with_password(bytes, password),
        None => Pdf::new(bytes),
    };
    let pdf = match opened {
        Ok(pdf) => pdf,
        Err(LoadPdfError::Decryption(_)) => {
            let said = if password.is_some() {
                "the pack does not open with this password"
            } else {
                "the pack opens with a password only"
            };
            faults.pack("locked", said);
            return faults.0;
        }
        Err(LoadPdfError::Invalid) => {
            faults.pack("unreadable", "the pack cannot be opened");
            return faults.0;
        }
    };
    let pages = pdf.pages();
    let wanted = held.count();
    if pages.len() != wanted {
        let said = format!("the pack has {} pages and should have {wanted}", pages.len());
        faults.pack("pages", said);
        return faults.0;
    }
    let read = read_all(pages);
    let Some(book) = Book::open(&pdf, manifest, &read) else {
        faults.pack("unreadable", "the pack has no catalog");
        return faults.0;
    };
    book.check(&mut faults);
    faults.0.extend(papers(manifest, &held, renditions, &read));
    faults.0
}

fn read_all(pages: &[Page<'_>]) -> Vec<PageWords> {
    pages.par_chunks(TOGETHER).flat_map_iter(words_on).collect()
}

/// Each paper's words, page by page, against its rendition's.
fn papers(
    manifest: &Manifest,
    held: &Held,
    renditions: &BTreeMap<Sha256, PathBuf>,
    read: &[PageWords],
) -> Vec<Fault> {
    let entries = manifest.entries.par_iter().enumerate();
    let shown = entries.filter(|(_, entry)| entry.outcome == How::Included && held.holds(entry.first_page));
    let found = shown.filter_map(|(at, entry)| {
        let path = renditions.get(entry.rendition_sha256.as_ref()?)?;
        let said = differs(entry, held, path, read)?;
        let finding = Finding::blocks("pack-paper", said).about(entry.number.to_string());
        Some(Fault { whose: Whose::Entry(at), finding })
    });
    found.collect()
}

fn differs(entry: &Entry, held: &Held, path: &Path, read: &[PageWords]) -> Option<String> {
    let Ok(bytes) = crate::worker::given::read(path) else {
        return Some("its pages cannot be read from the store".to_owned());
    };
    let hash = Sha256::from_digest(sha2::Sha256::digest(&bytes).into());
    if entry.rendition_sha256.as_ref() != Some(&hash) {
        return Some("its stored pages are not the ones made when it arrived".to_owned());
    }
    let Ok(rendition) = Pdf::new(bytes) else {
        return Some("its pages cannot be read by a second reader".to_owned());
    };
    let pages = rendition.pages();
    if u32::try_from(pages.len()) != Ok(entry.last_page + 1 - entry.first_page) {
        return Some(format!("a second reader counts {} pages in it", pages.len()));
    }
    for (number, page) in (entry.first_page..).zip(words_on(pages)) {
        let shown = &read[held.index(number)?].words;
        let all = run(&page.words) == run(shown.iter().filter(|word| !in_strip(word)));
        if !all && visible(&page) != on_pack(&page, shown) {
            return Some(format!("the words on page {number} are not the document's"));
        }
    }
    None
}

/// The words on the paper's own page. One that runs off its edge is seen by no reader of it.
fn visible(page: &PageWords) -> String {
    let edge = [page.width, page.height].map(narrowed);
    run(page.words.iter().filter(|word| is_within(word, [0.0, 0.0, edge[0], edge[1]])))
}

/// The same words on the pack's page, which is larger than the part of it that shows the paper.
fn on_pack(page: &PageWords, words: &[PlacedWord]) -> String {
    let [width, height] = [page.width, page.height].map(narrowed);
    let placed = Seen { shown: [0.0, 0.0, width, height], turn: 0, unit: 1.0 }.onto_a4();
    let [across, _, _, up, left, bottom] = placed.matrix;
    let part = [left, bottom, left + width * across, bottom + height * up];
    run(words.iter().filter(|word| is_within(word, part)))
}

#[expect(clippy::cast_possible_truncation, reason = "points on a page")]
fn narrowed(points: f64) -> f32 {
    points as f32
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use lopdf::{Document, Object, ObjectId, Stream, dictionary};

    use super::*;
    use crate::pack::plan::plan;
    use crate::pack::press::{Materials, press};
    use crate::pack::sample;

    /// A pack that was pressed and passed.
    struct Bench {
        _folder: tempfile::TempDir,
        bytes: Vec<u8>,
        manifest: Manifest,
        renditions: BTreeMap<Sha256, PathBuf>,
    }

    fn bench() -> Bench {
        let folder = tempfile::tempdir().unwrap();
        let (casebook, renditions) = sample::with_renditions(folder.path());
        let plan = plan(&casebook, &sample::agenda(&casebook), sample::facts());
        let template = include_str!("../../templates/pack.typ").to_owned();
        let materials = Materials { template, files: BTreeMap::new(), renditions: renditions.clone() };
        let out = folder.path().join("pack.pdf");
        let manifest = press(plan, &materials, &out).unwrap().manifest;
        Bench { bytes: std::fs::read(out).unwrap(), manifest, renditions, _folder: folder }
    }

    impl Bench {
        /// What is said of the same file with one thing changed in it, though its manifest has its hash.
        fn changed(&self, change: impl Fn(&mut Document)) -> BTreeSet<(String, String)> {
            let mut document = Document::load_mem(&self.bytes).unwrap();
            change(&mut document);
            let mut bytes = Vec::new();
            document.save_to(&mut bytes).unwrap();
            let sha256 = Sha256::from_digest(sha2::Sha256::digest(&bytes).into());
            let manifest = Manifest { sha256, ..self.manifest.clone() };
            said(verify(bytes, None, &manifest, &self.renditions))
        }

        fn codes(&self, change: impl Fn(&mut Document)) -> Vec<String> {
            let said = self.changed(change);
            let codes: BTreeSet<String> = said.into_iter().map(|(code, _)| code).collect();
            codes.into_iter().collect()
        }
    }

    fn said(faults: Vec<Fault>) -> BTreeSet<(String, String)> {
        faults.into_iter().map(|fault| (fault.finding.code, fault.finding.message)).collect()
    }

    fn page(document: &Document, number: u32) -> ObjectId {
        document.get_pages()[&number]
    }

    fn links(document: &Document, number: u32) -> Vec<ObjectId> {
        let page = document.get_dictionary(page(document, number)).unwrap();
        let links = page.get(b"Annots").unwrap().as_array().unwrap();
        links.iter().map(|link| link.as_reference().unwrap()).collect()
    }

    /// Makes a link or a bookmark lead to another page.
    fn lead(document: &mut Document, holder: ObjectId, to: u32) {
        let to = page(document, to);
        let holder = document.get_dictionary_mut(holder).unwrap();
        holder.get_mut(b"Dest").unwrap().as_array_mut().unwrap()[0] = to.into();
    }

    fn bookmark(document: &Document, title: &str) -> ObjectId {
        let titled = |object: &Object| {
            let title_of = object.as_dict().ok()?.get(b"Title").ok()?.as_str().ok()?.to_vec();
            Some(title_of.starts_with(title.as_bytes()))
        };
        *document.objects.iter().find(|(_, object)| titled(object) == Some(true)).unwrap().0
    }

    #[test]
    fn whatever_leads_elsewhere_than_it_says_is_named() {
        let bench = bench();
        assert!(bench.codes(|_| {}).is_empty(), "saved again by another writer it is as good as before");
        let divider = bench.manifest.entries[0].first_page - 1;
        let contents = 3;
        // The back link of a paper's page, an agenda line, the contents' last line, a divider's line.
        for (on, at) in [(9, 0), (2, 1), (2, 4), (contents, usize::MAX), (divider, 1)] {
            let said = bench.changed(|document| {
                let links = links(document, on);
                lead(document, links[at.min(links.len() - 1)], 17);
            });
            // A line of the agenda is about a child.
            let wanted = if on == 2 && at == 1 { "pack-whose" } else { "pack-links" };
            let named =
                said.iter().any(|(code, said)| code == wanted && said.contains(&format!("page {on} ")));
            assert!(named, "page {on}, link {at}: {said:?}");
        }
        let case = bench.manifest.entries[0].case_id.to_string();
        for title in ["Agenda", case.as_str()] {
            let codes = bench.codes(|document| {
                let mark = bookmark(document, title);
                lead(document, mark, 20);
            });
            assert_eq!(codes, ["pack-bookmarks"], "{title}");
        }
        // A bookmark that agrees with itself and still leads to a page without its case.
        let codes = bench.codes(|document| {
            let mark = bookmark(document, &case);
            let title = Object::string_literal(format!("{case} AB (p 1)"));
            document.get_dictionary_mut(mark).unwrap().set("Title", title);
            lead(document, mark, 1);
        });
        assert_eq!(codes, ["pack-whose"]);
    }

    /// What is done to a pack behind its maker's back.
    type Change<'a> = Box<dyn Fn(&mut Document) + 'a>;

    #[test]
    fn whatever_acts_is_named() {
        let bench = bench();
        let script = || dictionary! { "S" => "JavaScript", "JS" => Object::string_literal("app.alert(1)") };
        let catalog = |document: &mut Document, key: &str, value: Object| {
            document.catalog_mut().unwrap().set(key, value);
        };
        let changes: [(&str, Change<'_>); 7] = [
            ("a script on opening", Box::new(|document| catalog(document, "OpenAction", script().into()))),
            ("a form", Box::new(|document| catalog(document, "AcroForm", dictionary! {}.into()))),
            (
                "a script of a page",
                Box::new(|document| {
                    let page = page(document, 8);
                    document
                        .get_dictionary_mut(page)
                        .unwrap()
                        .set("AA", dictionary! { "O" => dictionary! {} });
                }),
            ),
            (
                "an address behind a link",
                Box::new(|document| {
                    let link = links(document, 8)[0];
                    let action =
                        dictionary! { "S" => "URI", "URI" => Object::string_literal("https://x.example") };
                    document.get_dictionary_mut(link).unwrap().set("A", action);
                }),
            ),
            (
                "a form field",
                Box::new(|document| {
                    let link = links(document, 8)[0];
                    document.get_dictionary_mut(link).unwrap().set("Subtype", "Widget");
                }),
            ),
            (
                "a bookmark that launches",
                Box::new(|document| {
                    let mark = bookmark(document, "Agenda");
                    document.get_dictionary_mut(mark).unwrap().set("A", dictionary! { "S" => "Launch" });
                }),
            ),
            (
                "a file within",
                Box::new(|document| {
                    let file = Stream::new(dictionary! { "Type" => "EmbeddedFile" }, b"MZ".to_vec());
                    document.add_object(file);
                }),
            ),
        ];
        for (what, change) in changes {
            assert!(bench.codes(change).contains(&"pack-active".to_owned()), "{what}");
        }
    }

    #[test]
    fn a_page_without_its_stamp_or_with_anothers_words_is_named() {
        let bench = bench();
        let Entry { first_page, .. } = bench.manifest.entries[1].clone();
        let bare = bench.changed(|document| {
            let page = page(document, first_page);
            let content =
                document.get_dictionary(page).unwrap().get(b"Contents").unwrap().as_reference().unwrap();
            let Object::Stream(stream) = document.get_object_mut(content).unwrap() else {
                panic!("no stream")
            };
            stream.set_plain_content(b"q /P Do Q".to_vec());
        });
        let said = format!("page {first_page} is not stamped as it should be");
        assert!(bare.contains(&("pack-stamp".to_owned(), said)), "{bare:?}");
        let other = bench.manifest.entries[2].first_page;
        let swapped = bench.codes(|document| {
            let form = |document: &Document, number: u32| {
                let page = document.get_dictionary(page(document, number)).unwrap();
                let resources = page.get(b"Resources").unwrap().as_dict().unwrap();
                resources.get(b"XObject").unwrap().as_dict().unwrap().get(b"P").unwrap().clone()
            };
            let theirs = form(document, other);
            let page = page(document, first_page);
            let page = document.get_dictionary_mut(page).unwrap();
            let resources = page.get_mut(b"Resources").unwrap().as_dict_mut().unwrap();
            resources.get_mut(b"XObject").unwrap().as_dict_mut().unwrap().set("P", theirs);
        });
        assert_eq!(swapped, ["pack-paper"]);
    }

    #[test]
    fn labels_language_evidence_and_every_byte_are_held_to_the_manifest() {
        let bench = bench();
        let labels = bench.codes(|document| {
            let labels =
                dictionary! { "Nums" => vec![0.into(), dictionary! { "S" => "D", "St" => 2 }.into()] };
            document.catalog_mut().unwrap().set("PageLabels", labels);
        });
        assert_eq!(labels, ["pack-labels"]);
        let language = bench.codes(|document| {
            document.catalog_mut().unwrap().remove(b"Lang");
        });
        assert_eq!(language, ["pack-language"]);
        let other = Manifest { evidence_head: sample::sha(3), ..bench.manifest.clone() };
        let faults = verify(bench.bytes.clone(), None, &other, &bench.renditions);
        let last = bench.manifest.pages;
        let evidence =
            ("pack-evidence".to_owned(), format!("page {last} does not print the record of evidence"));
        assert_eq!(said(faults), [evidence].into());
        let mut changed = bench.bytes.clone();
        let last = changed.len() - 5;
        changed[last] ^= 1;
        let faults = said(verify(changed, None, &bench.manifest, &bench.renditions));
        assert!(faults.iter().any(|(code, _)| code == "pack-hash"), "{faults:?}");
    }
}
