//! Which paper of the sample arrives when.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use serde::Deserialize;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Week {
    meeting: String,
    step: Vec<Step>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Step {
    at: String,
    what: String,
}

/// The steps with their files: each file at the first step after it was saved.
pub fn played(path: &Path, mut arrivals: Vec<(String, String)>) -> Result<String> {
    let text = fs::read_to_string(path).with_context(|| format!("cannot read `{}`", path.display()))?;
    let week: Week = toml::from_str(&text).with_context(|| format!("in `{}`", path.display()))?;
    let mut out = format!(
        "# Made by examples/make_sample_inbox: what arrives when in the sample's week.\n\
         # `files` are below sample-inbox/; a step without files is a moment to look again.\nmeeting = \"{}\"\n",
        week.meeting
    );
    for step in &week.step {
        let here: Vec<_> =
            arrivals.extract_if(.., |(saved, _)| *saved <= step.at).map(|(_, file)| file).collect();
        write!(out, "\n[[step]]\nat = \"{}\"\nwhat = \"{}\"\nfiles = [\n", step.at, step.what)?;
        for file in here {
            writeln!(out, "    \"{file}\",")?;
        }
        out.push_str("]\n");
    }
    if let Some((saved, file)) = arrivals.first() {
        bail!("`{file}`, saved {saved}, is later than the last step");
    }
    Ok(out)
}
