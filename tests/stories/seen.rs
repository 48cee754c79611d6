//! What a person sees, kept to be compared: a folder of snapshots for each story.
//!
//! `just snapshots` takes them anew. What differs from run to run (folders, fingerprints, the version) is put in words first.
//! A snapshot that no story takes any more is a fault.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::io::{Cursor, Read as _};
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use lopdf::Document;
use panelclerk::pdf::text;
use panelclerk::stationery::excel_in;

use crate::harness::{Said, Week, project};
use crate::typist;

/// The snapshots of one folder.
pub struct Shown {
    folder: PathBuf,
    taken: BTreeSet<String>,
    differing: Vec<String>,
    /// What is put in place of what.
    instead: Vec<(String, String)>,
}

/// Without what is said of the machine and the account a test runs on.
fn without_the_machine(text: &str) -> String {
    let of_it = |line: &str| {
        [
            "note: workers: ",
            "look: workers: ",
            "note: account: ",
            "look: account: ",
            "      hint: run it under an account",
        ]
        .iter()
        .any(|begins| line.starts_with(begins))
    };
    text.lines().filter(|line| !of_it(line)).map(|line| format!("{line}\n")).collect()
}

impl Shown {
    pub fn of(story: &str) -> Self {
        let folder = project().join("tests/stories/snapshots").join(story);
        Shown { folder, taken: BTreeSet::new(), differing: Vec::new(), instead: Vec::new() }
    }

    /// The folder of a week is shown as `[panel]`.
    pub fn hiding(mut self, week: &Week) -> Self {
        let root = week.root();
        let real = root.canonicalize().unwrap_or_else(|_| root.clone());
        for path in [real, root.clone(), root.parent().unwrap().to_owned()] {
            let name = if path.ends_with("panel") { "[panel]" } else { "[home]" };
            self.instead.push((path.to_string_lossy().into_owned(), name.to_owned()));
        }
        self
    }

    /// Compares `text` with the snapshot `name`; `finish` says which differ.
    pub fn take(&mut self, name: &str, text: &str) {
        let text = self.steady(text);
        assert!(self.taken.insert(name.to_owned()), "`{name}` is taken twice");
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path(&self.folder);
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        let compared =
            catch_unwind(AssertUnwindSafe(|| settings.bind(|| insta::assert_snapshot!(name, text))));
        if compared.is_err() {
            self.differing.push(name.to_owned());
        }
    }

    /// What a command said, and how it ended.
    pub fn run(&mut self, name: &str, args: &[&str], said: &Said) {
        let typed =
            args.iter().map(|arg| if arg.contains(' ') { format!("{arg:?}") } else { (*arg).to_owned() });
        let typed = typed.collect::<Vec<_>>().join(" ");
        let blocks = [&said.out, &said.err].map(|text| without_the_machine(text));
        let blocks: Vec<&str> = blocks.iter().map(|text| text.trim_end()).collect();
        let blocks: Vec<&str> = blocks.into_iter().filter(|block| !block.is_empty()).collect();
        self.take(name, &format!("$ panelclerk {typed}\n{}\n[{}]", blocks.join("\n--\n"), said.status));
    }

    fn steady(&self, text: &str) -> String {
        let mut text = text.replace('\u{a0}', " ");
        for (from, to) in &self.instead {
            text = text.replace(from, to);
        }
        let hash = regex_lite::Regex::new(r"\b[0-9a-f]{64}\b").unwrap();
        let text = hash.replace_all(&text, "[sha256]");
        // The evidence head in a pack depends on the second at which it was made, and how well it packs on the head.
        let size = regex_lite::Regex::new(r"\b[0-9]+ KB\b").unwrap();
        let text = size.replace_all(&text, "[size]").into_owned();
        text.replace(concat!("panelclerk ", env!("CARGO_PKG_VERSION")), "panelclerk [version]")
    }

    /// Fails for every snapshot that differs, and for each in the folder that no story took.
    pub fn finish(self) {
        let there = fs::read_dir(&self.folder).map(|entries| entries.map(|entry| entry.unwrap().path()));
        let left_over: Vec<PathBuf> =
            there.into_iter().flatten().filter(|file| self.is_left_over(file)).collect();
        if std::env::var_os("INSTA_UPDATE").is_some_and(|how| how == "always") {
            for file in &left_over {
                fs::remove_file(file).unwrap();
            }
            return;
        }
        assert!(left_over.is_empty(), "no story takes these snapshots any more: {left_over:#?}");
        assert!(self.differing.is_empty(), "other than its snapshot, see above: {:?}", self.differing);
    }

    fn is_left_over(&self, file: &Path) -> bool {
        let name = file.file_name().unwrap().to_string_lossy();
        !name.ends_with(".snap.new")
            && !name.strip_suffix(".snap").is_some_and(|name| self.taken.contains(name))
    }
}

/// Every sheet of a workbook, by name: a line for each row that says something, `row  A: ... | C: ...`.
pub fn sheets(bytes: &[u8]) -> Vec<(String, String)> {
    let text = |sheet: &excel_in::SheetIn| {
        let mut lines: Vec<(u32, Vec<String>)> = Vec::new();
        for ((row, column), value) in &sheet.cells {
            let said = typist::plain(value).replace('\n', " ⏎ ");
            if said.is_empty() {
                continue;
            }
            let cell = format!("{}: {said}", letter(*column));
            match lines.last_mut() {
                Some((last, cells)) if last == row => cells.push(cell),
                _ => lines.push((*row, vec![cell])),
            }
        }
        lines
            .iter()
            .map(|(row, cells)| format!("{:>3}  {}\n", row + 1, cells.join(" | ")))
            .collect::<String>()
    };
    excel_in::read(bytes).unwrap().iter().map(|sheet| (sheet.name.clone(), text(sheet))).collect()
}

fn letter(column: u32) -> String {
    let last = char::from_u32(u32::from(b'A') + column % 26).unwrap();
    if column < 26 { last.to_string() } else { format!("{}{last}", letter(column / 26 - 1)) }
}

/// The words of a page made for a browser: a line for each block, cells apart.
pub fn html(page: &str) -> String {
    let without = |page: &str, tag: &str| {
        regex_lite::Regex::new(&format!("(?s)<{tag}[ >].*?</{tag}>"))
            .unwrap()
            .replace_all(page, "")
            .into_owned()
    };
    let page = without(&without(page, "style"), "head");
    let page = page.replace('\n', " ");
    let cells = regex_lite::Regex::new(r"</t[dh]>\s*").unwrap().replace_all(&page, " | ").into_owned();
    let blocks = regex_lite::Regex::new(
        r"</?(tr|p|h[1-6]|li|div|section|dt|dd|table|ul|summary|details|header|footer|main|br)\b[^>]*>",
    )
    .unwrap();
    let lines = blocks.replace_all(&cells, "\n");
    let lines = lines.replace("</span>", " ");
    let text = regex_lite::Regex::new("<[^>]*>").unwrap().replace_all(&lines, "").into_owned();
    let text = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#x27;", "'"),
        ("&#x3D;", "="),
        ("&nbsp;", " "),
        ("&amp;", "&"),
    ]
    .iter()
    .fold(text, |text, (from, to)| text.replace(from, to));
    let lines = text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
    lines
        .filter(|line| !line.is_empty() && line != "|")
        .map(|line| line.trim_end_matches(" |").to_owned() + "\n")
        .collect()
}

/// The words of a Word file: its header, its text and its footer; cells of a row on one line.
pub fn word(docx: &[u8]) -> String {
    let mut archive = zip::ZipArchive::new(Cursor::new(docx)).unwrap();
    let mut text = String::new();
    for part in ["word/header1.xml", "word/document.xml", "word/footer1.xml"] {
        let mut xml = String::new();
        let Ok(mut entry) = archive.by_name(part) else { continue };
        entry.read_to_string(&mut xml).unwrap();
        let document = roxmltree::Document::parse(&xml).unwrap();
        text.push_str(&format!("[{}]\n", part.trim_start_matches("word/").trim_end_matches(".xml")));
        blocks(document.root_element(), &mut text);
    }
    text
}

fn blocks(node: roxmltree::Node<'_, '_>, text: &mut String) {
    for child in node.children() {
        match child.tag_name().name() {
            "p" => line(&words(child), text),
            "tr" => {
                let cells = child.children().filter(|cell| cell.tag_name().name() == "tc");
                let cells: Vec<String> = cells.map(words).collect();
                line(cells.join(" | ").trim_end_matches(" |"), text);
            }
            _ => blocks(child, text),
        }
    }
}

fn line(said: &str, text: &mut String) {
    if !said.trim().is_empty() {
        text.push_str(said.trim_end());
        text.push('\n');
    }
}

/// The words below a node, its paragraphs apart.
fn words(node: roxmltree::Node<'_, '_>) -> String {
    let mut said = String::new();
    for inside in node.descendants() {
        match inside.tag_name().name() {
            "t" => said.push_str(inside.text().unwrap_or_default()),
            "br" => said.push_str(" ⏎ "),
            "tab" if inside.parent_element().is_some_and(|run| run.tag_name().name() == "r") => {
                said.push('\t');
            }
            "p" if inside != node && !said.is_empty() => said.push_str(" ⏎ "),
            _ => {}
        }
    }
    said
}

/// A pack as its reader has it: the bookmarks, and each page by its number. Of a page of a document only what the pack adds at
/// its edges is shown: the rest is the document's.
pub fn pdf(bytes: &[u8], of_papers: &[Range<u32>]) -> String {
    const EDGE: f64 = 40.0;
    let document = Document::load_mem(bytes).unwrap();
    let outline = document.get_toc().unwrap();
    assert!(outline.errors.is_empty(), "{:?}", outline.errors);
    let mut shown = String::new();
    for mark in outline.toc {
        writeln!(shown, "{}{} -> {}", "  ".repeat(mark.level), mark.title, mark.page).unwrap();
    }
    for (number, page) in (1_u32..).zip(text::words(bytes).unwrap()) {
        writeln!(shown, "\n[page {number}]").unwrap();
        let is_ours = !of_papers.iter().any(|pages| pages.contains(&number));
        let mut last = f64::NAN;
        for word in page.words.iter().filter(|word| is_ours || word.place[3] < EDGE) {
            let [_, bottom, ..] = word.place;
            shown.push_str(if (bottom - last).abs() < 3.0 { " " } else { "\n" });
            shown.push_str(&word.text);
            last = bottom;
        }
        shown.push('\n');
    }
    shown
}
