//! `[agenda]`, `[decisions]`, `[obligations]`, `[budget]` and `[[audience]]`: how the panel's meetings run.

use indexmap::IndexMap;

use crate::config::procedure::{Kinds, known_kinds};
use crate::config::section::{Entry, Section, nearest};
use crate::panel::agenda_rules::{
    AgendaSection, Budget, DecisionRules, ObligationRules, Pause, SlotRules, StandingItem, VirtualRule,
};
use crate::panel::connected_carers::ApprovalRule;
use crate::panel::outcome::{DecisionWord, Funder};
use crate::panel::request::Request;
use crate::panel::roles::PanelRole;

const WORDS: [(&str, DecisionWord); 10] = [
    ("agreed", DecisionWord::Agreed),
    ("agreed_with_conditions", DecisionWord::AgreedWithConditions),
    ("agreed_in_principle", DecisionWord::AgreedInPrinciple),
    ("ratified", DecisionWord::Ratified),
    ("extended", DecisionWord::Extended),
    ("deferred", DecisionWord::Deferred),
    ("not_agreed", DecisionWord::NotAgreed),
    ("noted", DecisionWord::Noted),
    ("withdrawn", DecisionWord::Withdrawn),
    ("escalated", DecisionWord::Escalated),
];

const FUNDERS: [(&str, Funder); 4] = [
    ("social_care", Funder::SocialCare),
    ("health", Funder::Health),
    ("education", Funder::Education),
    ("other", Funder::Other),
];

pub(crate) fn read_agenda(mut section: Section<'_>) -> SlotRules {
    let opening = standing(&mut section, "opening");
    let closing = standing(&mut section, "closing");
    let sections: Vec<AgendaSection> =
        section.sections("sections").unwrap_or_default().into_iter().filter_map(agenda_section).collect();
    if sections.is_empty() {
        section.mistake(
            "the agenda has no sections".to_owned(),
            Some("sections = [{ key = \"new\", title = \"New requests\" }]".to_owned()),
        );
    }
    let entry = section.entry("emergency_section");
    let emergency_section = entry.and_then(|entry| entry.text("emergency_section"));
    if let (Some(entry), Some(name)) = (entry, &emergency_section)
        && !sections.iter().any(|section| &section.key == name)
    {
        let hint = nearest(name, sections.iter().map(|section| section.key.as_str()));
        entry.mistake(format!("the agenda has no section `{name}`"), hint);
    }
    let emergency_minutes = section.whole("emergency_minutes", 1..=240).unwrap_or(15);
    let pause = section.section("break").and_then(|mut table| {
        let not_before = table.entry("not_before").and_then(|entry| entry.time("not_before"));
        let not_before = table.must("not_before", not_before);
        let minutes = table.whole("minutes", 1..=120);
        let minutes = table.must("minutes", minutes);
        table.finish();
        Some(Pause { not_before: not_before?, minutes: minutes? })
    });
    section.finish();
    SlotRules { opening, sections, emergency_section, emergency_minutes, pause, closing }
}

fn agenda_section(mut table: Section<'_>) -> Option<AgendaSection> {
    let key = table.text("key");
    let key = table.must("key", key);
    let title = table.text("title");
    let title = table.must("title", title);
    table.finish();
    Some(AgendaSection { key: key?, title: title? })
}

fn standing(section: &mut Section<'_>, key: &str) -> Vec<StandingItem> {
    let item = |mut table: Section<'_>| {
        let title = table.text("title");
        let title = table.must("title", title);
        let note = table.text("note").unwrap_or_default();
        let minutes = table.whole("minutes", 0..=240);
        let minutes = table.must("minutes", minutes);
        let last_meeting = table.yes("last_meeting").unwrap_or(false);
        table.finish();
        Some(StandingItem { title: title?, note, minutes: minutes?, last_meeting })
    };
    section.sections(key).unwrap_or_default().into_iter().filter_map(item).collect()
}

pub(crate) fn read_decisions(section: Option<Section<'_>>) -> DecisionRules {
    let all: IndexMap<DecisionWord, String> =
        WORDS.iter().map(|(_, word)| (*word, word.plain().to_owned())).collect();
    let Some(mut section) = section else {
        return DecisionRules {
            words: all,
            review_needed: vec![DecisionWord::Agreed],
            reason_needed: vec![DecisionWord::Deferred],
            roles: Vec::new(),
            quorum: Vec::new(),
        };
    };
    let words = |section: &mut Section<'_>, key: &str| -> Option<Vec<DecisionWord>> {
        let entries = section.entries_of_list(key)?;
        Some(entries.iter().filter_map(|entry| word(key, entry)).collect())
    };
    let allowed = words(&mut section, "words");
    let review_needed = words(&mut section, "review_needed").unwrap_or_default();
    let reason_needed = words(&mut section, "reason_needed").unwrap_or_else(|| vec![DecisionWord::Deferred]);
    let quorum = section.list("quorum").unwrap_or_default();
    let roles = section.sections("roles").unwrap_or_default().into_iter().filter_map(role).collect();
    let mut labels = all;
    if let Some(mut table) = section.section("labels") {
        for (name, entry) in table.named() {
            let known = WORDS.iter().find(|(key, _)| *key == name);
            match known {
                Some((_, word)) => {
                    labels.insert(*word, entry.text("labels").unwrap_or_default());
                }
                None => entry.mistake(
                    format!("there is no decision `{name}`"),
                    nearest(&name, WORDS.iter().map(|(key, _)| *key)),
                ),
            }
        }
        table.finish();
    }
    section.finish();
    let words = match allowed {
        None => labels,
        Some(allowed) => allowed.iter().filter_map(|word| Some((*word, labels.get(word)?.clone()))).collect(),
    };
    DecisionRules { words, review_needed, reason_needed, roles, quorum }
}

fn role(mut table: Section<'_>) -> Option<PanelRole> {
    let name = table.text("name");
    let name = table.must("name", name);
    let words = table.list("words").unwrap_or_default();
    table.finish();
    let name = name?;
    let words = if words.is_empty() { vec![name.clone()] } else { words };
    Some(PanelRole { name, words })
}

fn word(key: &str, entry: &Entry<'_>) -> Option<DecisionWord> {
    entry.one_of(key, &WORDS)
}

pub(crate) fn read_audience(sections: Option<Vec<Section<'_>>>) -> Vec<VirtualRule> {
    let rule = |mut table: Section<'_>| {
        let role = table.text("role");
        let role = table.must("role", role);
        let entries = table.entries_of_list("requests").unwrap_or_default();
        let names = Request::ALL.map(|request| (request.key(), request));
        let requests = entries.iter().filter_map(|entry| entry.one_of("requests", &names)).collect();
        let from_age = table.whole("from_age", 0..=25);
        table.finish();
        Some(VirtualRule { role: role?, requests, from_age })
    };
    sections.unwrap_or_default().into_iter().filter_map(rule).collect()
}

pub(crate) fn read_obligations(section: Option<Section<'_>>, kinds: &Kinds) -> ObligationRules {
    let mut rules = ObligationRules {
        notice_days: 28,
        joint_review_months: None,
        care_leaver_age: None,
        not_presented: "Not presented: agreement/continuation not approved".to_owned(),
        survey: None,
        contract_weeks: 8,
        permanence_words: ["permanence plan", "permanency plan"].map(str::to_owned).to_vec(),
        permanence_papers: ["care_plan", "pathway_plan"]
            .into_iter()
            .filter(|kind| kinds.contains_key(*kind))
            .filter_map(|kind| kind.parse().ok())
            .collect(),
    };
    if let Some(mut section) = section {
        rules.notice_days = section.whole("notice_days", 1..=366).unwrap_or(rules.notice_days);
        rules.joint_review_months = section.whole("joint_review_months", 1..=60);
        rules.care_leaver_age = section.whole("care_leaver_age", 14..=18);
        rules.not_presented = section.text("not_presented").unwrap_or(rules.not_presented);
        rules.survey = section.text("survey");
        rules.contract_weeks = section.whole("contract_weeks", 1..=52).unwrap_or(rules.contract_weeks);
        rules.permanence_words = section.list("permanence_words").unwrap_or(rules.permanence_words);
        rules.permanence_papers =
            known_kinds(&mut section, "permanence_papers", kinds).unwrap_or(rules.permanence_papers);
        section.finish();
    }
    rules
}

/// `data/connected-carers.toml`.
pub(crate) fn read_approvals(mut section: Section<'_>) -> Vec<ApprovalRule> {
    let rule = |mut table: Section<'_>| {
        let from = table.entry("from").and_then(|entry| entry.date("from"));
        let from = table.must("from", from);
        let mut weeks = |key: &str| {
            let weeks = table.whole(key, 0..=104);
            table.must(key, weeks)
        };
        let (whole, extension, notice) = (weeks("weeks"), weeks("extension_weeks"), weeks("notice_weeks"));
        table.finish();
        Some(ApprovalRule { from: from?, weeks: whole?, extension_weeks: extension?, notice_weeks: notice? })
    };
    let rules = section.sections("approval").unwrap_or_default().into_iter().filter_map(rule).collect();
    section.finish();
    rules
}

pub(crate) fn read_budgets(section: Option<Section<'_>>) -> Vec<Budget> {
    let Some(mut section) = section else { return Vec::new() };
    let budget = |(key, funder): &(&str, Funder)| {
        let year = section.entry(key)?.money(key)?;
        Some(Budget { funder: *funder, year })
    };
    let budgets = FUNDERS.iter().filter_map(budget).collect();
    section.finish();
    budgets
}
