//! Each letter held against what it claims, before anybody is handed it.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result};

use crate::clerk::letters::delivery::Delivery;
use crate::clerk::letters::material::Material;
use crate::clerk::letters::passwords::Passwords;
use crate::clerk::sitting::Sitting;
use crate::clerk::usage::Usage;
use crate::panel::case::Case;
use crate::panel::ids::CaseId;
use crate::panel::telltale::{Telltale, folded_words};
use crate::post::claims::{CheckLetter, Claims};
use crate::worker::pool::Pool;

/// Names that dates are written with: some are children's names too.
const CALENDAR: &str = "monday tuesday wednesday thursday friday saturday sunday january february march april may june july august \
                        september october november december mon tue wed thu fri sat sun jan feb mar apr jun jul aug sep oct nov dec";

/// Checks the letters of one `send`.
#[derive(Debug)]
pub struct Checker {
    worker: Pool,
    /// What tells of each case of the meeting.
    telltales: BTreeMap<CaseId, Telltale>,
}

impl Checker {
    /// Fails when the data folder cannot be written to.
    pub fn open(material: &Material<'_>) -> Result<Self> {
        let cases = &material.sitting.casebook.cases;
        let telltale = |case: &Case| (case.id.clone(), Telltale::of(case, &ordinary(material, case)));
        Ok(Checker { worker: material.house.press()?, telltales: cases.iter().map(telltale).collect() })
    }

    /// Holds a letter's bytes against what it claims.
    ///
    /// Fails when it is not as it claims, in words for the administrator.
    pub fn check(
        &self,
        material: &Material<'_>,
        delivery: &Delivery,
        passwords: &Passwords,
        message: &[u8],
    ) -> Result<()> {
        let to = &delivery.posting.to;
        let of_files = delivery.posting.files.iter().flat_map(|file| &file.withheld);
        let mut withheld: BTreeSet<&CaseId> = to.withheld.iter().chain(of_files).collect();
        if to.what.tells_of_no_case() {
            withheld.extend(self.telltales.keys());
        }
        let files = delivery.claimed()?;
        let password =
            files.iter().any(|file| file.protected).then(|| passwords.of(&to.email)).transpose()?;
        let claims = Claims {
            to: to.email.clone(),
            files,
            password: password.flatten().map(str::to_owned),
            withheld: withheld.into_iter().map(|case| self.telltale(case)).collect(),
        };
        let mut faults = Vec::new();
        let mut hold = |message: &[u8], claims: Claims| -> Result<()> {
            let file = material.house.copied_in(message)?;
            let job = CheckLetter { message: file.path().to_owned(), claims };
            let answer =
                self.worker.ask(&job).with_context(|| format!("the email to `{}`", to.email))?.answer;
            faults.extend(answer);
            Ok(())
        };
        match delivery.with_linked(material)? {
            None => hold(message, claims)?,
            Some(as_attached) => {
                hold(&as_attached, claims.clone())?;
                hold(message, Claims { files: Vec::new(), ..claims })?;
            }
        }
        let Some(fault) = faults.first() else { return Ok(()) };
        Err(Usage::new(format!("the email to `{}` is not what it claims to be: {fault}", to.email))
            .hint("nothing was sent and no draft was written; report this, and look at the templates and the agenda in the folder")
            .into())
    }

    /// Of a case that left the meeting, its number.
    fn telltale(&self, case: &CaseId) -> Telltale {
        self.telltales.get(case).cloned().unwrap_or_else(|| Telltale::of_number(case))
    }
}

/// Words that stand in letters and packs anyway: people's names, other children's, the panel's own words, months and days.
fn ordinary(material: &Material<'_>, of: &Case) -> BTreeSet<String> {
    let Sitting { casebook, heading, .. } = material.sitting;
    let others = casebook.cases.iter().filter(|case| case.id != of.id);
    let children = others.flat_map(|case| [&case.child.name, &case.child.known_as]).flatten();
    let people = material.people.iter().flat_map(|person| [&person.name, &person.role, &person.agency]);
    let ours = [&heading.panel, &heading.council, &heading.venue, &heading.short, &material.signed];
    let templates = material.templates.iter();
    let texts = children.chain(people).chain(ours).chain(templates);
    let mut words: BTreeSet<String> = texts.flat_map(|text| folded_words(text)).collect();
    words.extend(CALENDAR.split(' ').map(str::to_owned));
    words
}
