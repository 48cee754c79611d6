//! The lines of label and value that a letter of each kind tells its reader.
//!
//! No child is named in them: cases go by their number.

use std::collections::BTreeSet;

use crate::finding::Severity;
use crate::minutes::item::{self, NOT_RECORDED, OnRecord};
use crate::pack::manifest::{Entry, How, Manifest};
use crate::pack::paging::Cut;
use crate::pack::plan::Supplement;
use crate::panel::agenda::{Agenda, Item, What};
use crate::panel::case::{Case, Casebook, Standing};
use crate::panel::completeness;
use crate::panel::ids::{CaseId, DocumentType};
use crate::panel::outcome::Outcome;
use crate::panel::paper::PaperState;
use crate::panel::rules::Rules;
use crate::panel::when::{day, hour};
use crate::panel::words::{Heading, Words};
use crate::post::plan::{Addressed, Enclosed};
use crate::report::said;

/// What a copy of a pack holds. Of cases withheld from the reader nothing is told but their number.
pub fn of_pack(
    manifest: &Manifest,
    casebook: &Casebook,
    withheld: &BTreeSet<CaseId>,
) -> Vec<(String, String)> {
    let listed: Vec<&Case> = casebook.listed().filter(|case| !withheld.contains(&case.id)).collect();
    let numbers = |wanted: &dyn Fn(&Case) -> bool| {
        let some = listed.iter().filter(|case| wanted(case)).map(|case| case.id.to_string());
        some.collect::<Vec<_>>().join(", ")
    };
    let shown = manifest.entries.iter().filter(|entry| !withheld.contains(&entry.case_id));
    let missing = shown.filter(|entry| entry.outcome != How::Included).count();
    let mut facts = vec![
        line("Version", &manifest.version.to_string()),
        line("Cases", &listed.len().to_string()),
        line("Pages", &manifest.pages.to_string()),
        line("Emergencies", &numbers(&|case| case.emergency.claimed || case.emergency.confirmed)),
        line("Incomplete", &numbers(&|case| case.standing() == Standing::Incomplete)),
    ];
    if missing > 0 {
        facts.push(line("Shown by a sheet instead", &said::count(missing, "document")));
    }
    told(facts)
}

/// What is new in a supplement, case by case, and on which pages.
pub fn of_supplement(
    manifest: &Manifest,
    late: &Supplement,
    withheld: &BTreeSet<CaseId>,
    heading: &Heading,
    words: &Words,
) -> Vec<(String, String)> {
    // Supplements are the last of the pack: as many papers as this one brought stand at its end.
    let brought: usize = late.cases.iter().map(|case| case.papers.len()).sum();
    let entries = &manifest.entries[manifest.entries.len().saturating_sub(brought)..];
    let mut facts = vec![line("Version", &manifest.version.to_string())];
    for case in late.cases.iter().filter(|case| !withheld.contains(&case.id)) {
        let new = entries.iter().filter(|entry| entry.case_id == case.id);
        let papers: Vec<String> = new
            .map(|entry| {
                let kind = kind_said(entry.kind.as_ref(), words);
                format!("{kind} ({})", pages(entry.first_page, entry.last_page))
            })
            .collect();
        let papers =
            if papers.is_empty() { "listed since; no documents yet".to_owned() } else { papers.join(", ") };
        facts.push(line(&format!("{} {}", heading.case_label, case.id), &papers));
    }
    told(facts)
}

/// What is in the pack, or stands in it as a sheet, that was not so in the version its reader holds. `had_to_read` says of a paper that was
/// taken out whether its reader still has it.
pub fn since(
    held: u32,
    had_to_read: impl Fn(&Entry) -> bool,
    manifest: &Manifest,
    late: &[Supplement],
    withheld: &BTreeSet<CaseId>,
    heading: &Heading,
    words: &Words,
) -> Vec<(String, String)> {
    let shows = |case: &CaseId| !withheld.contains(case);
    let brought = |late: &Supplement| late.cases.iter().map(|case| case.papers.len()).sum::<usize>();
    let all: usize = late.iter().map(brought).sum();
    let mut rest = &manifest.entries[manifest.entries.len().saturating_sub(all)..];
    let said = |entry: &Entry| {
        let kind = kind_said(entry.kind.as_ref(), words);
        format!(
            "{} {}: {kind} ({})",
            heading.case_label,
            entry.case_id,
            pages(entry.first_page, entry.last_page)
        )
    };
    let mut new = Vec::new();
    for late in late {
        let (these, after) = rest.split_at(brought(late).min(rest.len()));
        rest = after;
        if held < late.version {
            new.extend(these.iter().filter(|entry| shows(&entry.case_id)).map(said));
        }
    }
    let gone = manifest
        .entries
        .iter()
        .filter(|entry| entry.outcome == How::Withdrawn && shows(&entry.case_id) && had_to_read(entry));
    let gone: Vec<String> = gone.map(said).collect();
    told(vec![
        line(&format!("New since version {held}"), &new.join("; ")),
        line("Taken out", &gone.join("; ")),
    ])
}

/// The lines of the agenda as far as they are their reader's: cases go by their number, and for an observer not even by that.
pub fn of_agenda(agenda: &Agenda, to: &Addressed, heading: &Heading) -> Vec<(String, String)> {
    let agenda = if to.what.tells_of_no_case() {
        agenda.times_only(&to.withheld)
    } else {
        agenda.without(&to.withheld)
    };
    let own = match &to.what {
        Enclosed::PackOf(cases) => Some(cases),
        _ => None,
    };
    let title = |what: &What| match what {
        What::Standing { title, .. } => own.is_none().then(|| title.clone()),
        What::Break => own.is_none().then(|| "Break".to_owned()),
        What::Case(line) if own.is_some_and(|own| !own.contains(&line.case)) => None,
        What::Case(line) => Some(format!("{} {}: {}", heading.case_label, line.case, line.request)),
    };
    let line = |item: &Item| Some((hour(item.starts), title(&item.what)?));
    agenda.items.iter().filter_map(line).collect()
}

/// One file: which pages it has, and whose they are.
pub fn of_file(manifest: &Manifest, what: &str, cases: &[CaseId]) -> Vec<(String, String)> {
    let mut facts = Vec::new();
    if manifest.part.is_some() || !manifest.absent.is_empty() {
        let cases: Vec<&str> = cases.iter().map(CaseId::as_str).collect();
        facts.push(line(
            &format!("Pages of this {what}"),
            &format!("{} of {}", manifest.held().said(), manifest.pages),
        ));
        facts.push(line("Cases on them", &cases.join(", ")));
    }
    told(facts)
}

/// Papers of which each is too large for a letter.
pub fn of_held_back(manifest: &Manifest, cuts: &[Cut], heading: &Heading) -> Vec<(String, String)> {
    let said = cuts.iter().map(|cut| {
        let case = manifest.entries.iter().find(|entry| cut.holds(entry.first_page));
        let case =
            case.map_or_else(String::new, |entry| format!(" ({} {})", heading.case_label, entry.case_id));
        format!("{}{case}", pages(cut.first, cut.last))
    });
    let said: Vec<String> = said.collect();
    told(vec![line("Too large for any email", &said.join(", "))])
}

/// What one person is asked to delete: the papers taken out, and the files that show them. Of a case withheld since then no more is said
/// than the pages.
pub fn of_recall(
    entries: &[Entry],
    files: &[(u32, &str, &Manifest)],
    withheld: &BTreeSet<CaseId>,
    heading: &Heading,
    words: &Words,
) -> Vec<(String, String)> {
    let taken = entries.iter().map(|entry| {
        if withheld.contains(&entry.case_id) {
            return ("A document that is not for you".to_owned(), pages(entry.first_page, entry.last_page));
        }
        let label = format!("{} {}", heading.case_label, entry.case_id);
        let kind = kind_said(entry.kind.as_ref(), words);
        (label, format!("{kind}, {}", pages(entry.first_page, entry.last_page)))
    });
    let files = files.iter().map(|(version, what, manifest)| {
        let pages = format!("pages {} of {}", manifest.held().said(), manifest.pages);
        (format!("Delete the {what}"), format!("version {version}, {pages}"))
    });
    taken.chain(files).collect()
}

/// `page 4`, `pages 4 to 7`.
fn pages(first: u32, last: u32) -> String {
    if first == last { format!("page {first}") } else { format!("pages {first} to {last}") }
}

fn kind_said(kind: Option<&DocumentType>, words: &Words) -> String {
    said::sentence(kind.map_or("a document", |kind| words.kind(kind))).trim_end_matches('.').to_owned()
}

/// The cases of a member who is consulted on them alone, or how many are withheld.
pub fn of_cases(what: &Enclosed) -> Vec<(String, String)> {
    match what {
        Enclosed::PackOf(cases) => {
            let cases: Vec<&str> = cases.iter().map(CaseId::as_str).collect();
            vec![line("Cases on which you are consulted", &cases.join(", "))]
        }
        Enclosed::PackWithout(cases) => {
            vec![line("Withheld from you", &said::count(cases.len(), "case"))]
        }
        Enclosed::Pack
        | Enclosed::AgendaPages
        | Enclosed::Agenda
        | Enclosed::Times
        | Enclosed::Invitation
        | Enclosed::NewTime
        | Enclosed::Cancellation
        | Enclosed::TestPage
        | Enclosed::AsksBack(_)
        | Enclosed::Nothing => Vec::new(),
    }
}

/// What a case still lacks, by kinds of document alone: a reminder lies in a mailbox, and what a form says belongs in the receipt, which
/// lies beside the documents.
pub fn of_case(rules: &Rules, case: &Case, heading: &Heading, words: &Words) -> Vec<(String, String)> {
    let codes =
        case.findings.iter().filter(|one| one.severity == Severity::Blocks).map(|one| one.code.as_str());
    let is_document = |code: &str| {
        code == "missing-form"
            || rules.needs.iter().any(|need| [need.rule(), need.old_rule()].iter().any(|rule| rule == code))
    };
    let (missing, asked): (Vec<&str>, Vec<&str>) = codes.partition(|code| is_document(code));
    let missing: Vec<String> =
        missing.into_iter().map(|code| completeness::short_name(rules, code)).collect();
    let asked = if asked.is_empty() { String::new() } else { said::count(asked.len(), "thing") };
    let mut facts = vec![
        line(&heading.case_label, case.id.as_str()),
        line("Documents outstanding", &missing.join("; ")),
        line("To be completed on the form", &asked),
    ];
    for paper in case.papers.iter().filter(|paper| paper.state == PaperState::NeedsAttention) {
        let kind = kind_said(paper.kind.as_ref(), words);
        facts.push(line(&format!("Document {}", paper.number), &format!("{kind}: to be looked at")));
    }
    told(facts)
}

/// A case's decision, what it was asked for and what follows from it. What the panel discussed stays in its minutes.
pub fn of_decision(
    case: &CaseId,
    outcome: &Outcome,
    book: &Casebook,
    heading: &Heading,
    words: &Words,
    quorum: &str,
) -> Vec<(String, String)> {
    let decision = outcome.decisions.iter().find(|decision| decision.case == *case);
    let on_record = OnRecord::of(book, case, decision);
    let mut facts = vec![line(&heading.case_label, case.as_str())];
    let lines = item::lines(words, book, outcome, quorum, case);
    facts.extend(
        lines
            .iter()
            .filter(|line| !["discussion", "dissent"].contains(&line.key))
            .map(|said| line(&said.label, &said.value)),
    );
    for action in outcome.actions.iter().filter(|action| action.case.as_ref() == Some(case)) {
        let due = action.due.map_or_else(String::new, |due| format!(", by {}", day(due)));
        let owner = if action.owner.is_empty() { NOT_RECORDED } else { &action.owner };
        facts.push(line("To do", &on_record.text(&format!("{} ({owner}{due})", action.what))));
    }
    let until = heading.record_by.as_deref().unwrap_or_default();
    facts.push(line(&format!("Decision and actions on {}", heading.record_system), until));
    facts.push(line("Challenge or escalation", &heading.escalation));
    told(facts)
}

fn line(label: &str, value: &str) -> (String, String) {
    (label.to_owned(), value.to_owned())
}

/// Lines that say nothing are left out.
fn told(facts: Vec<(String, String)>) -> Vec<(String, String)> {
    facts.into_iter().filter(|(_, value)| !value.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use crate::pack::manifest::{Entry, How, Manifest};
    use crate::pack::plan::Supplement;
    use crate::panel::ids::{CaseId, PaperNumber, Sha256};
    use crate::panel::money::Pence;
    use crate::panel::outcome::{Action, DecidedBy, Decision, DecisionWord, Funder, Outcome};
    use crate::panel::words::Words;
    use crate::post::facts::{of_case, of_decision, since};
    use crate::report::sample;

    fn said(outcome: &Outcome, case: &CaseId) -> Vec<String> {
        let book = sample::casebook();
        let facts = of_decision(case, outcome, &book, &sample::heading(), &sample::words(), "");
        facts.iter().map(|(label, value)| format!("{label}: {value}")).collect()
    }

    #[test]
    fn a_decision_letter_says_what_was_decided_and_whose_the_actions_are() {
        let case: CaseId = "1204417".parse().unwrap();
        let decision = Decision {
            reason: "a good match".to_owned(),
            decided_by: Some(DecidedBy::Consensus),
            weekly: Some(Pence(101_200)),
            split: vec![(Funder::SocialCare, Pence(95_200)), (Funder::Health, Pence(6_000))],
            from: Some(sample::day(27)),
            review: Some(sample::day(30)),
            discussion: "not for this email".to_owned(),
            ..Decision::of(case.clone(), DecisionWord::Agreed)
        };
        let action = |case: Option<_>, what: &str| Action {
            case,
            what: what.to_owned(),
            owner: "Rachel Thorne".to_owned(),
            due: Some(sample::day(30)),
        };
        let other = "1198032".parse().unwrap();
        let actions = vec![
            action(Some(case.clone()), "ring CFAB"),
            action(Some(other), "another's"),
            action(None, "ours"),
        ];
        let said = said(&Outcome { decisions: vec![decision], actions, ..Outcome::default() }, &case);
        for line in [
            "LCS ID: 1204417",
            "Decision: Agreed",
            "Reason: a good match",
            "Decided by: Consensus of the panel",
            "Presented by: Not recorded",
            "Weekly cost: £1,012.00 a week",
            "Funding split: Social care £952.00, Health £60.00",
            "Agreed period: from 27 November 2026",
            "Review date: 30 November 2026",
            "In the chair: Not recorded",
            "Present for this item: Not recorded",
            "Interests in this item: Not recorded",
            "To do: ring CFAB (Rachel Thorne, by 30 November 2026)",
        ] {
            assert!(said.iter().any(|said| said == line), "no `{line}` in {said:#?}");
        }
        assert_eq!(said.iter().filter(|line| line.starts_with("To do")).count(), 1);
        assert!(!said.iter().any(|line| line.contains("not for this email") || line.contains("escalation")));
    }

    #[test]
    fn an_empty_decided_by_is_no_consensus() {
        let case: CaseId = "1204417".parse().unwrap();
        let decisions = vec![Decision::of(case.clone(), DecisionWord::Agreed)];
        let said = said(&Outcome { decisions, ..Outcome::default() }, &case);
        assert!(said.contains(&"Decided by: Not recorded".to_owned()), "{said:#?}");
        assert!(!said.iter().any(|line| line.to_lowercase().contains("consensus")), "{said:#?}");
    }

    #[test]
    fn a_reminder_lists_kinds_of_document_and_nothing_that_a_paper_says() {
        let book = sample::casebook();
        let case = book.case(&"1219420".parse().unwrap()).unwrap();
        let rules = crate::config::sample::nelc();
        let facts = of_case(&rules, case, &sample::heading(), &Words::of(&rules));
        assert_eq!(facts[0], ("LCS ID".to_owned(), "1219420".to_owned()));
        assert_eq!(
            facts[1],
            (
                "Documents outstanding".to_owned(),
                "up-to-date assessment; care plan, child in need plan or child protection plan".to_owned()
            )
        );
        assert!(facts.last().unwrap().0 == "Document P4", "{facts:?}");
        for word in ["Ashworth", "AB", "password", "Save it"] {
            assert!(facts.iter().all(|(_, value)| !value.contains(word)), "{word}: {facts:?}");
        }
    }

    #[test]
    fn a_pack_sent_again_says_what_is_new_and_what_is_gone_since_the_one_its_reader_has() {
        let entry = |number: u32, case: &str, first: u32, outcome: How| Entry {
            number: PaperNumber::new(number),
            case_id: case.parse().unwrap(),
            title: "Care plan".to_owned(),
            kind: Some("care_plan".parse().unwrap()),
            sha256: Sha256::from_digest([0; 32]),
            rendition_sha256: None,
            first_page: first,
            last_page: first + 1,
            pages_without_text: Vec::new(),
            outcome,
            reason: None,
        };
        let manifest = Manifest {
            panel: String::new(),
            meeting: "2026-11-23".parse().unwrap(),
            version: 3,
            pages: 40,
            sha256: Sha256::from_digest([0; 32]),
            entries: vec![
                entry(1, "1204417", 5, How::Withdrawn),
                entry(2, "1219420", 9, How::Included),
                entry(3, "1204417", 31, How::Included),
                entry(4, "1219420", 36, How::Included),
            ],
            evidence_head: Sha256::from_digest([0; 32]),
            copies: Vec::new(),
            verified: true,
            found: Vec::new(),
            left_out: Vec::new(),
            part: None,
            absent: Vec::new(),
        };
        let late = |version, case: &str| {
            let case = case.parse().unwrap();
            let casebook = crate::pack::sample::casebook();
            let plan = crate::pack::plan::plan(
                &casebook,
                &crate::pack::sample::agenda(&casebook),
                crate::pack::sample::facts(),
            );
            let mut planned = plan.cases.into_iter().find(|case| !case.papers.is_empty()).unwrap();
            planned.id = case;
            planned.papers.truncate(1);
            Supplement { version, cases: vec![planned] }
        };
        let late = [late(2, "1204417"), late(3, "1219420")];
        let words = Words::of(&crate::config::sample::nelc());
        let told = |held, has: bool, withheld: &[&str]| {
            let withheld = withheld.iter().map(|case| case.parse().unwrap()).collect();
            since(held, |_| has, &manifest, &late, &withheld, &sample::heading(), &words)
        };
        let said = |held, withheld: &[&str]| told(held, true, withheld);
        let of_one = said(1, &[]);
        assert_eq!(of_one[0].0, "New since version 1");
        assert!(of_one[0].1.contains("1204417: Care plan (pages 31 to 32)"), "{of_one:?}");
        assert!(of_one[0].1.contains("1219420: Care plan (pages 36 to 37)"), "{of_one:?}");
        assert_eq!(of_one[1].0, "Taken out");
        assert!(of_one[1].1.contains("pages 5 to 6"), "{of_one:?}");
        assert_eq!(told(1, false, &[]).len(), 1, "taken out before the version its reader has: {of_one:?}");
        let of_two = said(2, &[]);
        assert!(!of_two[0].1.contains("pages 31") && of_two[0].1.contains("pages 36"), "{of_two:?}");
        let without = said(1, &["1204417"]);
        assert!(without.iter().all(|(_, value)| !value.contains("1204417")), "{without:?}");
    }
}
