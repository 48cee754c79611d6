//! How the pages say numbers and states in English.

use crate::finding::Severity;
use crate::panel::case::{Case, Disposition};
use crate::panel::deadlines::Deadline;
use crate::panel::paper::{Paper, PaperState, Verdict};
use crate::panel::so_far;
use crate::panel::when;
use crate::panel::words::capitalised;

/// `1 document`, `2 documents`.
pub fn count(number: usize, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{number} {what}s") }
}

/// Whether its required papers came in time, where anybody asks.
pub fn arrival(case: &Case) -> &'static str {
    if case.is_decided() {
        "decided"
    } else if so_far::papers_may_follow(case) {
        "papers may follow"
    } else {
        verdict(case.arrival)
    }
}

/// Where the case is considered, for somebody who looks at the meeting's page.
pub fn disposition(case: &Case) -> String {
    match case.disposition {
        Disposition::Listed => "on this agenda".to_owned(),
        Disposition::NextMeeting => format!("next meeting, {}", when::short_date(case.meeting)),
        Disposition::Withdrawn => "withdrawn".to_owned(),
        Disposition::Deferred | Disposition::Decided | Disposition::Waiting => {
            so_far::place(case).unwrap_or_else(|| "deferred".to_owned())
        }
    }
}

pub fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::InTime => "before the deadline",
        Verdict::Late => "after the deadline",
        Verdict::CannotTell => "close to the deadline: administrator to confirm",
    }
}

pub fn state(paper: &Paper) -> &'static str {
    match paper.state {
        PaperState::Arriving => "still arriving",
        PaperState::Accepted if paper.in_use => "goes into the pack",
        PaperState::Accepted => "kept, not used",
        PaperState::Superseded => "replaced by a newer one",
        PaperState::Excluded => "taken out",
        PaperState::Removed => "no longer in the folder",
        PaperState::NeedsAttention => "needs attention",
    }
}

pub fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Blocks => "outstanding",
        Severity::Warning => "please check",
        Severity::Note => "for information",
    }
}

/// How a deadline stands: who ticked it, that it is overdue, or nothing.
pub fn ticked(deadline: &Deadline) -> String {
    match &deadline.done {
        Some((by, on)) => format!("done: {by}, {}", when::day(*on)),
        None if deadline.overdue => "OVERDUE".to_owned(),
        None => String::new(),
    }
}

/// A sentence of a finding with a capital, a full stop and quotation marks, for a page that is read by people.
pub fn sentence(message: &str) -> String {
    let message = quoted(message);
    let end = if message.ends_with(['.', '!', '?']) { "" } else { "." };
    format!("{}{end}", capitalised(&message))
}

/// Words in back-ticks as words in quotation marks.
fn quoted(message: &str) -> String {
    let mut open = false;
    let quote = |letter| match letter {
        '`' => {
            open = !open;
            if open { '“' } else { '”' }
        }
        letter => letter,
    };
    message.chars().map(quote).collect()
}

#[cfg(test)]
mod tests {
    use crate::report::said::sentence;

    #[test]
    fn a_finding_becomes_a_sentence() {
        assert_eq!(sentence("é is missing"), "É is missing.");
        assert_eq!(sentence("is it?"), "Is it?");
        assert_eq!(sentence("the folder says `12`, not `34`"), "The folder says “12”, not “34”.");
    }
}
