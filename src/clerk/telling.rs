//! Telling everybody how things stand: a receipt for each case, and the board. Each page is a step of its own.
//!
//! A page is written when what it says has changed or its file is not as it was left; the minute at which it is written is
//! no change. Where a template of the house cannot be used, the shipped one is, and it is said.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::Result;
use chrono::{Days, NaiveDate};
use serde_json::Value;

use crate::clerk::deadlines;
use crate::clerk::heads;
use crate::clerk::house::House;
use crate::clerk::letters::poster;
use crate::clerk::letters::recalls::{self, Recalled};
use crate::clerk::letters::secret;
use crate::clerk::lying;
use crate::clerk::sitting::Sitting;
use crate::clerk::steps::Steps;
use crate::clerk::templates;
use crate::clerk::work::{OFFICE, Work, is_there};
use crate::config::Road;
use crate::desk::guard;
use crate::panel::case::Case;
use crate::panel::casebook::hands;
use crate::panel::london;
use crate::panel::restricted;
use crate::panel::roles;
use crate::post::record;
use crate::register::store::hash_bytes;
use crate::report::board::{self, PageLook};
use crate::report::receipt;
use crate::stationery::html::{self, HtmlError};

/// A template as it is used: the house's own, and the shipped one to fall back on.
struct Template {
    name: &'static str,
    /// None where the house has none, or it cannot be used.
    own: Option<String>,
    shipped: &'static str,
    /// Stands for what is used in a basis.
    mark: String,
}

/// One page to be written.
struct Page<'p> {
    /// The name under which it is noted; also its step.
    name: &'p str,
    path: &'p Path,
    facts: Value,
    /// What besides the facts has it written again.
    turn: &'p str,
}

/// Writes the receipts that have changed.
pub fn receipts(work: &mut Work<'_>, steps: &mut Steps) {
    let folder = work.house.config.folders.receipts.clone();
    let mut template = Template::of_house(work, steps, "receipt.hbs", receipt::TEMPLATE);
    if steps.take("receipts", &folder, "cannot be used", || is_there(work.house, &folder)).is_none() {
        steps.leave(|step| step.starts_with("receipt "));
        return;
    }
    let drawn = steps.take("receipts", &folder, "cannot be worked out", || {
        let basis = work.basis(false, &template.mark)?;
        let as_it_was = work.made("receipts").is_some_and(|made| made.basis == basis);
        if as_it_was && all_lie(work, &folder) {
            return Ok(None);
        }
        Ok(Some((basis, work.drawn.sitting(work.house, work.register, None)?)))
    });
    let Some(Some((basis, sitting))) = drawn else {
        steps.leave(|step| step.starts_with("receipt "));
        return;
    };
    let shown = restricted::left_out(&sitting.casebook);
    let facts = |case| receipt::facts(&shown, case, look(&sitting));
    if let Some(case) = shown.cases.first() {
        template.try_on(work, steps, &facts(case));
    }
    let mut all = true;
    // The receipts lie where others read them: a case that is restricted has none, and one written before is removed.
    for case in sitting.casebook.cases.iter().filter(|case| case.is_restricted()) {
        let path = folder.join(receipt::file_name(&case.id));
        let gone = steps
            .take(&receipt_name(case), &path, "cannot be removed", || Ok(work.house.shares.remove(&path)?));
        all &= gone.is_some();
    }
    for case in &shown.cases {
        let (name, path) = (receipt_name(case), folder.join(receipt::file_name(&case.id)));
        let page = Page { name: &name, path: &path, facts: facts(case), turn: "" };
        all &= put(work, steps, &mut template, &page);
    }
    // The receipt of a case that has gone stays as it lies; nobody looks after it any more.
    let gone: Vec<String> = work
        .made_of("receipt ")
        .filter(|(name, _)| !shown.cases.iter().any(|case| receipt_name(case) == *name))
        .map(|(name, _)| name.to_owned())
        .collect();
    for name in gone {
        all &= steps.take("receipts", &folder, "cannot be remembered", || work.forget(&name)).is_some();
    }
    if all {
        work.note("receipts", &basis, "");
    }
}

/// Says what stops the post, and which letters did not get through. Whom they are for stays out: what is said may end in a log.
pub fn post(work: &Work<'_>, steps: &mut Steps) {
    let path = Path::new("the post");
    if let Some(advice) = work.house.post.said() {
        steps.amiss("post", path, &format!("does not go: {}", advice.says), &advice.hint);
    }
    let today = london::wall(work.house.now()).date_naive();
    for advice in secret::running_out(&work.house.config.post.road, today) {
        steps.amiss("post secret", path, &advice.says, &advice.hint);
    }
    let by_mailbox = matches!(work.house.config.post.road, Road::Graph(_));
    let cannot = "cannot be looked at";
    let letters =
        steps.take("post emails", path, cannot, || poster::to_tell(work.register)).unwrap_or_default();
    for (letter, was, next) in letters.into_iter().filter(|(letter, ..)| today <= letter.meeting + TOLD_FOR) {
        let step = format!("post email {}", letter.id);
        let advice = record::of_record(was.state, &was.said, next, by_mailbox);
        let advice = advice.of_letter(&letter.kind, letter.meeting, &letter.id);
        let message = format!("email {} ({}, {}): {}", letter.id, letter.kind, letter.meeting, advice.says);
        steps.amiss(&step, path, &message, &advice.hint);
    }
}

/// Says which recalls are not answered yet, by their numbers: each until it is.
pub fn recalls(work: &Work<'_>, steps: &mut Steps) {
    let path = Path::new("the post");
    let cannot = "cannot be looked at";
    let all =
        steps.take("post recalls", path, cannot, || recalls::all(work.register, None)).unwrap_or_default();
    let mut meetings: BTreeMap<NaiveDate, Vec<&Recalled>> = BTreeMap::new();
    for one in &all {
        meetings.entry(one.meeting).or_default().push(one);
    }
    for (day, asked) in meetings {
        let open: Vec<&str> =
            asked.iter().filter(|one| one.is_open()).map(|one| one.letter.as_str()).collect();
        if open.is_empty() {
            continue;
        }
        let message = format!(
            "recall of {day}: {} of {} have not answered that all is deleted ({})",
            open.len(),
            asked.len(),
            open.join(", ")
        );
        let hint = "ask them; then tick it on the sheet `Emails`, or with `panelclerk recalls`";
        steps.amiss(&format!("post recall {day}"), path, &message, hint);
    }
}

/// For so long after its meeting a letter that did not get through is spoken of.
const TOLD_FOR: Days = Days::new(14);

/// Puts the head of the evidence chain into the receipts folder if there are new facts, unless the one there is none of this register's.
pub fn evidence(work: &mut Work<'_>, steps: &mut Steps) {
    const STEP: &str = "record of evidence";
    let path = heads::path(work.house);
    if steps.is_amiss("receipts") {
        steps.leave(|step| step == STEP);
        return;
    }
    let written = steps.take(STEP, &path, "cannot be written", || {
        let head = work.register.evidence_head()?;
        if !work.register.had_head(&head)? || work.made(STEP).is_some_and(|made| made.basis == head) {
            return Ok(None);
        }
        if heads::kept_in_receipts(work.house, work.register)?.is_some() {
            return Ok(Some((head, false)));
        }
        work.house.shares.put(&path, heads::page(&head).as_bytes())?;
        Ok(Some((head, true)))
    });
    match written.flatten() {
        Some((head, true)) => work.note(STEP, &head, ""),
        Some((_, false)) => steps.amiss(
            STEP,
            &path,
            "holds a record of evidence that this register's chain never had: the chain was cut or rewritten, or an older register was put in its place",
            "run `panelclerk verify`; where an older backup was restored on purpose, move the file away",
        ),
        None => {}
    }
}

/// Writes the board if it has changed, last of all: it says what else is amiss.
pub fn board(work: &mut Work<'_>, steps: &mut Steps) {
    let path = work.house.config.folders.office.join("board.html");
    let mut template = Template::of_house(work, steps, "board.hbs", board::TEMPLATE);
    if steps.is_amiss(OFFICE) {
        return;
    }
    let said = steps.said_but_of("board");
    let turn = work.turns.hourly.to_string();
    let drawn = steps.take("board", &path, "cannot be worked out", || {
        let share = work.register.share()?.healthy;
        let basis = work.basis(true, &format!("{} {share} {said:?}", template.mark))?;
        let lies = work.made("board").is_some_and(|made| lies(work.house, &path, &made.stamp));
        if lies && work.made("board page").is_some_and(|made| made.basis == basis) {
            return Ok(None);
        }
        Ok(Some((basis, work.drawn.sitting(work.house, work.register, None)?)))
    });
    let Some(Some((basis, sitting))) = drawn else { return };
    let telltales = restricted::telltales(&sitting.casebook);
    let mut amiss = steps.now_amiss(work.house.now());
    amiss.retain(|open| !telltales.iter().any(|case| case.is_in(&open.message) || case.is_in(&open.path)));
    let amiss: Vec<_> = amiss.into_iter().map(|open| lying::with_who(work.house, open)).collect();
    let due = steps.take("board", &path, "cannot be worked out", || {
        // A case of an earlier meeting is restricted as well, whether or not its folder is still there.
        let hidden = hands::fold(&work.register.acts()?).restricted();
        let mut due = deadlines::of(work.house, work.register, &sitting)?;
        due.retain(|one| one.tick.case.as_ref().is_none_or(|case| !hidden.contains(case)));
        Ok(due)
    });
    let due = due.unwrap_or_default();
    let held =
        work.seats().map(|people| people.iter().map(|person| person.role.as_str()).collect::<Vec<_>>());
    let held = held.filter(|held| !held.is_empty());
    let unfilled =
        held.map_or_else(Vec::new, |held| roles::missing(&work.house.rules().decisions.roles, &held));
    let facts =
        board::facts(&restricted::left_out(&sitting.casebook), look(&sitting), &amiss, &due, &unfilled);
    let page = Page { name: "board", path: &path, facts, turn: &turn };
    if put(work, steps, &mut template, &page) {
        work.note("board page", &basis, "");
    }
}

/// Puts a page in place unless it lies there already; false where that could not be done.
fn put(work: &mut Work<'_>, steps: &mut Steps, template: &mut Template, page: &Page<'_>) -> bool {
    let said = format!("{} {} {}", template.mark, page.turn, without_now(&page.facts));
    let basis = hash_bytes(said.as_bytes()).to_string();
    let known = work.made(page.name);
    if known.is_some_and(|made| made.basis == basis && lies(work.house, page.path, &made.stamp)) {
        return true;
    }
    template.try_on(work, steps, &page.facts);
    let stamp = steps.take(page.name, page.path, "cannot be written", || {
        let text = template.page(&page.facts)?;
        work.house.shares.put(page.path, text.as_bytes())?;
        Ok(guard::stamp(&work.house.shares, page.path)?.unwrap_or_default())
    });
    if let Some(stamp) = &stamp {
        work.note(page.name, &basis, stamp);
    }
    stamp.is_some()
}

impl Template {
    /// The house's own, unless it cannot be read or is known not to work as it stands.
    fn of_house(work: &Work<'_>, steps: &mut Steps, name: &'static str, shipped: &'static str) -> Template {
        let path = work.house.config.templates.join(name);
        let step = template_step(name);
        let own = steps.take(&step, &path, "cannot be used", || templates::own(work.house, name)).flatten();
        let mark = hash_bytes(own.as_deref().unwrap_or(shipped).as_bytes()).to_string();
        let mut template = Template { name, own, shipped, mark };
        let known = work.made(&step).filter(|fault| fault.basis == template.mark);
        if let Some(fault) = known.map(|fault| fault.stamp.clone()) {
            template.give_up(work, steps, &fault);
        }
        template
    }

    /// Fills it once; where that fails, the shipped one is used from now on.
    fn try_on(&mut self, work: &mut Work<'_>, steps: &mut Steps, facts: &Value) {
        let Some(own) = &self.own else { return };
        let fault = match html::page(own, self.name, facts) {
            Ok(page) if page.trim_end().ends_with("</html>") => return,
            Ok(_) => "it ends in the middle: `</html>` is missing".to_owned(),
            Err(HtmlError { reason, .. }) => reason,
        };
        work.note(&template_step(self.name), &self.mark, &fault);
        self.give_up(work, steps, &fault);
    }

    fn give_up(&mut self, work: &Work<'_>, steps: &mut Steps, fault: &str) {
        let path = work.house.config.templates.join(self.name);
        let hint = "correct it, or move it away; until then the one that came with the program is used";
        steps.amiss(&template_step(self.name), &path, &format!("cannot be used: {fault}"), hint);
        self.own = None;
        self.mark.push_str(" shipped");
    }

    fn page(&self, facts: &Value) -> Result<String, HtmlError> {
        html::page(self.own.as_deref().unwrap_or(self.shipped), self.name, facts)
    }
}

fn template_step(name: &str) -> String {
    format!("template {name}")
}

fn receipt_name(case: &Case) -> String {
    format!("receipt {}", case.id)
}

fn look(sitting: &Sitting) -> PageLook<'_> {
    PageLook { heading: &sitting.heading, words: &sitting.words }
}

/// Whether every receipt lies as it was left.
fn all_lie(work: &Work<'_>, folder: &Path) -> bool {
    let file = |name: &str| format!("{} receipt.html", name.trim_start_matches("receipt "));
    let files: Vec<(PathBuf, &str)> =
        work.made_of("receipt ").map(|(name, made)| (folder.join(file(name)), made.stamp.as_str())).collect();
    guard::as_left(&work.house.shares, &files).into_iter().all(|left| left)
}

/// Whether the file at `path` is as it was left.
fn lies(house: &House, path: &Path, stamp: &str) -> bool {
    guard::stamp(&house.shares, path).is_ok_and(|lying| lying.as_deref() == Some(stamp))
}

/// The facts but for the minute at which they are said.
fn without_now(facts: &Value) -> Value {
    let mut facts = facts.clone();
    for (part, key) in [("head", "now"), ("share", "said")] {
        if let Some(part) = facts.get_mut(part).and_then(Value::as_object_mut) {
            part.remove(key);
        }
    }
    facts
}
