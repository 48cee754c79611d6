//! `send`: shows who would get what, and with `--go` writes the letters.

use std::collections::BTreeMap;
use std::sync::atomic::AtomicBool;

use anyhow::Result;
use clap::Args;
use serde_json::json;

use crate::clerk::house::{self, House, Settings, shown, typed};
use crate::clerk::letters::delivery::Delivery;
use crate::clerk::letters::in_mailbox::{self, Became};
use crate::clerk::letters::posted::Posted;
use crate::clerk::letters::poster;
use crate::clerk::letters::postings::Posting;
use crate::clerk::letters::send::{self, Wanted};
use crate::clerk::letters::showing::{self, Compared};
use crate::clerk::letters::writing::LetterDesk;
use crate::clerk::letters::{asked_back, marked, once_more, ordered, sweep};
use crate::clerk::sitting::{self, Sitting};
use crate::clerk::usage::Usage;
use crate::commands::screen::{self, Exit};
use crate::config::{GraphMode, PostRules, Road};
use crate::panel::acts::Hand;
use crate::post::kind::LetterKind;
use crate::post::plan::Plan;
use crate::register::letters::LetterRow;
use crate::register::{Register, lock};
use crate::report::said;

#[derive(Debug, Args)]
pub struct Send {
    /// `invitations`, `agenda`, `pack`, `decisions` ...
    kind: String,
    /// The meeting's date
    meeting: String,
    /// Write the emails; without it, only show who would get what
    #[arg(long)]
    go: bool,
    /// You have sent these drafts by hand: those to the readers named (by name, address or the email's number), or all of this kind
    #[arg(long, value_name = "READER", num_args = 0.., requires = "by", conflicts_with = "go")]
    mark_sent: Option<Vec<String>>,
    /// You have deleted these readers' drafts from the panel's mailbox, and nothing went
    #[arg(long, value_name = "READER", num_args = 1.., requires = "by", conflicts_with_all = ["go", "mark_sent", "of"])]
    mark_removed: Option<Vec<String>>,
    /// With `--mark-sent`, `--mark-removed` and `--of`: your name; your login is recorded as well
    #[arg(long, value_name = "NAME", value_parser = screen::said)]
    by: Option<String>,
    /// Of `recall-email`: everything that these readers (by name, address or the email's number) were sent is asked back
    #[arg(long, value_name = "READER", conflicts_with = "mark_sent")]
    of: Vec<String>,
    /// With `--of`: what went wrong, for the audit trail
    #[arg(long, value_name = "TEXT", value_parser = screen::said, requires = "of")]
    reason: Option<String>,
    /// These readers (by name, address or the email's number) get their email once more, although it was refused, came back, or may have arrived
    #[arg(long, value_name = "READER", conflicts_with = "mark_sent")]
    again: Vec<String>,
    /// Ask for the password that the copies of the pack open with, instead of reading it from `password_file`
    #[arg(long)]
    ask_password: bool,
}

pub fn run(settings: &Settings, args: &Send) -> Result<Exit> {
    let house = settings.open()?;
    let mut register = house.register()?;
    let kind: LetterKind = typed(&args.kind)?;
    if let Some(readers) = &args.mark_sent {
        return mark_sent(&house, &mut register, kind, args, readers);
    }
    if let Some(readers) = &args.mark_removed {
        return mark_removed(&house, &mut register, kind, args, readers);
    }
    let mut sitting = Sitting::draw(&house, &register, Some(&args.meeting))?;
    if args.go {
        send::may_go(&register, &sitting, kind)?;
    }
    // A person who types may take their time: nobody waits for them.
    let typed = (args.ask_password && kind.encloses_pack()).then(asked).transpose()?;
    let writing = args.go.then(|| lock::take_to_write_letters(&house.config.folders.data)).transpose()?;
    if args.go {
        sitting = Sitting::draw(&house, &register, Some(&args.meeting))?;
        send::may_go(&register, &sitting, kind)?;
    }
    let hand = said_by(&house, kind, args)?;
    let wanted = Wanted { kind, again: &args.again, of: &args.of, hand: hand.as_ref() };
    let plan = send::plan(&house, &mut register, &sitting, &wanted)?;
    let passwords = send::passwords(&house, kind, typed)?;
    let mut desk = LetterDesk::open(&house, &register, &sitting, &plan, kind)?;
    let is_outbox = house.config.post.road == Road::Outbox;
    let mut deliveries = desk.deliveries(&mut register, &plan, &passwords, args.go && is_outbox)?;
    let again = once_more::mark(&house, &register, &mut deliveries, &args.again)?;
    let lines = showing::lines(&deliveries, desk.version());
    let compared = send::shown(&house, &register, &sitting, kind, lines)?;
    let goes = args.go && compared == Compared::Same;
    let (mut written, mut taken_back) = (Vec::new(), Vec::new());
    let mut posted = Posted::default();
    let mut still_linked = Vec::new();
    if goes {
        if kind == LetterKind::RecallEmail {
            still_linked =
                asked_back::put_on_record(&house, &mut register, &sitting, &args.of, hand.as_ref())?;
        }
        if !is_outbox {
            deliveries = desk.deliveries(&mut register, &plan, &passwords, true)?;
            once_more::mark(&house, &register, &mut deliveries, &args.again)?;
        }
        written = desk.go(&mut register, &plan, &passwords, &deliveries)?;
        let (people, _) = sitting::people(&house)?;
        let gone = sweep::sweep(&house, &mut register, &sitting, &people)?;
        taken_back = gone.into_iter().map(|letter| letter.draft).collect();
        drop(writing);
        posted = poster::post(&house, &mut register, &AtomicBool::new(false))?;
    }
    if house.json {
        let files: Vec<String> = written.iter().map(|file| shown(file, &house.config)).collect();
        screen::json(&json!({
            "kind": kind, "meeting": sitting.day(), "letters": deliveries,
            "unreachable": plan.unreachable, "not_now": plan.not_now, "sent": goes, "drafts": files, "taken_back": taken_back,
            "accepted": posted.accepted, "in_drafts": posted.in_drafts, "not_taken": posted.not_taken, "stopped": posted.stopped,
            "changed": compared.said(), "still_linked": still_linked.iter().map(|file| shown(file, &house.config)).collect::<Vec<_>>(),
        }))?;
    } else {
        show(kind, &plan, &deliveries, goes, &house.config.post);
        for letter in &again {
            screen::line(format!(
                "once more: {} to {}, which is {}",
                letter.id, letter.recipient, letter.state
            ));
        }
        say_changed(&compared, args.go);
        say_posted(&posted);
        for draft in &taken_back {
            screen::line(format!(
                "taken out of the outbox, for its reader may no longer have what it holds: {draft}"
            ));
        }
        for file in &still_linked {
            screen::line(ordered::still_there(&shown(file, &house.config)));
        }
        if let Some(file) = written.first().and_then(|file| file.parent()) {
            screen::line(format!("drafts: {}", shown(file, &house.config)));
        }
    }
    let all_said = plan.unreachable.is_empty()
        && goes == args.go
        && posted.not_taken.is_empty()
        && posted.stopped.is_none()
        && deliveries.iter().all(|delivery| delivery.posting.held_back.is_empty());
    Ok(if all_said { Exit::Done } else { Exit::Look })
}

/// Who says that something is asked back; none where nobody has to say anything.
fn said_by(house: &House, kind: LetterKind, args: &Send) -> Result<Option<Hand>> {
    if args.of.is_empty() {
        return match &args.by {
            Some(_) => Err(Usage::new("nothing is done here that needs a name")
                .hint("`--by` goes with `--mark-sent`, `--mark-removed` or the `--of` of a recall")
                .into()),
            None => Ok(None),
        };
    }
    if kind != LetterKind::RecallEmail {
        return Err(Usage::new(format!("`--of` asks back what readers were sent, and `{kind}` does not"))
            .hint("`panelclerk send recall-email DATE --of READER`")
            .into());
    }
    Ok(args.by.as_ref().zip(args.reason.as_ref()).map(|(by, reason)| house.hand(by, reason)))
}

/// Puts on record which drafts somebody has sent by hand.
fn mark_sent(
    house: &House,
    register: &mut Register,
    kind: LetterKind,
    args: &Send,
    readers: &[String],
) -> Result<Exit> {
    let day = house::day(&args.meeting)?;
    let hand = house.hand(args.by.as_deref().unwrap_or_default(), BY_HAND);
    let mut marked = in_mailbox::drafts(register, day, kind, readers)?;
    let left = if marked.is_empty() { "its draft left the outbox" } else { "the mailbox has no draft of it" };
    if marked.is_empty() {
        marked = marked::mark_sent(house, register, day, Some(kind), readers, &hand)?;
    } else {
        in_mailbox::put_on_record(house, register, &marked, Became::Sent, &hand)?;
    }
    say_marked(house, kind, args, &marked, ("sent_by_hand", &format!("sent by hand; {left}")))
}

/// Puts on record which drafts somebody has deleted from the panel's mailbox.
fn mark_removed(
    house: &House,
    register: &mut Register,
    kind: LetterKind,
    args: &Send,
    readers: &[String],
) -> Result<Exit> {
    let day = house::day(&args.meeting)?;
    let hand = house.hand(args.by.as_deref().unwrap_or_default(), BY_HAND);
    let drafts = in_mailbox::drafts(register, day, kind, readers)?;
    if drafts.is_empty() {
        return Err(Usage::new(format!("no email of kind `{kind}` to them is among the mailbox's drafts"))
            .hint("`panelclerk --json audit` lists every email and how far it got")
            .into());
    }
    in_mailbox::put_on_record(house, register, &drafts, Became::Removed, &hand)?;
    say_marked(house, kind, args, &drafts, ("removed", "taken back: its draft was removed"))
}

fn say_marked(
    house: &House,
    kind: LetterKind,
    args: &Send,
    marked: &[LetterRow],
    (key, said): (&str, &str),
) -> Result<Exit> {
    if house.json {
        let letter = |row: &LetterRow| json!({ "letter": row.id, "to": row.recipient, "draft": row.draft });
        let letters: Vec<_> = marked.iter().map(letter).collect();
        screen::json(&json!({ "kind": kind, "meeting": house::day(&args.meeting)?, key: letters }))?;
    } else {
        for row in marked {
            screen::line(format!("{} to {}: {said}", row.id, row.recipient));
        }
    }
    Ok(Exit::Done)
}

/// The reason on record where a draft is marked as sent: no other is asked for.
const BY_HAND: &str = "sent from the outbox by hand";

/// What is other than it was shown, where somebody said that it goes.
fn say_changed(compared: &Compared, go: bool) {
    if !go || *compared == Compared::Same {
        return;
    }
    compared.said().into_iter().for_each(screen::line);
    let why = match compared {
        Compared::NeverShown => "it had not been shown before",
        _ => "it is not what was shown before",
    };
    screen::line(format!("nothing was sent, because {why}; read it, then type `--go` again"));
}

/// What the mail server did with the emails.
fn say_posted(posted: &Posted) {
    if !posted.accepted.is_empty() {
        screen::line(format!("accepted by the mail server: {}", said::count(posted.accepted.len(), "email")));
    }
    if !posted.in_drafts.is_empty() {
        screen::line(format!(
            "among the drafts of the panel's mailbox: {}; open each there and press Send",
            said::count(posted.in_drafts.len(), "email")
        ));
    }
    for (letter, reader, advice) in &posted.not_taken {
        screen::line(format!("{letter} to {reader}: {}; {}", advice.says, advice.hint));
    }
    if posted.by_another {
        screen::line(
            "somebody else is posting just now (`watch`, or another `send`), and these emails go with theirs",
        );
    }
    if let Some(advice) = &posted.stopped {
        screen::line(format!("nothing was sent: {}; {}", advice.says, advice.hint));
    }
}

fn show(kind: LetterKind, plan: &Plan, deliveries: &[Delivery], gone: bool, post: &PostRules) {
    let postings: Vec<&Posting> = deliveries.iter().map(|delivery| &delivery.posting).collect();
    for posting in &postings {
        screen::line(posting.said());
    }
    for one in &plan.unreachable {
        let nothing = match (kind, &one.case) {
            (LetterKind::Invitation, Some(case)) => format!("is not invited for case {case}"),
            _ => "gets nothing".to_owned(),
        };
        screen::line(format!("{:<28} {nothing}: {}", one.name, one.reason));
    }
    for one in &plan.not_now {
        let what =
            if kind == LetterKind::FirstContact { "has been written to" } else { "is not of this meeting" };
        screen::line(format!("{:<28} {what}: {}", one.name, one.reason));
    }
    let mut domains: BTreeMap<String, String> = BTreeMap::new();
    for posting in &postings {
        if let Some(rule) = post.rule_of(&posting.to.email).filter(|rule| !rule.said().is_empty()) {
            domains.insert(rule.name.clone(), rule.said());
        }
    }
    for (domain, said) in domains {
        screen::line(format!("emails to {domain}: {said}"));
    }
    let first = |posting: &&&Posting| posting.part.is_none_or(|(part, _)| part == 1);
    for posting in postings.iter().filter(first) {
        for cut in &posting.held_back {
            screen::line(format!(
                "{:<28} does not get pages {} to {}: the document is too large for an email; it is in the pack in the meeting's folder",
                posting.to.name, cut.first, cut.last
            ));
        }
    }
    if kind == LetterKind::Invitation && postings.is_empty() {
        screen::line("nobody's time has changed since they were last told");
    } else if kind == LetterKind::FirstContact && postings.is_empty() {
        screen::line("no address waits for a first email");
    } else if !gone {
        screen::line(match &post.road {
            Road::Outbox => "nothing was written; `--go` writes these emails into the outbox",
            Road::Graph(rules) if rules.mode == GraphMode::Drafts => {
                "nothing was written; `--go` lays these emails among the drafts of the panel's mailbox"
            }
            Road::Smtp(_) | Road::Graph(_) => {
                "nothing was sent; `--go` sends these emails, if nothing has changed by then"
            }
        });
    }
}

fn asked() -> Result<String> {
    let password = screen::ask_secret("Password for the copies: ")?;
    if password.is_empty() {
        return Err(Usage::new("no password was typed").into());
    }
    Ok(password)
}
