//! What a page looks like is decided by the faces that come with the program, never by those of the machine it runs on.

use std::fs;
use std::path::Path;

use panelclerk::stationery::fonts;
use panelclerk::worker::pool::Program;
use tempfile::TempDir;

use crate::built::{Desk, desk, desk_of, word};

/// A face that calls itself Arial and looks like another: a bundled one under a new name.
fn odd_arial(bundled: &Path) -> Vec<u8> {
    let serif = fs::read_dir(bundled).unwrap().map(|entry| entry.unwrap().path());
    let mut serif: Vec<_> = serif.filter(|file| file.to_string_lossy().contains("Serif")).collect();
    serif.sort();
    let mut face = fs::read(&serif[0]).unwrap();
    let texts: [(u16, &str); 4] = [(1, "Arial"), (2, "Regular"), (4, "Arial"), (6, "ArialMT")];
    let short = |number: usize| u16::try_from(number).unwrap().to_be_bytes();
    let mut names = [short(0), short(texts.len()), short(6 + 12 * texts.len())].concat();
    let mut letters: Vec<u8> = Vec::new();
    for (id, text) in texts {
        let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        for number in [3, 1, 0x409, usize::from(id), wide.len(), letters.len()] {
            names.extend(short(number));
        }
        letters.extend(wide);
    }
    names.extend(letters);
    // The directory's entry of the table of names is pointed at the new one, put at the end.
    let tables = usize::from(u16::from_be_bytes([face[4], face[5]]));
    let entry = (0..tables).map(|at| 12 + 16 * at).find(|at| &face[*at..at + 4] == b"name").unwrap();
    while face.len() % 4 != 0 {
        face.push(0);
    }
    let place = u32::try_from(face.len()).unwrap().to_be_bytes();
    face[entry + 8..entry + 12].copy_from_slice(&place);
    face[entry + 12..entry + 16].copy_from_slice(&u32::try_from(names.len()).unwrap().to_be_bytes());
    face.extend(names);
    face
}

/// Readers whose home folder is `home`, which they may look into where `seen`.
fn desk_at(home: &Path, seen: bool) -> Desk {
    let mut arguments = vec![format!("HOME={}", home.display()).into()];
    arguments.push(format!("XDG_DATA_HOME={}", home.join(".local/share").display()).into());
    arguments.push(env!("CARGO_BIN_EXE_panelclerk").into());
    arguments.push("worker".into());
    let more: &[&Path] = if seen { &[home] } else { &[] };
    desk_of(Program { path: "/usr/bin/env".into(), arguments }, 20, more)
}

#[test]
fn a_face_of_the_machine_changes_no_byte() {
    if !cfg!(target_os = "linux") {
        crate::harness::skipped("Linux");
        return;
    }
    let usual = desk(20, &[]);
    let gaps = usual.readers.gaps().unwrap();
    if gaps.iter().any(|gap| gap.contains("Landlock")) {
        crate::harness::skipped("Landlock");
        return;
    }
    let home = TempDir::new().unwrap();
    let bundled = fonts::lay_out(usual.store.path()).unwrap();
    let face = odd_arial(&bundled);
    for folder in [".fonts", ".local/share/fonts"] {
        fs::create_dir_all(home.path().join(folder)).unwrap();
        fs::write(home.path().join(folder).join("arial.ttf"), &face).unwrap();
    }
    let body = "<w:p><w:r><w:rPr><w:rFonts w:ascii=\"Arial\" w:hAnsi=\"Arial\"/></w:rPr><w:t>Care plan for a fictional child</w:t></w:r></w:p>";
    let paper = word(body, &[], &[]);
    let alone = usual.pdf("plan.docx", &paper);
    assert!(
        alone == desk_at(home.path(), false).pdf("plan.docx", &paper),
        "a face in the home folder changed the page"
    );
    // Where it may be seen it does change the page: the test would notice.
    assert!(alone != desk_at(home.path(), true).pdf("plan.docx", &paper), "the odd face is never looked for");
}
