//! The shipped sample: whole, fictional, and read by the program as it was meant.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use panelclerk::config::{self, Config};
use panelclerk::panel::form::{Form, Value};
use panelclerk::panel::money::Pence;
use panelclerk::panel::outcome::Outcome;
use panelclerk::panel::people::{Capacity, Person};
use panelclerk::panel::seen::{FileFormat, Reading};
use panelclerk::panel::seen_from::SeenFrom;
use panelclerk::panel::{document_types, filling};
use panelclerk::paper;

use crate::built::{docx, paragraph, rewritten};

/// Of `sample/week.toml`, what is looked at here.
#[derive(serde::Deserialize)]
struct Week {
    step: Vec<Step>,
}

#[derive(serde::Deserialize)]
struct Step {
    at: String,
    files: Vec<String>,
}

#[derive(serde::Deserialize)]
struct People {
    person: Vec<Person>,
}

/// Of a case file of the example program, what was typed on which form.
#[derive(serde::Deserialize)]
struct Written {
    folder: String,
    #[serde(default)]
    facts: BTreeMap<String, String>,
    paper: Vec<WrittenPaper>,
}

#[derive(serde::Deserialize)]
struct WrittenPaper {
    file: String,
    make: String,
    #[serde(default)]
    values: BTreeMap<String, String>,
}

fn project() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn written<T: for<'de> serde::Deserialize<'de>>(path: &Path) -> T {
    let text = fs::read_to_string(path).unwrap_or_else(|fault| panic!("{}: {fault}", path.display()));
    toml::from_str(&text).unwrap_or_else(|fault| panic!("{}: {}", path.display(), fault.message()))
}

fn sample<T: for<'de> serde::Deserialize<'de>>(name: &str) -> T {
    written(&project().join("sample").join(name))
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files.extend(self::files(&path)) } else { files.push(path) }
    }
    files.sort();
    files
}

fn below(path: &Path, inbox: &Path) -> String {
    path.strip_prefix(inbox).unwrap().to_str().unwrap().replace('\\', "/")
}

fn config(file: &str) -> Config {
    config::load(&project().join(file)).unwrap_or_else(|mistakes| panic!("{mistakes}"))
}

fn read(path: &Path) -> Option<Reading> {
    let bytes = fs::read(path).unwrap();
    match path.extension()?.to_str()? {
        "docx" => paper::word::read::read(&bytes).ok(),
        "xlsx" => paper::sheet::read::read(&bytes, FileFormat::Excel).ok(),
        _ => None,
    }
}

fn kind_of(config: &Config, path: &Path, reading: &Reading) -> Option<String> {
    let name = path.file_name()?.to_str()?;
    let rules = &config.rules;
    document_types::recognise(&rules.kinds, &rules.forms, name, reading).kind.map(|kind| kind.to_string())
}

fn form_of(config: &Config, path: &Path, reading: &Reading) -> Option<Form> {
    let kind = kind_of(config, path, reading)?.parse().unwrap();
    let meeting = NaiveDate::from_ymd_opt(2026, 11, 23).unwrap();
    let rule = config.rules.form_of(&kind)?;
    Some(filling::fill(reading, rule, &config.rules.codes, &SeenFrom::new(meeting)))
}

#[test]
fn the_week_plays_every_file_once_and_in_order() {
    let inbox = project().join("sample-inbox");
    let week: Week = sample("week.toml");
    assert!(week.step.is_sorted_by_key(|step| step.at.clone()));
    let played: Vec<&String> = week.step.iter().flat_map(|step| &step.files).collect();
    let once: BTreeSet<String> = played.iter().map(|file| (*file).clone()).collect();
    assert_eq!(once.len(), played.len(), "a file arrives once");
    let there: BTreeSet<String> = files(&inbox).iter().map(|path| below(path, &inbox)).collect();
    assert_eq!(once, there);
}

#[test]
fn the_outcome_decides_every_case_and_its_money_adds_up() {
    let outcome: Outcome = sample("outcome.toml");
    let decided: BTreeSet<String> =
        outcome.decisions.iter().map(|decision| decision.case.to_string()).collect();
    let week: Week = sample("week.toml");
    let id = |file: &String| {
        let digits = |part: &&str| part.len() >= 7 && part[..7].bytes().all(|byte| byte.is_ascii_digit());
        file.split('/').find(digits).map(|part| part[..7].to_owned())
    };
    let cases: BTreeSet<String> = week.step.iter().flat_map(|step| &step.files).filter_map(id).collect();
    assert_eq!(decided, cases);
    assert!(decided.len() >= 12);
    for decision in &outcome.decisions {
        let parts: Pence = Pence(decision.split.iter().map(|(_, part)| part.0).sum());
        assert_eq!(decision.weekly.unwrap_or_default(), parts, "{}", decision.case);
    }
}

#[test]
fn the_people_are_a_whole_panel_at_addresses_that_cannot_exist() {
    let people: People = sample("people.toml");
    let of = |capacity| people.person.iter().filter(|person| person.capacity == capacity).count();
    assert_eq!((of(Capacity::Chair), of(Capacity::Administrator), of(Capacity::Virtual)), (1, 1, 2));
    for person in &people.person {
        let email = person.email.as_deref().unwrap();
        assert!(email.ends_with(".example.org"), "{email}");
    }
    let outcome: Outcome = sample("outcome.toml");
    let known = |name: &str| {
        people.person.iter().any(|person| person.name == name)
            || outcome.attendance.iter().any(|attendee| attendee.name == name)
    };
    for action in &outcome.actions {
        assert!(known(&action.owner), "nobody is called `{}`", action.owner);
    }
}

#[test]
fn every_readable_paper_says_that_it_is_fictional() {
    let mut seen = 0;
    for folder in ["sample-inbox", "tests/fixtures/redbridge"] {
        for path in files(&project().join(folder)) {
            if read(&path).is_none() {
                continue;
            }
            let mut package = zip::ZipArchive::new(fs::File::open(&path).unwrap()).unwrap();
            let mut said = false;
            for at in 0..package.len() {
                let mut part = String::new();
                let mut entry = package.by_index(at).unwrap();
                if entry.read_to_string(&mut part).is_ok() {
                    said |= part.contains("Fictional sample");
                }
            }
            assert!(said, "{}", path.display());
            seen += 1;
        }
    }
    assert!(seen >= 35, "only {seen} documents");
}

#[test]
fn each_paper_is_taken_for_what_it_is() {
    let config = config("config.toml");
    let expected = [
        ("Referral form LK.docx", "referral"),
        ("PP1 Tyler.docx", "referral"),
        ("Panel referral EM.xlsx", "referral"),
        ("Update form Callum Hargreaves.docx", "update"),
        ("Taxi request Zoë Whitfield.docx", "taxi_request"),
        ("Child and Family Assessment Lukasz Kowalczyk FINAL.docx", "assessment"),
        ("Together or apart assessment - Brennan siblings.docx", "assessment"),
        ("Care plan AF.docx", "care_plan"),
        ("Pathway Plan CH.docx", "pathway_plan"),
        ("Risk assessment - Rowan Lodge.docx", "risk_assessment"),
    ];
    let inbox = files(&project().join("sample-inbox"));
    for (name, kind) in expected {
        let path = inbox.iter().find(|path| path.file_name().is_some_and(|file| file == name)).unwrap();
        assert_eq!(kind_of(&config, path, &read(path).unwrap()).as_deref(), Some(kind), "{name}");
    }
}

/// A label spelt so badly that it is not known is told with the nearest that is there; a paper that only calls itself a form
/// is not asked for a form's labels.
#[test]
fn a_label_spelt_beyond_recognition_is_told_and_a_letter_is_not_asked_for_labels() {
    for (panel, inbox, file) in [
        ("config.toml", "sample-inbox", "1204417 Kowalczyk Ł/Referral form LK.docx"),
        ("panels/redbridge.toml", "tests/fixtures/redbridge", "50977 Novák/Referral form Tereza Novák.docx"),
    ] {
        let config = config(panel);
        let path = project().join(inbox).join(file);
        let misspelt = rewritten(&fs::read(&path).unwrap(), &[(">Date of birth", ">Dte of brthday")]);
        let form = form_of(&config, &path, &paper::word::read::read(&misspelt).unwrap()).unwrap();
        let told: Vec<_> = form.findings.iter().filter(|finding| finding.code == "label-not-found").collect();
        let [told] = told.as_slice() else { panic!("{panel}: {told:?}") };
        assert_eq!(told.subject, "dob");
        assert_eq!(
            told.message,
            "the label `Date of birth` was not found; the nearest on the document is `Dte of brthday`"
        );

        let letter =
            docx("", &paragraph("Dear panel, here are our thoughts. Reason: none. Name of child: see above"));
        let letter =
            form_of(&config, Path::new("Referral form.docx"), &paper::word::read::read(&letter).unwrap())
                .unwrap();
        assert_eq!(letter.findings, [], "{panel}");
    }
}

/// "Wheelchair, equipment or car seat" is answered in words or by ticking what is needed, not only by yes or no.
#[test]
fn the_equipment_a_child_needs_is_said_in_words() {
    let config = config("config.toml");
    let rule = config.rules.forms.iter().find(|form| form.key == "taxi_request").unwrap();
    for (written, expected) in [
        ("Booster seat", Value::Text("Booster seat".to_owned())),
        ("☒ Booster seat ☐ Wheelchair ☒ Harness", Value::Text("Booster seat, Harness".to_owned())),
        ("☐ Yes ☒ No", Value::Text("No".to_owned())),
        ("☐ Booster seat ☐ Wheelchair", Value::Empty),
        ("Yes / No", Value::Empty),
    ] {
        let reading = paper::word::read::read(&docx(
            "",
            &paragraph(&format!("Wheelchair, equipment or car seat: {written}")),
        ));
        let meeting = NaiveDate::from_ymd_opt(2026, 11, 23).unwrap();
        let form = filling::fill(&reading.unwrap(), rule, &config.rules.codes, &SeenFrom::new(meeting));
        assert_eq!(form.get("equipment").unwrap().value, expected, "{written}");
        assert_eq!(form.findings, [], "{written}");
    }
}

/// Whatever somebody typed on a form is an answer, in every team's layout; and what nobody typed is none.
#[test]
fn every_answer_on_every_form_is_read() {
    let mut answers = 0;
    for (panel, file, inbox) in [
        ("nelc", "config.toml", "sample-inbox"),
        ("redbridge", "panels/redbridge.toml", "tests/fixtures/redbridge"),
    ] {
        let config = config(file);
        for source in files(&project().join("examples/make_sample_inbox").join(panel)) {
            let case: Written = written(&source);
            for paper in case.paper.iter().filter(|paper| matches!(paper.make.as_str(), "form" | "sheet")) {
                let path = project().join(inbox).join(&case.folder).join(&paper.file);
                let form = form_of(&config, &path, &read(&path).unwrap()).unwrap();
                assert!(
                    form.findings.iter().all(|finding| finding.code != "label-not-found"),
                    "{}",
                    paper.file
                );
                for (key, written) in case.facts.iter().chain(&paper.values) {
                    let Some(filled) = form.get(key) else { continue };
                    let place = format!("{key} of `{}`: {filled:?}", paper.file);
                    assert_eq!(written.is_empty(), filled.value == Value::Empty, "{place}");
                    assert_ne!(filled.value, Value::Unclear, "{place}");
                    answers += 1;
                }
            }
        }
    }
    assert!(answers > 700, "only {answers} answers");
}
