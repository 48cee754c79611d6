//! How the pages say moments, numbers and states in English.

use chrono::{DateTime, Datelike, NaiveDate, TimeZone, Timelike};
use chrono_tz::Tz;

use crate::finding::Severity;
use crate::panel::case::{Case, Disposition, Standing};
use crate::panel::paper::{Paper, PaperState, Verdict};

/// `3.00 pm`.
pub fn time<Zone: TimeZone>(moment: &DateTime<Zone>) -> String {
    let (afternoon, hour) = moment.hour12();
    format!("{hour}.{:02} {}", moment.minute(), if afternoon { "pm" } else { "am" })
}

/// `Wednesday 18 November 2026, 3.00 pm`.
pub fn moment(moment: &DateTime<Tz>) -> String {
    format!("{}, {}", crate::panel::words::long_date(moment.date_naive()), time(moment))
}

/// `Wed 18 Nov, 2.10 pm`, in English time.
pub fn short(moment: DateTime<chrono::Utc>) -> String {
    let wall = crate::panel::london::wall(moment);
    format!("{}, {}", wall.format("%a %-d %b"), time(&wall))
}

/// `1 paper`, `2 papers`.
pub fn count(number: usize, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{number} {what}s") }
}

/// How far off the cutoff is, in days a person counts.
pub fn until(cutoff: &DateTime<Tz>, now: &DateTime<Tz>) -> String {
    let days = (cutoff.date_naive() - now.date_naive()).num_days();
    match (cutoff >= now, days) {
        (true, 0) => "today".to_owned(),
        (true, 1) => "tomorrow".to_owned(),
        (true, days) => format!("in {days} days"),
        (false, 0) => "passed today".to_owned(),
        (false, -1) => "passed yesterday".to_owned(),
        (false, days) => format!("passed {} days ago", -days),
    }
}

pub fn standing(standing: Standing) -> &'static str {
    match standing {
        Standing::Complete => "complete",
        Standing::Incomplete => "incomplete",
    }
}

/// Where the case is heard, for somebody who looks at the meeting's page.
pub fn disposition(case: &Case) -> String {
    match case.disposition {
        Disposition::Listed => "on this agenda".to_owned(),
        Disposition::NextMeeting => format!("next meeting, {}", date(case.meeting)),
        Disposition::Withdrawn => "withdrawn".to_owned(),
        Disposition::Deferred => "deferred".to_owned(),
    }
}

pub fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::InTime => "in time",
        Verdict::Late => "late",
        Verdict::CannotTell => "cannot tell",
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
        Severity::Blocks => "must be put right",
        Severity::Warning => "please check",
        Severity::Note => "for information",
    }
}

/// `Mon 23 Nov 2026`.
pub fn date(date: NaiveDate) -> String {
    format!("{} {}", date.format("%a %-d %b"), date.year())
}

/// A sentence of a finding with a capital, a full stop and quotation marks, for a page that is read by people.
pub fn sentence(message: &str) -> String {
    let message = quoted(message);
    let mut letters = message.chars();
    let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
    let end = if message.ends_with(['.', '!', '?']) { "" } else { "." };
    format!("{first}{}{end}", letters.as_str())
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
    use chrono::TimeZone;
    use chrono_tz::Europe::London;

    use crate::report::said::{moment, sentence, time, until};

    #[test]
    fn noon_and_midnight_are_said_rightly() {
        let at = |hour| London.with_ymd_and_hms(2026, 11, 18, hour, 5, 0).unwrap();
        assert_eq!([time(&at(0)), time(&at(12)), time(&at(15))], ["12.05 am", "12.05 pm", "3.05 pm"]);
        assert_eq!(moment(&at(15)), "Wednesday 18 November 2026, 3.05 pm");
    }

    #[test]
    fn the_cutoff_is_counted_in_days_not_hours() {
        let cutoff = London.with_ymd_and_hms(2026, 11, 18, 15, 0, 0).unwrap();
        let seen = |day, hour| until(&cutoff, &London.with_ymd_and_hms(2026, 11, day, hour, 0, 0).unwrap());
        assert_eq!(seen(17, 23), "tomorrow");
        assert_eq!(seen(18, 15), "today");
        assert_eq!(seen(18, 16), "passed today");
        assert_eq!(seen(20, 9), "passed 2 days ago");
    }

    #[test]
    fn a_finding_becomes_a_sentence() {
        assert_eq!(sentence("é is missing"), "É is missing.");
        assert_eq!(sentence("is it?"), "Is it?");
        assert_eq!(sentence("the folder says `12`, not `34`"), "The folder says “12”, not “34”.");
    }
}
