//! Checks on the placement: its type, its provider, its registration, where it is and how long it lasts.

use crate::panel::connected_carers;
use crate::panel::crosschecks::asked::{asks, given, placement, surely};
use crate::panel::crosschecks::check::{Check, Say, say};
use crate::panel::crosschecks::child::{is_outward, postcode_in, same_postcode};
use crate::panel::look::CaseLook;
use crate::panel::when;

pub(crate) const CHECKS: &[Check] = &[
    Check { name: "provider-type-and-placement", run: provider_type },
    Check { name: "deprivation-of-liberty-placement", run: deprivation_of_liberty },
    Check { name: "urn-missing", run: urn_missing },
    Check { name: "urn-unusual", run: urn_unusual },
    Check { name: "unregistered-placement", run: unregistered },
    Check { name: "adoption-without-placement-order", run: adoption },
    Check { name: "connected-carer-approval-too-long", run: approval_too_long },
    Check { name: "connected-carer-approval-ends", run: approval_ends },
    Check { name: "temporary-too-long", run: temporary_too_long },
    Check { name: "placement-postcode-wrong", run: placement_postcode_wrong },
    Check { name: "home-and-placement-postcode-same", run: postcodes_same },
];

/// Provider types and the placements they cannot go with; `PR0` the other way round.
const NOT_WITH: [(&str, &[&str]); 5] = [
    ("PR1", &["P1", "R2", "R5"]),
    ("PR2", &["P1", "R2", "R5"]),
    ("PR3", &["P1", "A3", "A4", "A5", "A6", "K1", "K2", "U1", "U2", "U3", "U4", "U5", "U6"]),
    ("PR4", &["P1"]),
    ("PR5", &["P1"]),
];

fn provider_type(look: &CaseLook<'_>) -> Option<Say> {
    let provider = look.form.code("provider_type")?;
    let types = placement(look);
    let contradicts = if provider == "PR0" {
        !types.is_empty() && !types.contains(&"P1")
    } else {
        NOT_WITH.iter().any(|(code, never)| *code == provider && surely(&types, never))
    };
    if !contradicts {
        return None;
    }
    let written = look.form.code("placement_type").unwrap_or_default();
    let label = |list: &str, code: &str| {
        let known = look.rules.codes.list(list).and_then(|list| list.get(code));
        known.map_or_else(|| code.to_owned(), |known| known.label.to_lowercase())
    };
    let message = format!(
        "a {} cannot be provided by {} (`{provider}`)",
        label("placement_type", written),
        label("provider_type", provider)
    );
    say("provider_type", message, "correct the provider type or the type of placement")
}

fn deprivation_of_liberty(look: &CaseLook<'_>) -> Option<Say> {
    let is_so = look.form.yes("dol") == Some(true) && surely(&placement(look), &["K1", "P1", "R5", "K3"]);
    if !is_so {
        return None;
    }
    say(
        "dol",
        "a child deprived of liberty by the court's leave cannot be in this type of placement",
        "check the order and the type of placement",
    )
}

fn says_unregistered(look: &CaseLook<'_>) -> bool {
    let urn = look.form.text("urn").unwrap_or_default().to_lowercase();
    ["unregistered", "not registered", "no registration"].iter().any(|words| urn.contains(words))
}

/// Not asked of placements that have none, nor outside England.
fn urn_missing(look: &CaseLook<'_>) -> Option<Say> {
    let code = look.form.code("placement_type")?;
    let exempt = look.rules.codes.list("placement_type").is_some_and(|list| list.in_group(code, "no_urn"));
    let identified = given(look, "provider") || given(look, "establishment");
    let abroad = look.form.text("placement_la").is_some_and(|place| {
        let place = place.to_lowercase();
        ["wales", "scotland", "ireland"].iter().any(|country| place.contains(country))
    });
    if exempt || !identified || abroad || given(look, "urn") || !asks(look, "urn") {
        return None;
    }
    say(
        "urn",
        "the placement's Ofsted number is not given",
        "copy the URN from the provider's certificate, or write `unregistered`",
    )
}

/// Digits, or `SC` and digits; another inspectorate's number says whose it is.
fn urn_unusual(look: &CaseLook<'_>) -> Option<Say> {
    let written = look.form.text("urn")?.trim();
    let upper = written.to_uppercase();
    let elsewhere =
        ["CQC", "CIW", "N/A", "NOT APPLICABLE", "APPLIED", "PENDING"].iter().any(|word| upper.contains(word));
    let digits = upper.strip_prefix("SC").unwrap_or(&upper);
    let fits = (5..=8).contains(&digits.len()) && digits.chars().all(|c| c.is_ascii_digit());
    if written.is_empty() || fits || elsewhere || says_unregistered(look) {
        return None;
    }
    say(
        "urn",
        format!("`{written}` does not look like an Ofsted number"),
        "it has 5 to 8 digits, some with `SC` before them",
    )
}

fn unregistered(look: &CaseLook<'_>) -> Option<Say> {
    let list = look.rules.codes.list("placement_type");
    let by_type = look.form.code("placement_type").zip(list).is_some_and(|(code, list)| {
        list.get(code).is_some_and(|known| known.groups.iter().any(|group| group == "unregistered"))
    });
    if !by_type && !says_unregistered(look) {
        return None;
    }
    say(
        "urn",
        "the placement is not registered",
        "the panel must know why, who agreed it, and what is done to end it or register it",
    )
}

fn adoption(look: &CaseLook<'_>) -> Option<Say> {
    let status = look.form.code("legal_status")?;
    if status == "E1" || !surely(&placement(look), &["A5", "A6"]) {
        return None;
    }
    say(
        "legal_status",
        "a child placed for adoption under a placement order must have one (`E1`)",
        "check the legal status",
    )
}

/// Sixteen weeks, and one extension of up to eight.
fn approval_too_long(look: &CaseLook<'_>) -> Option<Say> {
    let approval = connected_carers::approval(&look.rules.connected_carers, look.form)?;
    if approval.ends <= approval.latest {
        return None;
    }
    let message = format!(
        "the connected carer's temporary approval of {} is extended to {}; {} is the latest day",
        when::day(approval.given),
        when::day(approval.ends),
        when::day(approval.latest)
    );
    say("reg24_extended_to", message, "check both dates, and take advice where the approval has run out")
}

fn approval_ends(look: &CaseLook<'_>) -> Option<Say> {
    let approval = connected_carers::approval(&look.rules.connected_carers, look.form)?;
    if look.meeting.date < approval.due {
        return None;
    }
    let (on, over) = (when::day(approval.ends), approval.ends < look.meeting.date);
    let message =
        format!("the connected carer's temporary approval {} on {on}", if over { "ended" } else { "ends" });
    let hint = if approval.extended {
        "say how far the full assessment is, and what happens on that day"
    } else {
        "say how far the full assessment is, and whether the one extension is asked for"
    };
    say("reg24_on", message, hint)
}

fn temporary_too_long(look: &CaseLook<'_>) -> Option<Say> {
    let (from, to) = (look.form.date("start_date")?, look.form.date("end_date")?);
    let types = placement(look);
    let days = (to - from).num_days();
    let limit = if surely(&types, &["T4"]) {
        7
    } else if surely(&types, &["T3"]) {
        21
    } else {
        return None;
    };
    if days <= limit {
        return None;
    }
    say(
        "end_date",
        format!("this temporary placement lasts {days} days, and {limit} is the most"),
        "check the dates or the type of placement",
    )
}

fn placement_postcode_wrong(look: &CaseLook<'_>) -> Option<Say> {
    let written = look.form.text("placement_postcode")?.trim();
    let upper = written.to_uppercase();
    let outward = upper.split_whitespace().any(is_outward);
    if written.is_empty() || outward || postcode_in(written).is_some() || upper.contains("CONFIDENTIAL") {
        return None;
    }
    say("placement_postcode", format!("`{written}` holds no postcode"), "the first half is enough: `DN31`")
}

fn postcodes_same(look: &CaseLook<'_>) -> Option<Say> {
    same_postcode(look)?;
    if surely(&placement(look), &["P1"]) {
        return None;
    }
    say(
        "placement_postcode",
        "the child's home and the placement have the same postcode",
        "only a placement with parents is at home; check both",
    )
}
