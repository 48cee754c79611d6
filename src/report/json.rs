//! `status --json`: the same facts as the table on screen, as `docs/json.md` describes them.

use serde_json::{Value, json};

use crate::panel::case::{Case, Casebook};
use crate::panel::deadlines::Deadline;
use crate::panel::paper::Paper;
use crate::panel::so_far;

/// What must be seen to by when.
pub fn deadlines(deadlines: &[Deadline]) -> Value {
    let told = |one: &Deadline| {
        json!({
            "what": one.tick.what, "meeting": one.tick.meeting, "case_id": one.tick.case, "due": one.due, "time": one.time,
            "overdue": one.overdue, "message": one.said,
            "done": one.done.as_ref().map(|(by, on)| json!({ "by": by, "on": on })),
        })
    };
    deadlines.iter().map(told).collect()
}

pub fn status(casebook: &Casebook) -> Value {
    let share = &casebook.share;
    json!({
        "panel": casebook.panel,
        "meeting": casebook.meeting.date,
        "cutoff": casebook.meeting.cutoff.to_rfc3339(),
        "now": casebook.now,
        "share": { "healthy": share.healthy, "last_scan": share.last_scan, "since": share.since },
        "cases": casebook.cases.iter().map(case).collect::<Vec<_>>(),
        "unfiled": casebook.unfiled.iter().map(paper).collect::<Vec<_>>(),
        "ignored": casebook.ignored,
    })
}

fn case(case: &Case) -> Value {
    json!({
        "case_id": case.id,
        "request": case.request,
        "standing": case.standing(),
        "disposition": case.disposition,
        "emergency": case.emergency.claimed || case.emergency.confirmed,
        "arrival": case.arrival,
        "meeting": case.meeting,
        "decided": case.so_far.decided.as_ref().map(|last| json!({
            "on": last.on, "word": last.word, "said": last.said, "reason": last.reason, "asked": last.asked, "review": last.review,
        })),
        "came_since": case.so_far.came_since,
        "not_presented": case.so_far.not_presented.as_ref().map(|missed| json!({ "on": missed.on, "said": missed.said })),
        "said": so_far::said(case),
        "findings": case.findings,
        "papers": case.papers.iter().map(paper).collect::<Vec<_>>(),
    })
}

fn paper(paper: &Paper) -> Value {
    json!({
        "number": paper.number,
        "file": paper.file,
        "sha256": paper.sha256,
        "size": paper.size,
        "kind": paper.kind,
        "state": paper.state,
        "version": paper.version,
        "part_of": paper.part_of,
        "pages": paper.rendition.as_ref().map(|rendition| rendition.pages),
        "reason": paper.reason,
        "received": paper.received,
    })
}

#[cfg(test)]
mod tests {
    use crate::report::json::status;
    use crate::report::sample;

    #[test]
    fn the_interface_has_the_promised_names() {
        let json = status(&sample::casebook());
        let keys: Vec<_> = json.as_object().unwrap().keys().collect();
        assert_eq!(keys, ["panel", "meeting", "cutoff", "now", "share", "cases", "unfiled", "ignored"]);
        assert_eq!(json["meeting"], "2026-11-23");
        assert_eq!(json["cutoff"], "2026-11-18T15:00:00+00:00");
        let case = &json["cases"][2];
        assert_eq!(case["case_id"], "1219420");
        assert_eq!(case["standing"], "incomplete");
        assert_eq!(case["disposition"], "listed");
        assert_eq!(case["arrival"], "in_time");
        assert_eq!(case["findings"][0]["severity"], "blocks");
        let paper = &case["papers"][1];
        assert_eq!(paper["number"], "P4");
        assert_eq!(paper["state"], "needs_attention");
        assert_eq!(paper["received"]["verdict"], "in_time");
        assert_eq!(json["ignored"][0]["reason"], "Word's lock file");
    }
}
