//! The status of a meeting as plain text for a terminal, as wide as the terminal is.

use std::fmt::Write as _;

use crate::finding::Severity;
use crate::panel::case::{Case, Casebook, Disposition};
use crate::panel::deadlines::Deadline;
use crate::panel::paper::PaperState;
use crate::panel::so_far;
use crate::panel::when;
use crate::report::said;
use crate::report::view::PageLook;

/// Columns of a narrow terminal; what does not fit is wrapped, never cut.
const NARROWEST: usize = 40;

/// Below this the cases are a list.
const ROOM_FOR_COLUMNS: usize = 100;

/// The table of all cases, and below it what needs somebody's eyes.
pub fn status(casebook: &Casebook, look: PageLook<'_>, width: usize) -> String {
    let width = width.max(NARROWEST);
    let now = crate::panel::london::wall(casebook.now);
    let mut out = String::new();
    let day = when::long_date(casebook.meeting.date);
    hanging(&mut out, "", &format!("{}: meeting on {day}", look.heading.panel), width);
    let (cutoff, until) =
        (when::moment(casebook.meeting.cutoff), when::until(&casebook.meeting.cutoff, &now));
    hanging(&mut out, "", &format!("deadline {cutoff} ({until})"), width);
    if !casebook.share.healthy {
        hanging(&mut out, "", "the shared folder cannot be read: nothing that arrives is seen", width);
    }
    out.push('\n');
    let heads = [
        look.heading.case_label.as_str(),
        "child",
        "request",
        "documents",
        "status",
        "received",
        "outstanding",
    ];
    let open = casebook.cases.iter().filter(|case| !case.is_decided());
    let rows: Vec<[String; 7]> = open.map(|case| row(case, look)).collect();
    if width < ROOM_FOR_COLUMNS {
        list(&mut out, &rows, width);
    } else {
        grid(&mut out, &heads, &rows, width);
    }
    so_far(&mut out, casebook, width);
    attention(&mut out, casebook, width);
    if !casebook.ignored.is_empty() {
        out.push_str("\nignored:\n");
        for ignored in &casebook.ignored {
            hanging(&mut out, "  ", &format!("{} ({})", ignored.file, ignored.reason), width);
        }
    }
    out
}

/// What must be seen to by when, the first due first.
pub fn deadlines(deadlines: &[Deadline], width: usize) -> String {
    let mut out = String::new();
    if deadlines.is_empty() {
        return out;
    }
    out.push_str("\ndeadlines:\n");
    for one in deadlines {
        let ticked = said::ticked(one);
        let ticked = if ticked.is_empty() { ticked } else { format!(" ({ticked})") };
        hanging(&mut out, "  ", &format!("{}{ticked}", one.said), width.max(NARROWEST));
    }
    out
}

fn row(case: &Case, look: PageLook<'_>) -> [String; 7] {
    let blocks = case.findings.iter().filter(|finding| finding.severity == Severity::Blocks);
    let missing: Vec<&str> = blocks.map(|finding| finding.message.as_str()).collect();
    let mut standing = so_far::standing(case).0.to_owned();
    if case.emergency.claimed || case.emergency.confirmed {
        standing.push_str(", emergency");
    }
    match case.disposition {
        Disposition::Listed => {}
        Disposition::Waiting => standing.push_str(", waiting"),
        Disposition::Deferred => standing.push_str(", deferred"),
        Disposition::NextMeeting | Disposition::Withdrawn | Disposition::Decided => {
            let _ = write!(standing, ", {}", said::disposition(case));
        }
    }
    if case.so_far.not_presented.is_some() {
        standing.push_str(", not presented");
    }
    [
        case.id.to_string(),
        look.child(case),
        look.request(case).to_owned(),
        case.papers.len().to_string(),
        standing,
        said::arrival(case).to_owned(),
        missing.join("; "),
    ]
}

/// What the panel has made of cases so far: what waits for it, and what it has decided.
fn so_far(out: &mut String, casebook: &Casebook, width: usize) {
    let (decided, open): (Vec<&Case>, Vec<&Case>) = casebook.cases.iter().partition(|case| case.is_decided());
    let lines = |case: &Case| so_far::place(case).into_iter().chain(so_far::said(case)).collect::<Vec<_>>();
    for (head, cases) in [("from earlier meetings:", open), ("decided at earlier meetings:", decided)] {
        let told: Vec<(&Case, Vec<String>)> = cases
            .into_iter()
            .map(|case| (case, lines(case)))
            .filter(|(_, lines)| !lines.is_empty())
            .collect();
        if told.is_empty() {
            continue;
        }
        let _ = write!(out, "\n{head}\n");
        for (case, mut lines) in told {
            lines.dedup();
            hanging(out, "  ", &format!("{}: {}", case.id, lines.join(". ")), width);
        }
    }
}

/// Claims and papers a person must look at, each with why and what to do.
fn attention(out: &mut String, casebook: &Casebook, width: usize) {
    let filed = casebook.cases.iter().flat_map(|case| &case.papers);
    let papers: Vec<_> =
        filed.chain(&casebook.unfiled).filter(|paper| paper.state == PaperState::NeedsAttention).collect();
    let claims: Vec<_> =
        casebook.cases.iter().filter(|case| case.emergency.claimed && !case.emergency.confirmed).collect();
    if papers.is_empty() && claims.is_empty() {
        return;
    }
    out.push_str("\nneeds attention:\n");
    for case in claims {
        hanging(
            out,
            "  ",
            &format!("{}: its form claims an emergency; nobody has confirmed it", case.id),
            width,
        );
        hanging(out, "      ", "hint: `accept CASE --emergency`, or `accept CASE --no-emergency`", width);
    }
    for paper in papers {
        let reason = paper.reason.as_deref().unwrap_or("a person must look at it");
        hanging(out, "  ", &format!("{} {}: {reason}", paper.number, paper.file), width);
        for hint in paper.findings.iter().filter_map(|finding| finding.hint.as_deref()) {
            hanging(out, "      ", &format!("hint: {hint}"), width);
        }
    }
}

fn grid(out: &mut String, heads: &[&str; 7], rows: &[[String; 7]], width: usize) {
    let mut widths = [0_usize; 7];
    for at in 0..7 {
        let cells = rows.iter().map(|row| columns(&row[at]));
        widths[at] = cells.chain([columns(heads[at])]).max().unwrap_or(0);
    }
    // The last column takes what is left; the widest before it give way first, but no word is broken.
    let gaps = 2 * 6;
    let floor = 34;
    let longest = |at: usize| rows.iter().flat_map(move |row| row[at].split_whitespace()).map(columns).max();
    let least: [usize; 7] = std::array::from_fn(|at| longest(at).unwrap_or(0).max(columns(heads[at])));
    while widths[..6].iter().sum::<usize>() + gaps + floor > width {
        let spare = |at: &usize| widths[*at] - least[*at];
        let widest = (1..6).max_by_key(spare).expect("there are columns");
        if spare(&widest) == 0 {
            break;
        }
        widths[widest] -= 1;
    }
    let fixed: usize = widths[..6].iter().sum();
    widths[6] = widths[6].min(width.saturating_sub(fixed + gaps).max(1));
    line(out, &heads.map(str::to_owned), &widths);
    line(out, &widths.map(|width| "-".repeat(width)), &widths);
    for row in rows {
        line(out, row, &widths);
    }
}

/// The cases one below the other, for a narrow terminal.
fn list(out: &mut String, rows: &[[String; 7]], width: usize) {
    for [id, child, request, papers, standing, arrived, missing] in rows {
        hanging(out, "", &format!("{id} {child}: {request}"), width);
        hanging(out, "  ", &format!("{standing}; {papers} documents, {arrived}"), width);
        if !missing.is_empty() {
            hanging(out, "  ", &format!("missing: {missing}"), width);
        }
    }
}

fn line(out: &mut String, cells: &[String; 7], widths: &[usize; 7]) {
    let wrapped: Vec<Vec<String>> =
        cells.iter().zip(widths).map(|(cell, width)| wrap(cell, *width)).collect();
    let height = wrapped.iter().map(Vec::len).max().unwrap_or(1);
    for at in 0..height {
        let mut text = String::new();
        for (lines, width) in wrapped.iter().zip(widths) {
            let piece = lines.get(at).map_or("", String::as_str);
            text.push_str(piece);
            text.push_str(&" ".repeat(width.saturating_sub(columns(piece)) + 2));
        }
        out.push_str(text.trim_end());
        out.push('\n');
    }
}

/// One item, its further lines set in.
fn hanging(out: &mut String, indent: &str, text: &str, width: usize) {
    for (at, piece) in wrap(text, width.saturating_sub(indent.len() + 2)).into_iter().enumerate() {
        let more = if at == 0 { "" } else { "  " };
        let _ = writeln!(out, "{indent}{more}{piece}");
    }
}

/// Words onto lines of at most `width` columns; a longer word is broken.
fn wrap(text: &str, width: usize) -> Vec<String> {
    let width = width.max(1);
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let mut rest: String = word.to_owned();
        loop {
            let used = lines.last().map_or(0, |line| columns(line));
            let gap = usize::from(used > 0);
            let last = lines.last_mut().expect("there is always a line");
            if used + gap + columns(&rest) <= width {
                last.push_str(&" ".repeat(gap));
                last.push_str(&rest);
                break;
            }
            if used > 0 {
                lines.push(String::new());
                continue;
            }
            let head: String = rest.chars().take(width).collect();
            rest = rest.chars().skip(width).collect();
            last.push_str(&head);
            lines.push(String::new());
        }
    }
    lines
}

/// Columns on a terminal: combining marks take none.
fn columns(text: &str) -> usize {
    text.chars().filter(|letter| !unicode_normalization::char::is_combining_mark(*letter)).count()
}

#[cfg(test)]
mod tests {
    use crate::report::sample;
    use crate::report::table::{columns, status, wrap};
    use crate::report::view::PageLook;

    fn table(width: usize) -> String {
        let (heading, words) = (sample::heading(), sample::words());
        status(&sample::casebook(), PageLook { heading: &heading, words: &words }, width)
    }

    #[test]
    fn the_table_fits_the_terminal_and_loses_no_word() {
        for width in [40, 60, 80, 100, 140] {
            let text = table(width);
            for line in text.lines() {
                assert!(columns(line) <= width, "{} columns in {width}: {line}", columns(line));
            }
            for word in ["ŁK", "password", "Scan_20261118_1107.pdf", "lockfile", "hint:openitinWord"] {
                let joined: String = text.split_whitespace().collect();
                assert!(joined.contains(word), "`{word}` is lost at {width}\n{text}");
            }
        }
    }

    #[test]
    fn a_long_word_is_broken_not_lost() {
        assert_eq!(wrap("ab abcdefgh", 4), ["ab", "abcd", "efgh"]);
    }

    #[test]
    fn a_combining_accent_takes_no_column() {
        assert_eq!(columns("Sia\u{302}n"), 4);
    }
}
