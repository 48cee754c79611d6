//! Letters as a browser shows them, as wide as a desk's screen and as a telephone's: nothing runs off the side, nothing is fetched.

use std::path::Path;
use std::process::{Command, Stdio};

use panelclerk::agenda::invitation::{Change, Invitation, Round, Slot, Told};
use panelclerk::post::kind::LetterKind;
use panelclerk::post::plan::to_presenters;
use panelclerk::post::wording::{Said, Sending, word};
use tempfile::TempDir;

use crate::harness::tool;
use crate::sample_meeting::{Sample, sample};

const WIDTHS: [u32; 2] = [1000, 390];

/// Says of the page in the frame how wide its window is, how wide the page, and how much stands out of it. A browser's own window is never as
/// narrow as a telephone.
const MEASURE: &str = "<script>addEventListener('load',()=>{const w=frames[0],d=w.document;const out=[...d.querySelectorAll('body *')].filter(e=>\
    e.getBoundingClientRect().right>w.innerWidth+0.5);document.title='measured '+w.innerWidth+' '+\
    d.documentElement.scrollWidth+' '+out.length})</script>";

/// The page in a frame of this width.
fn framed(page: &str, width: u32) -> String {
    let inside = page.replace('&', "&amp;").replace('"', "&quot;");
    format!(
        "<!DOCTYPE html><title>not measured</title><body style=\"margin:0\">\
         <iframe style=\"border:0;display:block\" width=\"{width}\" height=\"1600\" srcdoc=\"{inside}\"></iframe>{MEASURE}"
    )
}

fn appointment() -> panelclerk::post::plan::Appointment {
    let slot = |case: &str, starts: &str| Slot {
        case: case.parse().unwrap(),
        starts: starts.parse().unwrap(),
        minutes: 15,
    };
    let told = Told {
        uid: "nelc-2026-11-23-0b7e@panelclerk".to_owned(),
        name: "Zoë".to_owned(),
        email: "zoe@nelc.example.org".to_owned(),
        slots: vec![slot("1048213", "2026-11-23T13:10:00Z"), slot("1050332", "2026-11-23T14:00:00Z")],
        link: Some(LINK.to_owned()),
        sequence: 1,
        cancelled: false,
        draft: String::new(),
        alone: None,
    };
    let invitation = Invitation {
        told: told.clone(),
        change: Change::Changed,
        with_manager: true,
        file_name: "invitation.ics".to_owned(),
        method: "REQUEST",
        calendar: String::new(),
    };
    let round = Round { invitations: vec![invitation], told: vec![told], ..Round::default() };
    to_presenters(round).letters.remove(0).appointment.unwrap()
}

const LINK: &str = "https://teams.microsoft.example/l/meetup-join/19%3ameeting_NzQ4ZWQzZWYtYjVjNS00ZTdmLTk0ZjMtMDAwMDAwMDAwMDAw%40thread.v2/0";

/// A letter of this kind with all that can be in one.
fn letter(kind: LetterKind, of: &Sample) -> String {
    let facts = [
        ("LCS ID", "1048213"),
        ("Pages of this pack", "1 to 5, 131 to 137, 145 of 145"),
        (
            "Decision",
            "Agreed: a foster placement with an agency's carers, Llanfairpwllgwyngyllgogerychwyrndrobwll",
        ),
        (
            "Documents outstanding",
            "up-to-date assessment; care plan, child in need plan or child protection plan",
        ),
    ]
    .map(|(label, value)| (label.to_owned(), value.to_owned()));
    let agenda: Vec<(String, String)> = (0..16)
        .map(|line| {
            (format!("13:{line:02}"), format!("LCS ID 10482{line:02}: Emergency placement (retrospective)"))
        })
        .collect();
    let appointment = appointment();
    let links = [(
        "Open your papers (145 pages)".to_owned(),
        "https://council.sharepoint.example/sites/panel/Papers/2026-11-23/everyone/NELC%20Placement%20Panel%202026-11-23%20pack.pdf".to_owned(),
    )];
    let said = Said {
        heading: &of.heading,
        meeting: &of.casebook.meeting,
        name: "Zoë",
        signed: "Lesley Thackeray, panel administrator",
        whole: true,
        written: "2026-11-19T11:00:00Z".parse().unwrap(),
        facts: &facts,
        agenda: &agenda,
        links: &links,
        joining: LINK,
        note: "This email takes the place of the one written at 11 am Thursday 19 November 2026.",
        password: if kind == LetterKind::Password { "Dock Tower 1852" } else { "" },
        receipt: true,
        warning: "The address of this child is not to be disclosed.",
        sending: Sending { part: Some((2, 3)), version: 2, held: Some(1), with_pack: true },
        appointment: (kind == LetterKind::Invitation).then_some(&appointment),
    };
    word(kind, kind.templates(), "a subject", said).unwrap().html
}

/// Shows a page in a browser of this width; gives its title then, and a picture of it.
fn shown(page: &Path, width: u32, folder: &Path) -> Option<(String, image::RgbImage)> {
    tool("chromium", &["--version"])?;
    let picture = folder.join("page.png");
    let browse = |what: &str| {
        let output = Command::new("chromium")
            .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"])
            .args(["--disable-background-networking", "--disable-component-update", "--disable-sync"])
            .args(["--hide-scrollbars", &format!("--window-size={width},1600"), what])
            .arg(format!("--user-data-dir={}", folder.join("profile").display()))
            .arg(format!("file://{}", page.display()))
            .stderr(Stdio::null())
            .output()
            .unwrap();
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    let dom = browse("--dump-dom");
    browse(&format!("--screenshot={}", picture.display()));
    let title = dom.split("<title>").nth(1)?.split("</title>").next()?.to_owned();
    Some((title, image::open(picture).unwrap().to_rgb8()))
}

#[test]
fn every_letter_fits_a_desk_and_a_telephone_and_fetches_nothing() {
    let of = sample();
    let folder = TempDir::new().unwrap();
    for kind in LetterKind::ALL {
        let html = letter(kind, &of);
        let seen = html.split("<!--[if mso]>").map(|part| part.split("<![endif]-->").last().unwrap());
        let seen: String = seen.collect();
        for foreign in
            ["<script", "<link", "<img", "src=", "url(", "@import", "<style", "position:", "float:"]
        {
            assert!(!seen.contains(foreign), "{kind}: `{foreign}`");
        }
        let led: Vec<&str> = html.split("https://").skip(1).collect();
        assert!(led.iter().all(|to| to.starts_with("teams.") || to.starts_with("council.")), "{kind}");
        for table in seen.split("<table").skip(1) {
            assert!(table.contains("cellpadding=\"0\" cellspacing=\"0\" border=\"0\""), "{kind}: {table}");
        }
        let page = folder.path().join(format!("{kind}.html"));
        for width in WIDTHS {
            std::fs::write(&page, framed(&html, width)).unwrap();
            let Some((title, picture)) = shown(&page, width, folder.path()) else { return };
            assert_eq!(
                title,
                format!("measured {width} {width} 0"),
                "{kind} at {width}: something runs off the side"
            );
            let white = picture.pixels().filter(|dot| dot.0 == [255, 255, 255]).count();
            let all = picture.pixels().len();
            assert!(
                all / 2 < white && white < all * 99 / 100,
                "{kind} at {width}: {white} of {all} are white"
            );
            crate::documents::keep(
                &format!("letter-{kind}-{width}.png"),
                &std::fs::read(folder.path().join("page.png")).unwrap(),
            );
        }
    }
}
