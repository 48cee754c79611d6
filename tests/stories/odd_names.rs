//! What lies in a case's folder and is no ordinary paper, and papers under hostile names: each said once, in words.

use std::fs;

use crate::built::{docx, paragraph};
use crate::harness::Week;

/// The words of a page, tags taken out, one line for each cell or item.
fn words(page: &str) -> String {
    let mut text = String::new();
    for part in page.split('<') {
        let (tag, after) = part.split_once('>').unwrap_or(("", part));
        if ["/li", "/td", "/p", "/tr", "/h1", "/h2"].iter().any(|end| tag.starts_with(end)) {
            text.push('\n');
        }
        text.push_str(after);
    }
    text.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}

fn receipt(week: &Week) -> String {
    let page = week.tree("receipts").into_iter().find(|file| file.contains("1204417")).unwrap();
    fs::read_to_string(week.root().join("receipts").join(page)).unwrap()
}

/// The same content under two names is told of a wrong ending under one of them only.
#[test]
fn a_wrong_ending_is_told_of_the_file_that_has_it() {
    let paper = docx("", &paragraph("Care plan of case 1204417"));
    for names in [["a plan.pdf", "b plan.docx"], ["a plan.docx", "b plan.pdf"]] {
        let week = Week::new("nelc").drop(&format!("1204417 K/{}", names[0]), &paper).run(&["scan"], 0);
        let week = week.at("2026-11-17T09:30").run(&["scan"], 0);
        let week = week.drop(&format!("1204417 K/{}", names[1]), &paper).run(&["scan"], 0);
        let week = week.at("2026-11-17T10:00").run(&["scan"], 0);
        let said = words(&receipt(&week));
        let told = said.matches("The name ends in “.pdf”, but the file is a Word document").count();
        assert_eq!(told, 1, "{names:?}\n{said}");
        let (before, after) = said.split_once("The name ends in").unwrap();
        let told_of_second = before.contains("b plan");
        assert_eq!(told_of_second, names[1].ends_with(".pdf"), "{names:?}\n{before}\n---\n{after}");
    }
}

#[cfg(unix)]
#[test]
fn links_pipes_and_closed_files_are_named_and_never_opened() {
    use std::os::unix::fs::PermissionsExt;
    let week =
        Week::new("nelc").drop("1204417 K/Plan.docx", docx("", &paragraph("Care plan of case 1204417")));
    let folder = week.root().join("inbox/1204417 K");
    std::os::unix::fs::symlink("/etc/passwd", folder.join("Link.docx")).unwrap();
    std::os::unix::fs::symlink(&folder, folder.join("Circle")).unwrap();
    let pipe = folder.join("Pipe.docx");
    rustix::fs::mknodat(rustix::fs::CWD, &pipe, rustix::fs::FileType::Fifo, 0o600.into(), 0).unwrap();
    let closed = folder.join("Closed.docx");
    fs::write(&closed, "nobody may read this").unwrap();
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o0)).unwrap();
    let bound = fs::File::open(&closed).is_err();
    let week = week.run(&["scan"], 0).at("2026-11-17T09:30").run(&["scan"], 0);
    let status = week.json(&["status"]);
    let mut ignored: Vec<String> = status["ignored"]
        .as_array()
        .unwrap()
        .iter()
        .map(|file| format!("{}: {}", file["file"].as_str().unwrap(), file["reason"].as_str().unwrap()))
        .collect();
    let closed = "1204417 K/Closed.docx: may not be opened by the service; hint: give everyone in the folder the right to read it, or copy it in again";
    if bound {
        let at = ignored.iter().position(|line| line == closed).expect("the closed file is named");
        ignored.remove(at);
    } else {
        crate::harness::skipped("a user whom permissions bind");
    }
    let link = "a link to somewhere else: links are never followed; hint: copy the document itself here";
    assert_eq!(
        ignored,
        [
            format!("1204417 K/Circle: {link}"),
            format!("1204417 K/Link.docx: {link}"),
            "1204417 K/Pipe.docx: a pipe, socket or device, not a document: never opened".to_owned(),
        ]
    );
    assert!(!status.to_string().contains("root:"), "a link was followed");
}

#[cfg(target_os = "linux")]
#[test]
fn papers_under_hostile_names_are_papers_and_shown_harmless() {
    use std::os::unix::ffi::OsStrExt;
    let long = format!("{}.docx", "n".repeat(240));
    let names: [&[u8]; 9] = [
        long.as_bytes(),
        "plan\u{202e}xcod.docx".as_bytes(),
        b"two\nlines.docx",
        b"CON.docx",
        b"bytes\xff.docx",
        b"{{7*7}}.docx",
        b"=cmd|'calc'!A1.docx",
        b"<script>alert(1)<.docx",
        b"-rf.docx",
    ];
    let mut week = Week::new("nelc");
    for (at, name) in names.iter().enumerate() {
        let folder = week.root().join("inbox/1204417 K");
        fs::create_dir_all(&folder).unwrap();
        let paper = docx("", &paragraph(&format!("Document {at} of case 1204417")));
        fs::write(folder.join(std::ffi::OsStr::from_bytes(name)), paper).unwrap();
    }
    week = week.run(&["scan"], 0).at("2026-11-17T09:30").run(&["scan"], 0);
    let status = week.json(&["status"]);
    let papers = status["cases"][0]["papers"].as_array().unwrap();
    let mut shown: Vec<String> = papers
        .iter()
        .map(|paper| {
            let file = paper["file"].as_str().unwrap().rsplit_once("1204417 K/").unwrap().1;
            format!("{file} {} pages", paper["pages"])
        })
        .collect();
    shown.sort();
    assert_eq!(
        shown,
        [
            "-rf.docx 1 pages".to_owned(),
            "<script>alert(1)<.docx 1 pages".to_owned(),
            "=cmd|'calc'!A1.docx 1 pages".to_owned(),
            "CON.docx 1 pages".to_owned(),
            "bytes\\xFF.docx 1 pages".to_owned(),
            format!("{long} 1 pages"),
            "plan\\u{202e}xcod.docx 1 pages".to_owned(),
            "two\\u{a}lines.docx 1 pages".to_owned(),
            "{{7*7}}.docx 1 pages".to_owned(),
        ]
    );
    // The pages people look at hold the names as words, never as something that acts.
    let page = receipt(&week);
    assert!(page.contains("{{7*7}}.docx") && !page.contains("49.docx"), "a name was computed");
    assert!(!page.contains("<script>alert"), "a name acts on the page");
    assert!(!page.contains('\u{202e}'), "a name turns the page");
    for file in week.tree("receipts").into_iter().chain(week.tree("office")) {
        assert!(!file.contains(['\n', '\u{202e}']) && file.len() < 200, "{file:?}");
    }
}
