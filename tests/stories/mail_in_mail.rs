//! A mail forwarded inside a mail: each message and everything attached to it is a paper of its own, down to a depth that is said.

use std::fs;
use std::io::{Cursor, Write as _};

use serde_json::Value;

use crate::built::{docx, paragraph};
use crate::harness::Week;

/// An internet mail of this subject, with papers attached to it.
fn mail(subject: &str, attached: &[(&str, &str, &[u8])]) -> Vec<u8> {
    let mut mail = format!(
        "From: Worker <worker@example.org>\r\nTo: panel@example.org\r\nSubject: {subject}\r\n\
         Date: Tue, 17 Nov 2026 08:05:00 +0000\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"edge-{subject}\"\r\n\r\n\
         --edge-{subject}\r\nContent-Type: text/plain\r\n\r\nWords of {subject} about case 1204417.\r\n"
    )
    .into_bytes();
    for (name, kind, content) in attached {
        let head = if *kind == "message/rfc822" {
            format!(
                "--edge-{subject}\r\nContent-Type: message/rfc822\r\nContent-Disposition: attachment\r\n\r\n"
            )
        } else {
            format!(
                "--edge-{subject}\r\nContent-Type: {kind}\r\nContent-Disposition: attachment; filename=\"{name}\"\r\n\
                 Content-Transfer-Encoding: base64\r\n\r\n"
            )
        };
        mail.extend(head.into_bytes());
        if *kind == "message/rfc822" {
            mail.extend_from_slice(content);
        } else {
            mail.extend(base64(content).into_bytes());
        }
        mail.extend(b"\r\n");
    }
    mail.extend(format!("--edge-{subject}--\r\n").into_bytes());
    mail
}

fn base64(bytes: &[u8]) -> String {
    const SIGNS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for (at, group) in bytes.chunks(3).enumerate() {
        let word =
            group.iter().fold(0_u32, |word, byte| word << 8 | u32::from(*byte)) << (8 * (3 - group.len()));
        for place in 0..4 {
            let sign = SIGNS[(word >> (18 - 6 * place)) as usize & 63];
            text.push(if place <= group.len() { char::from(sign) } else { '=' });
        }
        if at % 18 == 17 {
            text.push_str("\r\n");
        }
    }
    text
}

/// Every paper: its number, the mail it came in, and the last part of its name.
fn papers(status: &Value) -> Vec<String> {
    let cases =
        status["cases"].as_array().unwrap().iter().flat_map(|case| case["papers"].as_array().unwrap());
    let mut papers: Vec<&Value> = cases.chain(status["unfiled"].as_array().unwrap()).collect();
    papers.sort_by_key(|paper| paper["number"].as_str().unwrap()[1..].parse::<u32>().unwrap());
    let line = |paper: &&Value| {
        let file = paper["file"].as_str().unwrap();
        let name = file.rsplit('/').next().unwrap();
        let mail = paper["part_of"].as_str().unwrap_or("-");
        format!("{} in {mail}: {name}, {} pages", paper["number"].as_str().unwrap(), paper["pages"])
    };
    papers.iter().map(line).collect()
}

fn week(name: &str, content: &[u8]) -> Week {
    Week::new("nelc")
        .drop(&format!("1204417 K/{name}"), content)
        .run(&["scan"], 0)
        .at("2026-11-17T09:30")
        .run(&["scan"], 0)
}

#[test]
fn a_mail_in_an_internet_mail_is_a_paper_and_so_is_what_is_attached_to_it() {
    let plan = docx("", &paragraph("Care plan"));
    let inner = mail("Inner", &[("plan.docx", "application/octet-stream", &plan)]);
    let whole =
        mail("Outer", &[("", "message/rfc822", &inner), ("more.docx", "application/octet-stream", &plan)]);
    let week = week("Papers.eml", &whole);
    assert_eq!(
        papers(&week.json(&["status"])),
        [
            "P1 in -: Papers.eml, 1 pages",
            "P2 in P1: message 1.eml, 1 pages",
            "P3 in P2: plan.docx, 1 pages",
            "P4 in P1: more.docx, 1 pages",
        ]
    );
}

/// An Outlook mail; a message within it is kept as a folder.
fn outlook(subject: &str, inner: Option<(&str, &[u8])>) -> Vec<u8> {
    let wide = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).unwrap();
    let mut put = |path: &str, bytes: &[u8]| file.create_stream(path).unwrap().write_all(bytes).unwrap();
    put("/__properties_version1.0", &[0; 32]);
    put("/__substg1.0_0037001F", &wide(subject));
    put("/__substg1.0_1000001F", &wide("Words about case 1204417"));
    if let Some((name, content)) = inner {
        let root = "/__attach_version1.0_#00000000";
        let inside = format!("{root}/__substg1.0_3701000D");
        let attached = format!("{inside}/__attach_version1.0_#00000000");
        for folder in [root, &inside, &attached] {
            file.create_storage(folder).unwrap();
        }
        let mut put = |path: &str, bytes: &[u8]| file.create_stream(path).unwrap().write_all(bytes).unwrap();
        put(&format!("{root}/__substg1.0_3001001F"), &wide("FW: the plan"));
        // Noon on 1 July 2026, behind the shorter header of a message within.
        let mut table = vec![0; 24];
        table.extend([0x40, 0, 0x39, 0, 0, 0, 0, 0]);
        table.extend(((1_782_907_200_i64 + 11_644_473_600) * 10_000_000).to_le_bytes());
        put(&format!("{inside}/__properties_version1.0"), &table);
        put(&format!("{inside}/__substg1.0_0037001F"), &wide("The plan"));
        put(&format!("{attached}/__substg1.0_3707001F"), &wide(name));
        put(&format!("{attached}/__substg1.0_37010102"), content);
    }
    file.into_inner().into_inner()
}

#[test]
fn a_mail_in_an_outlook_mail_is_a_paper_and_so_is_what_is_attached_to_it() {
    let plan = docx("", &paragraph("Care plan"));
    let whole = outlook("Outer", Some(("..\\plan\u{202e}.docx", &plan)));
    let week = week("Papers.msg", &whole);
    let status = week.json(&["status"]);
    assert_eq!(
        papers(&status),
        [
            "P1 in -: Papers.msg, 1 pages",
            "P2 in P1: FW: the plan.msg, 1 pages",
            "P3 in P2: .._plan_.docx, 1 pages",
        ]
    );
    // Read again, the message within is the same to the byte, so it is the same paper.
    let again = week.at("2026-11-18T09:30").drop("1204417 K/Copy.msg", &whole).run(&["scan"], 0);
    let again = again.at("2026-11-18T09:50").run(&["scan"], 0).json(&["status"]);
    let mut hashes: Vec<String> = Vec::new();
    for case in again["cases"].as_array().unwrap() {
        hashes.extend(case["papers"].as_array().unwrap().iter().map(|paper| paper["sha256"].to_string()));
    }
    hashes.sort();
    hashes.dedup();
    assert_eq!(hashes.len(), 3, "{again:#}");
}

#[test]
fn mails_deeper_than_is_followed_are_said_to_hold_more() {
    let plan = docx("", &paragraph("Care plan"));
    let mut whole = mail("Deepest", &[("plan.docx", "application/octet-stream", &plan)]);
    for level in 0..6 {
        whole = mail(&format!("Level{level}"), &[("", "message/rfc822", &whole)]);
    }
    let week = week("Papers.eml", &whole);
    let status = week.json(&["status"]);
    assert_eq!(papers(&status).len(), 6, "{status:#}");
    let receipt = week.tree("receipts").into_iter().find(|file| file.contains("1204417")).unwrap();
    let said = fs::read_to_string(week.root().join("receipts").join(receipt)).unwrap();
    let expected = "The mail lies 5 mails deep, and what is attached to it was not taken in: “message 1.eml”";
    assert!(said.contains(expected), "{said}");
}

#[test]
fn a_mail_with_more_files_than_are_taken_says_how_many_were_left() {
    let content = b"a note".as_slice();
    let names: Vec<String> = (1..=103).map(|number| format!("note {number}.txt")).collect();
    let attached: Vec<(&str, &str, &[u8])> =
        names.iter().map(|name| (name.as_str(), "text/plain", content)).collect();
    let week = Week::new("nelc").drop("1204417 Kowalczyk/many.eml", mail("many", &attached));
    assert!(week.says(&["scan"]).status < 2);
    let receipt = fs::read_to_string(week.root().join("receipts/1204417 receipt.html")).unwrap();
    let said = "103 files are attached to this mail; the first 100 were taken in and 3 were left";
    assert!(receipt.to_lowercase().contains(said), "the receipt does not say it");
}
