//! Checks on who brings the case and who gave permission, and when.

use crate::panel::calendar;
use crate::panel::crosschecks::asked::{after, asks, given};
use crate::panel::crosschecks::check::{Check, Say, say};
use crate::panel::look::CaseLook;
use crate::panel::permission::{self, Giver};
use crate::panel::request::Request;
use crate::panel::when;

pub(crate) const CHECKS: &[Check] = &[
    Check { name: "manager-is-social-worker", run: manager_is_social_worker },
    Check { name: "presenter-missing", run: presenter_missing },
    Check { name: "permission-after-search", run: permission_after_search },
    Check { name: "permission-after-placement", run: permission_after_placement },
    Check { name: "permission-by-other", run: permission_by_other },
    Check { name: "manager-not-satisfied", run: manager_not_satisfied },
    Check { name: "permission-in-future", run: permission_in_future },
    Check { name: "start-before-permission", run: start_before_permission },
    Check { name: "emergency-not-confirmed", run: emergency_not_confirmed },
    Check { name: "emergency-contradicted", run: emergency_contradicted },
    Check { name: "emergency-in-future", run: emergency_in_future },
    Check { name: "emergency-missed-a-meeting", run: emergency_missed_a_meeting },
    Check { name: "court-order-contradicted", run: court_order_contradicted },
    Check { name: "out-of-area-without-approval", run: out_of_area },
    Check { name: "at-distance-without-approval", run: at_distance },
    Check { name: "approval-after-start", run: approval_after_start },
    Check { name: "key-stage-4-without-approval", run: key_stage_4 },
];

fn name_of(text: &str) -> Vec<String> {
    let first = text.lines().next().unwrap_or_default();
    let bare = first.split(['(', ',', ';', '–', '/']).next().unwrap_or_default();
    let words = bare.split(|c: char| !c.is_alphanumeric() && c != '\'' && c != '-');
    words.filter(|word| !word.is_empty()).map(str::to_lowercase).collect()
}

fn manager_is_social_worker(look: &CaseLook<'_>) -> Option<Say> {
    let worker = name_of(look.form.text("social_worker")?);
    let manager = name_of(look.form.text("team_manager")?);
    if worker.is_empty() || worker != manager {
        return None;
    }
    say(
        "team_manager",
        "the social worker and the manager are the same person",
        "name the manager who has seen the documents",
    )
}

/// NELC: the social worker with the line manager. Redbridge: the manager, in whose absence a senior practitioner may present; the
/// social worker may come too.
fn presenter_missing(look: &CaseLook<'_>) -> Option<Say> {
    let said = look.form.text("presenters").filter(|said| !said.trim().is_empty())?;
    let said_words: Vec<String> =
        said.split(|c: char| !c.is_alphanumeric() && c != '\'' && c != '-').map(str::to_lowercase).collect();
    let is_named = |field: &str| {
        let by_role = match field {
            "team_manager" => said_words.iter().any(|word| word == "manager" || word == "tm"),
            _ => said_words.iter().any(|word| word == "worker" || word == "sw"),
        };
        let name = look.form.text(field).map(name_of).unwrap_or_default();
        by_role || name.is_empty() || name.iter().all(|word| said_words.contains(word))
    };
    let senior = look.rules.stands_in.iter().any(|title| permission::names(said, title));
    if senior || given(look, "stands_in") {
        return None;
    }
    let absent = look.rules.presented_by.iter().find(|field| !is_named(field.as_str()))?;
    let who = if absent.as_str() == "team_manager" { "manager" } else { "social worker" };
    say(
        "presenters",
        format!("the {who} is not among those who will present"),
        format!("the panel hears the case from the {who}; add them, or say who stands in"),
    )
}

fn permission_after_search(look: &CaseLook<'_>) -> Option<Say> {
    let (permission, search) = after(look, "permission_date", "search_started")?;
    let message = format!(
        "the search began on {}, before permission was given on {}",
        when::day(search),
        when::day(permission)
    );
    say(
        "search_started",
        message,
        "permission comes before the search; say why it did not, or correct the date",
    )
}

fn permission_after_placement(look: &CaseLook<'_>) -> Option<Say> {
    let (permission, placed) = after(look, "permission_date", "placed_on")?;
    let message = format!(
        "the child was placed on {}, before permission was given on {}",
        when::day(placed),
        when::day(permission)
    );
    say(
        "permission_date",
        message,
        "an emergency needs permission the same day or before; say who gave it, or correct the date",
    )
}

/// NELC: the Assistant Director. Redbridge: the Chief Children and Families Officer or a deputy.
fn permission_by_other(look: &CaseLook<'_>) -> Option<Say> {
    let on_form = look.form.text("permission_by").map(str::trim).filter(|said| is_name(said));
    let said = on_form.or(look.case.emergency.authorised_by.as_deref())?;
    let office = look.rules.permission.titles.first().map_or("person who may give it", String::as_str);
    let through = look.rules.permission.through.as_ref();
    let road = through.map_or_else(String::new, |through| format!(" through the {through}"));
    let message = match permission::given_by(&look.rules.permission, said) {
        Giver::May => return None,
        Giver::Unknown => {
            format!(
                "permission was given by `{said}`, whose title is not given; it must come from the {office}"
            )
        }
        Giver::Other => format!("permission was given by `{said}`, and it must come from the {office}"),
    };
    say("permission_by", message, format!("ask the {office} for it{road}, and write the name and the title"))
}

/// Whether somebody is named at all: what is empty or says nothing is missed elsewhere.
fn is_name(said: &str) -> bool {
    said.split(|c: char| !c.is_alphabetic()).any(|word| word.chars().count() > 3)
}

fn manager_not_satisfied(look: &CaseLook<'_>) -> Option<Say> {
    if look.form.yes("manager_declaration") != Some(false) {
        return None;
    }
    say(
        "manager_declaration",
        "the manager does not declare that the request is reasonable, meets the panel's criteria and has no alternative",
        "the manager brings what the panel can agree to; withdraw the case or say what has changed",
    )
}

fn permission_in_future(look: &CaseLook<'_>) -> Option<Say> {
    let permission = look.form.date("permission_date").filter(|day| *day > look.meeting.date)?;
    say(
        "permission_date",
        format!("permission is dated {}, after the meeting", when::day(permission)),
        "check the year",
    )
}

fn start_before_permission(look: &CaseLook<'_>) -> Option<Say> {
    let (permission, start) = after(look, "permission_date", "start_date")?;
    let message = format!(
        "the placement starts on {}, before permission was given on {}",
        when::day(start),
        when::day(permission)
    );
    say("start_date", message, "check both dates")
}

fn emergency_not_confirmed(look: &CaseLook<'_>) -> Option<Say> {
    let case = &look.case.emergency;
    if !case.claimed || case.confirmed {
        return None;
    }
    say(
        "emergency",
        "the form claims an emergency; the administrator has not confirmed it",
        "confirm it or say it is none, in the workbook",
    )
}

fn emergency_contradicted(look: &CaseLook<'_>) -> Option<Say> {
    let contradicted =
        look.request == Some(Request::EmergencyRetrospective) && look.form.yes("emergency") == Some(false);
    if !contradicted {
        return None;
    }
    say(
        "emergency",
        "an emergency is asked for, but the form says it is none",
        "correct the type of request or the answer",
    )
}

fn emergency_in_future(look: &CaseLook<'_>) -> Option<Say> {
    let placed = look
        .case
        .emergency
        .placed_on
        .or(look.form.date("placed_on"))
        .filter(|placed| *placed > look.meeting.date)?;
    say(
        "placed_on",
        format!("the child is said to have been placed on {}, after the meeting", when::day(placed)),
        "check the year",
    )
}

/// An emergency is presented at the first meeting after the placement.
fn emergency_missed_a_meeting(look: &CaseLook<'_>) -> Option<Say> {
    if !look.emergency() {
        return None;
    }
    let placed = look.case.emergency.placed_on.or(look.form.date("placed_on"))?;
    let first = calendar::meeting_after(look.rules, placed).filter(|first| first.date < look.meeting.date)?;
    // It was before the panel since; or it was on that meeting's agenda, and what became of it there is said elsewhere.
    let so_far = &look.case.so_far;
    if so_far.not_presented.is_some() || so_far.decided.as_ref().is_some_and(|last| first.date <= last.on) {
        return None;
    }
    let message = format!(
        "placed on {}, it should have come to the meeting on {}",
        when::day(placed),
        when::day(first.date)
    );
    say("placed_on", message, "say why it did not; the panel may not agree the continuation")
}

fn court_order_contradicted(look: &CaseLook<'_>) -> Option<Say> {
    let contradicted =
        look.request == Some(Request::CourtOrdered) && look.form.yes("court_ordered") == Some(false);
    if !contradicted {
        return None;
    }
    say(
        "court_ordered",
        "a court-ordered placement is asked for, but the form says the court did not order it",
        "correct the type of request or the answer",
    )
}

fn lacks_approval(look: &CaseLook<'_>) -> bool {
    asks(look, "reg11_by") && !(given(look, "reg11_by") && given(look, "reg11_date"))
}

fn out_of_area(look: &CaseLook<'_>) -> Option<Say> {
    let is_so = look.form.code("distance_class") == Some("out_of_area") && lacks_approval(look);
    if !is_so {
        return None;
    }
    say(
        "reg11_by",
        "a placement out of area needs the nominated officer's approval, with name and date",
        "ask for it before the placement is put into effect",
    )
}

fn at_distance(look: &CaseLook<'_>) -> Option<Say> {
    let is_so = look.form.code("distance_class") == Some("at_distance") && lacks_approval(look);
    if !is_so {
        return None;
    }
    say(
        "reg11_by",
        "a placement at a distance needs the approval of the director of children's services, with name and date",
        "ask for it before the placement is put into effect",
    )
}

fn approval_after_start(look: &CaseLook<'_>) -> Option<Say> {
    if look.emergency() {
        return None;
    }
    let (approved, start) = after(look, "reg11_date", "start_date")?;
    let message = format!(
        "the placement starts on {}, before its approval on {}",
        when::day(start),
        when::day(approved)
    );
    say("reg11_date", message, "approval comes first; check both dates")
}

fn key_stage_4(look: &CaseLook<'_>) -> Option<Say> {
    let is_so = look.form.yes("ks4") == Some(true) && lacks_approval(look);
    if !is_so {
        return None;
    }
    say(
        "ks4",
        "a move that disrupts key stage 4 needs the nominated officer's approval, with name and date",
        "ask for it, and consult the IRO and the designated teacher",
    )
}
