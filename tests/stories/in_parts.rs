//! A pack too large for somebody's mailbox: in parts that fit, with the numbers going on, and nothing lost between them.

use std::fs;

use lopdf::Document;
use mail_parser::{MessageParser, MimeHeaders as _};
use panelclerk::desk::people::people_workbook;
use panelclerk::pack::manifest::Manifest;
use panelclerk::panel::people::{Capacity, Person, Terms};
use panelclerk::pdf::text;

use crate::harness::{Week, project, tool, tree};
use crate::sample_meeting::date;

const CHAIR: &str = "chair@panel.example.org";
/// Whose mailbox takes a megabyte.
const SMALL: &str = "small@health.example.org";
const LIMIT: u64 = 1_000_000;

/// The sample inbox, scanned and pressed; `more` is dropped with it.
fn week(more: &[(&str, Vec<u8>)]) -> Week {
    let mut week = Week::new("nelc").at("2026-11-17T10:00");
    for file in tree(&project().join("sample-inbox")) {
        week = week.drop_sample(&file);
    }
    for (file, content) in more {
        week = week.drop(file, content);
    }
    let person = |name: &str, email: &str, capacity| Person {
        name: name.to_owned(),
        role: "Fictional".to_owned(),
        agency: String::new(),
        email: Some(email.to_owned()),
        capacity,
        terms: Terms::default(),
    };
    let people = [person("Cato Chair", CHAIR, Capacity::Chair), person("Sam Small", SMALL, Capacity::Member)];
    let book = people_workbook("Fictional panel", "OFFICIAL-SENSITIVE", date(2026, 11, 17), &people).unwrap();
    fs::write(week.root().join("office/People.xlsx"), book).unwrap();
    let config = week.root().join("config.toml");
    let text = fs::read_to_string(&config).unwrap();
    let limit = "[post.letter_mb_for]\n\"health.example.org\" = 1\n\n# What one dropped";
    fs::write(&config, text.replace("# What one dropped", limit)).unwrap();
    week.says(&["scan"]).ends(0);
    let week = week.at("2026-11-19T11:00");
    let pressed = week.says(&["pack", "2026-11-23"]);
    assert!(pressed.status < 2, "{}{}", pressed.out, pressed.err);
    week
}

/// A letter on disk: its size, its words, its PDF.
struct Letter {
    name: String,
    size: u64,
    subject: String,
    text: String,
    file_name: String,
    pdf: Vec<u8>,
}

fn letters(week: &Week, to: &str) -> Vec<Letter> {
    let folder = week.root().join("office/2026-11-23/outbox");
    let names = tree(&folder).into_iter().filter(|name| name.contains(to));
    let read = |name: String| {
        let bytes = fs::read(folder.join(&name)).unwrap();
        let message = MessageParser::default().parse(&bytes).unwrap();
        let attached = message.attachment(0).unwrap();
        Letter {
            name,
            size: u64::try_from(bytes.len()).unwrap(),
            subject: message.subject().unwrap().to_owned(),
            text: message.body_text(0).unwrap().into_owned(),
            file_name: attached.attachment_name().unwrap().to_owned(),
            pdf: attached.contents().to_vec(),
        }
    };
    names.map(read).collect()
}

fn manifest(week: &Week) -> Manifest {
    let file = week.tree("office").into_iter().find(|file| file.ends_with("pack.manifest.json")).unwrap();
    serde_json::from_slice(&fs::read(week.root().join("office").join(file)).unwrap()).unwrap()
}

/// The number printed on each page.
fn printed(pdf: &[u8]) -> Vec<String> {
    let pages = text::words(pdf).unwrap();
    pages
        .iter()
        .map(|page| page.text().split_whitespace().rev().take(3).collect::<Vec<_>>().join(" "))
        .collect()
}

#[test]
fn each_letter_fits_and_the_parts_are_the_whole_pack() {
    let week = week(&[]);
    let shown = week.json(&["send", "pack", "2026-11-23"]);
    let planned: Vec<String> = shown["letters"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|letter| letter["email"] == SMALL)
        .map(|letter| letter["files"][0]["pages"].to_string())
        .collect();
    assert!(planned.len() > 1 && week.tree("office/2026-11-23/outbox").is_empty(), "{planned:?}");
    let week = week.run(&["send", "pack", "2026-11-23", "--go"], 0);
    let manifest = manifest(&week);
    assert_eq!(letters(&week, CHAIR).len(), 1, "the chair's mailbox takes the pack whole");
    let parts = letters(&week, SMALL);
    assert_eq!(parts.len(), planned.len(), "what was shown is what was written");
    let mut next = 1;
    for (number, part) in (1..).zip(&parts) {
        assert!(part.size <= LIMIT, "{}: {} bytes", part.name, part.size);
        let which = format!("part {number} of {}", parts.len());
        for said in [&part.name, &part.subject, &part.text, &part.file_name] {
            assert!(said.contains(&which), "`{which}` in {said}");
        }
        let pages = Document::load_mem(&part.pdf).unwrap().get_pages().len();
        let last = next + u32::try_from(pages).unwrap() - 1;
        let range = format!("Pages of this part: {next} to {last} of {}", manifest.pages);
        assert!(part.text.contains(&range), "`{range}` in {}", part.text);
        for (page, printed) in (next..).zip(printed(&part.pdf)) {
            assert_eq!(printed, format!("{} of {page}", manifest.pages), "read backwards");
        }
        let cases = part.text.lines().find(|line| line.starts_with("- Cases on them: ")).unwrap_or_default();
        for entry in &manifest.entries {
            let here = (next..=last).contains(&entry.first_page);
            assert_eq!(cases.contains(entry.case_id.as_str()), here, "{cases} and page {}", entry.first_page);
        }
        let file = week.root().join("part.pdf");
        fs::write(&file, &part.pdf).unwrap();
        let said = week.says(&["verify", &file.to_string_lossy()]);
        assert_eq!(said.status, 0, "{}{}", said.out, said.err);
        if let Some(checked) = tool("qpdf", &["--check", &file.to_string_lossy()]) {
            assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stderr));
        }
        next = last + 1;
    }
    assert_eq!(next - 1, manifest.pages);
    assert_eq!(manifest.copies.len(), parts.len());
    let again = week.run(&["send", "pack", "2026-11-23", "--go"], 0);
    assert_eq!(letters(&again, SMALL).len(), parts.len(), "sent again, nothing new is made");
}

/// A picture that cannot be made smaller.
fn noise(side: u32) -> Vec<u8> {
    let mut state = 0x9E37_79B9_u32;
    let picture = image::RgbImage::from_fn(side, side, |_, _| {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        let [red, green, blue, _] = state.to_le_bytes();
        image::Rgb([red, green, blue])
    });
    let mut png = std::io::Cursor::new(Vec::new());
    picture.write_to(&mut png, image::ImageFormat::Png).unwrap();
    png.into_inner()
}

#[test]
fn a_paper_too_large_for_any_letter_is_said_and_everything_else_goes() {
    let file = "1150678 Hargreaves C/Photograph of a whiteboard.png";
    let week = week(&[(file, noise(1400))]);
    let shown = week.says(&["send", "pack", "2026-11-23"]);
    assert!(shown.status == 1 && shown.out.contains("too large for an email"), "{}{}", shown.out, shown.err);
    let week = week.run(&["send", "pack", "2026-11-23", "--go"], 1);
    let manifest = manifest(&week);
    let sent = letters(&week, SMALL);
    let mut pages = 0;
    for letter in &sent {
        assert!(letter.size <= LIMIT, "{}", letter.size);
        assert!(letter.text.contains("Too large for any email: page"), "{}", letter.text);
        assert!(letter.text.contains("ask the administrator"), "{}", letter.text);
        pages += Document::load_mem(&letter.pdf).unwrap().get_pages().len();
    }
    let held_back = manifest.entries.iter().find(|entry| entry.title.contains("whiteboard")).unwrap();
    assert_eq!(
        u32::try_from(pages).unwrap(),
        manifest.pages - (held_back.last_page + 1 - held_back.first_page)
    );
}
