//! What a reader shows as each page's number: it must be the number that is printed on it.

use hayro_syntax::object::{Array, Dict, Name, Object};

use crate::pack::paging::Held;

/// Whether the labels in a pack's catalog are the numbers of the pages it holds.
pub(crate) fn are_printed(catalog: &Dict<'_>, held: &Held) -> bool {
    let labels = catalog.get::<Dict<'_>>("PageLabels").and_then(|labels| labels.get::<Array<'_>>("Nums"));
    let listed = labels.map(|nums| nums.iter::<Object<'_>>().collect()).unwrap_or_default();
    let mut at = 0;
    let mut due = Vec::new();
    for run in held.runs() {
        due.push((at, run.first));
        at += run.last + 1 - run.first;
    }
    labelled(listed) == Some(due)
}

/// From which page, counted from 0, labels go on from which number; none where one of them is no plain number.
fn labelled(listed: Vec<Object<'_>>) -> Option<Vec<(u32, u32)>> {
    let mut labels = Vec::new();
    let mut listed = listed.into_iter();
    while let Some(at) = listed.next() {
        let label = listed.next()?.into_dict()?;
        if label.len() > 2 || label.get::<Name<'_>>("S")?.as_str() != "D" {
            return None;
        }
        let starts = label.get::<i32>("St").unwrap_or(1);
        labels.push((u32::try_from(at.into_i32()?).ok()?, u32::try_from(starts).ok()?));
    }
    Some(labels)
}
