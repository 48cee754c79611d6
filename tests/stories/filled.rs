//! Somebody who fills in a panel's form in Word: the questions on the left, the answers on the right.

use crate::built::{docx, paragraph};

/// Answers that leave nothing to be asked, for a child of twelve.
const ANSWERS: [(&str, &str); 27] = [
    ("Date of referral", "23/11/2026"),
    ("Type of request", "New placement"),
    ("Child's name", "Robin Fictional"),
    ("Date of birth", "14/03/2014"),
    ("Legal status", "Full care order"),
    ("Emergency", "No"),
    ("Allocated social worker", "Priya Nair"),
    ("Team manager", "Gareth Powell"),
    ("Line manager", "Gareth Powell"),
    ("Head of service", "Hilary Head"),
    ("Who will present", "Priya Nair, Gareth Powell"),
    (
        "Reason for request",
        "The present carers are retiring at Christmas and Robin needs a family within reach of her school, where she has settled well and has friends",
    ),
    ("Permission given by", "Cato Chair"),
    ("AD permission given by", "Cato Chair"),
    ("Date of permission", "20/11/2026"),
    ("Search started on", "23/11/2026"),
    ("Type of placement sought", "Independent fostering agency placement"),
    ("Permanence plan", "Long-term fostering, to be matched by the spring"),
    ("Provider", "Example Fostering Ltd"),
    ("Start date", "14/12/2026"),
    ("Expected end date", "30/06/2028"),
    ("Total weekly cost", "£1,000.00"),
    ("Social care contribution", "£800.00"),
    ("Health contribution", "£200.00"),
    (
        "Alternatives considered",
        "Family, friends and every in-house carer were asked on 16 November; none of them can care for her at present",
    ),
    (
        "Child's wishes and feelings",
        "Robin would like a family with a dog, near her school, and to see her grandmother every week if she can",
    ),
    (
        "Parents' or carers' wishes and feelings",
        "Her mother agrees with the plan and would like to see her every fortnight, with somebody she knows",
    ),
];

/// A form under `title` of the case `id` with everything answered, but for what is said here.
pub fn form(title: &str, id: &str, other: &[(&str, &str)]) -> Vec<u8> {
    let row = |(label, answer): (&str, &str)| {
        let cell = |text: &str| format!("<w:tc>{}</w:tc>", paragraph(text));
        format!("<w:tr>{}{}</w:tr>", cell(label), cell(answer))
    };
    let usual = ANSWERS.into_iter().chain([("LCS ID", id), ("Protocol ID", id)]);
    let usual = usual.filter(|(label, _)| !other.iter().any(|(said, _)| said == label));
    let rows: String = usual.chain(other.iter().copied()).map(row).collect();
    docx("", &format!("{}<w:tbl>{rows}</w:tbl>{}", paragraph(title), paragraph("")))
}

/// A paper of one kind that says what it is and whose.
pub fn paper(title: &str, id: &str) -> Vec<u8> {
    let lines =
        [title, &format!("LCS ID: {id}"), "Date: 16 November 2026", "Robin has settled at her school."];
    docx("", &lines.map(paragraph).concat())
}
