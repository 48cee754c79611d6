//! A mail says what its reader saw, however it was written and saved, and what came with it are documents.

use crate::built::{desk, docx, paragraph};
use crate::harness::Week;

const HEAD: &str = "From: A Worker <a@example.org>\nTo: panel@example.org\nSubject: Update 1204417\n\
    Date: Tue, 3 Nov 2026 10:00:00 +0000\nMIME-Version: 1.0\n";

fn alternatives(plain: &str, page: &str) -> String {
    format!(
        "{HEAD}Content-Type: multipart/alternative; boundary=\"b\"\n\n--b\nContent-Type: text/plain; charset=utf-8\n\n{plain}\n\
         --b\nContent-Type: text/html; charset=utf-8\n\n<html><body>{page}</body></html>\n--b--\n"
    )
}

#[test]
fn the_page_of_a_mail_is_shown_where_its_plain_text_is_a_stub() {
    let desk = desk(20, &[]);
    let page =
        "<p>The carer has given <b>notice</b>.</p><div style=\"display:none\">preview of the message</div>";
    for plain in ["Your mail program cannot show HTML.", " "] {
        let mail = alternatives(plain, page);
        let pages = desk.pages("update.eml", mail.as_bytes());
        assert!(pages.contains("The carer has given notice."), "{pages}");
        assert!(!pages.contains("preview"), "{pages}");
        assert_eq!(
            desk.said("update.eml", mail.as_bytes()),
            "hidden-text: the document holds hidden text (4 words)\n"
        );
    }
    let same = alternatives("The carer has given notice.", "<p>The carer has given notice.</p>");
    assert_eq!(desk.pages("update.eml", same.as_bytes()).matches("notice").count(), 1);
}

/// What Outlook packs files into.
fn winmail(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut packed = b"\x78\x9f\x3e\x22\x01\x00".to_vec();
    let mut attribute = |level: u8, id: u32, data: &[u8]| {
        packed.push(level);
        packed.extend(id.to_le_bytes());
        packed.extend(u32::try_from(data.len()).unwrap().to_le_bytes());
        packed.extend(data);
        let sum = data.iter().fold(0_u16, |sum, byte| sum.wrapping_add(u16::from(*byte)));
        packed.extend(sum.to_le_bytes());
    };
    attribute(1, 0x0008_9006, &[0, 0, 1, 0]);
    attribute(1, 0x0006_9007, &[0xB5, 1, 0, 0, 0, 0, 0, 0]);
    for (name, content) in files {
        attribute(2, 0x0006_9002, &[0; 14]);
        attribute(2, 0x0001_8010, format!("{name}\0").as_bytes());
        attribute(2, 0x0006_800F, content);
    }
    packed
}

fn attached(name: &str, content: &[u8]) -> String {
    let mut text = String::new();
    for byte in content {
        text.push_str(&format!("={byte:02X}"));
        if text.len().is_multiple_of(72) {
            text.push_str("=\n");
        }
    }
    format!(
        "{HEAD}Content-Type: multipart/mixed; boundary=\"b\"\n\n--b\nContent-Type: text/plain\n\nPlease find both documents of 1204417.\n\
         --b\nContent-Type: application/octet-stream; name=\"{name}\"\nContent-Disposition: attachment; filename=\"{name}\"\n\
         Content-Transfer-Encoding: quoted-printable\n\n{text}\n--b--\n"
    )
}

/// What each document is called, in the order of their numbers.
fn documents(file: &str, content: &[u8]) -> Vec<String> {
    let week = Week::new("nelc")
        .drop(&format!("1204417 K/{file}"), content)
        .run(&["scan"], 0)
        .at("2026-11-17T09:30")
        .run(&["scan"], 0);
    let status = week.json(&["status"]);
    let cases = status["cases"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|case| case["papers"].as_array().unwrap().clone());
    let mut papers: Vec<_> = cases.chain(status["unfiled"].as_array().unwrap().clone()).collect();
    papers.sort_by_key(|paper| paper["number"].as_str().unwrap()[1..].parse::<u32>().unwrap());
    let name =
        |paper: &serde_json::Value| paper["file"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
    papers.iter().map(name).collect()
}

#[test]
fn what_outlook_packed_into_one_file_are_documents() {
    let plan = docx("", &paragraph("Care plan of 1204417"));
    let note = docx("", &paragraph("Costing of 1204417"));
    let packed = winmail(&[("care plan.docx", &plan), ("costing.docx", &note)]);
    let inside = ["care plan.docx", "costing.docx"];
    let found = documents("Two documents.eml", attached("winmail.dat", &packed).as_bytes());
    assert_eq!(found[1..], inside, "{found:?}");
    let found = documents("winmail.dat", &packed);
    assert_eq!(found[1..], inside, "{found:?}");
}

#[test]
fn a_mail_is_a_mail_however_it_was_saved() {
    let plan = docx("", &paragraph("Care plan of 1204417"));
    let mail = attached("care plan.docx", &plan);
    let headed = format!("From a@example.org Tue Nov  3 10:00:00 2026\n{mail}");
    let wide: Vec<u8> =
        std::iter::once(0xFEFF).chain(mail.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    for saved in [headed.as_bytes(), &wide] {
        assert_eq!(documents("Update.eml", saved), ["Update.eml", "care plan.docx"]);
        assert_eq!(desk(20, &[]).said("Update.eml", saved), "");
    }
}
