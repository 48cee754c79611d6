//! A look at the templates of the house whenever one was saved, before anybody needs it.

use std::fs;
use std::path::Path;

use anyhow::Result;
use serde_json::Value;

use crate::clerk::steps::Steps;
use crate::clerk::work::Work;
use crate::desk::guard;
use crate::stationery::html;
use crate::stationery::word::{self, WordError};

/// Looks at the templates that letters and records are made from, each when it was saved. One that cannot be used is said
/// before anybody needs it; pages fall back on the shipped ones, what a person is waiting for says why it was not made.
pub fn look_at(work: &mut Work<'_>, steps: &mut Steps) {
    let folder = work.house.config.templates.clone();
    let inside = steps.take(
        "templates",
        &folder,
        "cannot be read; the ones that came with the program are used",
        || {
            let inside = fs::read_dir(&folder)?.collect::<std::io::Result<Vec<_>>>()?;
            let mut names: Vec<String> =
                inside.iter().filter_map(|entry| entry.file_name().into_string().ok()).collect();
            names.sort();
            Ok(names)
        },
    );
    for name in inside.unwrap_or_default() {
        let page = ["receipt.hbs", "board.hbs"].contains(&name.as_str());
        let sort = Path::new(&name).extension().and_then(|ending| ending.to_str());
        if page || name.starts_with(['.', '~']) || !matches!(sort, Some("hbs" | "docx")) {
            continue;
        }
        let path = folder.join(&name);
        let step = format!("template {name}");
        let fault = steps.take(&step, &path, "cannot be read", || {
            let stamp = guard::stamp(&work.house.shares, &path)?.unwrap_or_default();
            let known = work.made(&step).filter(|made| made.stamp == stamp).map(|made| made.basis.clone());
            if let Some(fault) = known {
                return Ok(fault);
            }
            let fault = fault(&path, &name)?;
            work.note(&step, &fault, &stamp);
            Ok(fault)
        });
        if let Some(fault) = fault.filter(|fault| !fault.is_empty()) {
            let hint = "correct it; moved away, the one that came with the program is used";
            let (fault, hint) = fault.split_once("; hint: ").unwrap_or((&fault, hint));
            steps.amiss(&step, &path, &format!("cannot be used: {fault}"), hint);
        }
    }
}

/// Why a template could not be used whatever it is filled with; empty where it could.
fn fault(path: &Path, name: &str) -> Result<String> {
    let bytes = fs::read(path)?;
    if name.ends_with(".docx") {
        // Without facts every tag is a mistake; here only its being a Word document counts.
        return Ok(match word::fill(&bytes, name, &Value::Null) {
            Err(WordError::Encrypted { why, .. }) => why.to_owned(),
            Err(WordError::NotWord { .. }) => "it is not a Word document".to_owned(),
            _ => String::new(),
        });
    }
    let text = std::str::from_utf8(&bytes);
    let sound = text.map_err(|_| "it is no text".to_owned());
    let sound = sound.and_then(|text| html::check(text, name).map_err(|error| error.reason));
    Ok(sound.err().unwrap_or_default())
}
