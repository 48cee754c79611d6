//! A share that is not the share: another folder in the inbox's place, and an inbox that has lost much at once.

use std::fs;
use std::path::Path;

use panelclerk::intake::marker;

use crate::harness::{Said, Week};

const REFERRAL: &str = "1204417 Kowalczyk Ł/Referral form LK.docx";
const PLAN: &str = "1204417 Kowalczyk Ł/Care plan - Kowalczyk - Nov 2026.docx";

/// An inbox with two real papers of a case on the agenda and ten short ones of another, looked at twice.
fn week() -> Week {
    let mut week = Week::new("nelc").at("2026-11-17T10:00").drop_sample(REFERRAL).drop_sample(PLAN);
    for number in 0..10 {
        week = week.drop(&format!("1167109 Rahman Yusuf/Note {number}.txt"), format!("Note {number}\n"));
    }
    week.run(&["scan"], 0).run(&["agenda"], 0)
}

fn inbox(week: &Week) -> std::path::PathBuf {
    week.root().join("inbox")
}

/// The inbox is moved away, and `instead` lies in its place.
fn mount(week: &Week, instead: impl FnOnce(&Path)) {
    fs::rename(inbox(week), week.root().join("away")).unwrap();
    fs::create_dir(inbox(week)).unwrap();
    instead(&inbox(week));
}

fn connect_again(week: &Week) {
    fs::remove_dir_all(inbox(week)).unwrap();
    fs::rename(week.root().join("away"), inbox(week)).unwrap();
}

/// Papers that are in use or waiting for somebody: neither removed nor unknown.
fn papers(week: &Week) -> usize {
    let status = week.json(&["status"]);
    let cases =
        status["cases"].as_array().unwrap().iter().flat_map(|case| case["papers"].as_array().unwrap());
    cases.chain(status["unfiled"].as_array().unwrap()).filter(|paper| paper["state"] != "removed").count()
}

/// What everybody sees while the inbox is not believed.
#[track_caller]
fn is_held(week: &Week, said: &Said, words: &str) {
    said.ends(1).shows(words).shows("0 removed");
    let status = week.says(&["status"]);
    status.ends(1).shows(words);
    assert_eq!(week.json(&["status"])["share"]["healthy"], false);
    let board = fs::read_to_string(week.root().join("office/board.html")).unwrap();
    assert!(
        board.contains("What cannot be done now") && board.contains(words[5..].split('`').next().unwrap()),
        "{words}"
    );
    assert_eq!(papers(week), 12, "nothing is taken for removed");
}

#[track_caller]
fn is_healed(week: &Week) {
    week.says(&["scan"]).ends(0).shows("`inbox` is all right again");
    assert_eq!(week.json(&["status"])["share"]["healthy"], true);
    assert_eq!(papers(week), 12);
    let audit = week.says(&["audit"]).out;
    assert!(!audit.contains("removed"), "{audit}");
    week.says(&["verify"]).ends(0);
}

#[test]
fn another_folder_in_the_inboxs_place_is_an_outage_until_the_inbox_is_back() {
    let week = week().at("2026-11-19T10:30");
    let missing = "the inbox does not hold the file";
    mount(&week, |inbox| fs::create_dir(inbox.join("lost+found")).unwrap());
    // However often it is looked at.
    for _ in 0..3 {
        is_held(&week, &week.says(&["scan"]), &missing["the inbox ".len()..]);
    }
    week.says(&["pack"]).ends(1).shows("the inbox could not be seen at the last look").shows("verified");
    connect_again(&week);
    is_healed(&week);
    // The inbox of another panel, with papers of its own.
    mount(&week, |inbox| {
        fs::create_dir(inbox.join("1999999 Other")).unwrap();
        fs::write(inbox.join("1999999 Other/Plan.txt"), "a plan of another panel's child\n").unwrap();
        fs::write(inbox.join(marker::NAME), marker::text("Other Panel", "0123456789ab")).unwrap();
    });
    is_held(
        &week,
        &week.says(&["scan"]),
        "holds the file `Placement panel inbox - leave this file here.txt` of another inbox",
    );
    assert!(!week.says(&["status"]).out.contains("1999999"), "nothing of it is taken in");
    connect_again(&week);
    is_healed(&week);
}

#[test]
fn much_that_goes_at_once_is_believed_when_a_second_look_agrees_and_the_pack_names_who_lost_it() {
    let week = week().at("2026-11-19T10:30");
    let aside = week.root().join("aside");
    fs::rename(inbox(&week).join("1204417 Kowalczyk Ł"), &aside).unwrap();
    let notes = inbox(&week).join("1167109 Rahman Yusuf");
    let note = |number: u32| notes.join(format!("Note {number}.txt"));
    fs::remove_file(note(0)).unwrap();
    // Three of twelve: a case was taken away.
    week.says(&["scan"]).ends(0).shows("3 removed");
    let pack = week.says(&["pack"]);
    pack.ends(1)
        .shows("1204417 has lost documents since the agenda was made: P11, P12")
        .shows("1167109 has lost documents since the agenda was made: P1;");
    week.says(&["pack"]).ends(1).shows("1204417 has lost documents");
    fs::rename(&aside, inbox(&week).join("1204417 Kowalczyk Ł")).unwrap();
    fs::write(note(0), "Note 0\n").unwrap();
    let week = week.at("2026-11-19T11:00").run(&["scan"], 0);
    let pack = week.says(&["pack"]);
    assert!(!pack.out.contains("has lost"), "{}", pack.out);
    assert_eq!(papers(&week), 12);

    // Ten of twelve.
    fs::rename(inbox(&week).join("1167109 Rahman Yusuf"), &aside).unwrap();
    let week = week.at("2026-11-19T12:00");
    let lost = "lost 10 of its 12 documents since the last look";
    is_held(&week, &week.says(&["scan"]), &format!("has {lost}"));
    fs::rename(&aside, inbox(&week).join("1167109 Rahman Yusuf")).unwrap();
    let week = week.at("2026-11-19T12:01");
    week.says(&["scan"]).ends(0).shows("0 removed").shows("`inbox` is all right again");
    fs::rename(inbox(&week).join("1167109 Rahman Yusuf"), &aside).unwrap();
    week.says(&["scan"]).ends(1).shows(lost);
    // Another loss than before is no agreement.
    fs::create_dir(inbox(&week).join("1167109 Rahman Yusuf")).unwrap();
    fs::copy(aside.join("Note 3.txt"), note(3)).unwrap();
    week.says(&["scan"]).ends(1).shows("lost 9 of its 12 documents");
    week.says(&["scan"]).ends(0).shows("9 removed").shows("`inbox` is all right again");
    assert_eq!(papers(&week), 3);
    week.says(&["verify"]).ends(0);
}

#[test]
fn a_person_says_that_the_inbox_is_right_as_it_lies() {
    let week = week().at("2026-11-19T10:30");
    let accept = ["accept", "inbox", "--by", "Ann Clerk", "--reason", "the old documents were filed"];
    let refused = week.says(&accept);
    assert!(
        refused.status == 2 && refused.err.contains("nothing of the inbox is held back"),
        "{}",
        refused.err
    );
    fs::remove_dir_all(inbox(&week).join("1167109 Rahman Yusuf")).unwrap();
    week.says(&["scan"]).ends(1).shows("lost 10 of its 12 documents");
    week.says(&accept).ends(0).shows("the inbox is taken as it lies from the next look on");
    week.says(&["scan"]).ends(0).shows("10 removed").shows("`inbox` is all right again");
    assert!(week.says(&["audit"]).out.contains("the inbox accepted as it lies by Ann Clerk"));
    // Somebody deleted the file: a word puts it back.
    fs::remove_file(inbox(&week).join(marker::NAME)).unwrap();
    week.says(&["scan"]).ends(1).shows("does not hold the file");
    week.says(&accept).ends(0).shows("was put into it");
    week.says(&["scan"]).ends(0).shows("`inbox` is all right again");
    // The word was about that, and not about what comes later.
    fs::remove_file(inbox(&week).join(marker::NAME)).unwrap();
    week.says(&["scan"]).ends(1).shows("does not hold the file");
    fs::write(inbox(&week).join(marker::NAME), "put back by hand\n").unwrap();
    week.says(&["scan"]).ends(0).shows("`inbox` is all right again");
    week.says(&["verify"]).ends(0);
}

#[test]
fn an_inbox_of_before_goes_on_with_a_warning_and_is_known_once_the_file_is_there() {
    let week = Week::new("nelc").at("2026-11-17T10:00").drop_sample(REFERRAL);
    let file = inbox(&week).join(marker::NAME);
    fs::remove_file(&file).unwrap();
    let week = week.run(&["scan"], 0);
    let unmarked = "the inbox holds no file by which it is known";
    week.says(&["status"]).shows(unmarked).shows("panelclerk accept inbox");
    week.says(&["check"]).ends(1).shows(unmarked);
    week.says(&["accept", "inbox", "--by", "IT", "--reason", "asked to"]).ends(0).shows("was put into it");
    let week = week.run(&["scan"], 0);
    assert!(!week.says(&["status"]).out.contains(unmarked));
    assert!(!week.says(&["check"]).out.contains(unmarked));
    let status = week.json(&["status"]).to_string();
    assert!(!status.contains(marker::NAME), "nobody dropped it: {status}");
    fs::remove_file(&file).unwrap();
    week.says(&["scan"]).ends(1).shows("does not hold the file");
}
