//! Makes the sample inbox: fictional children, realistic papers, the same bytes each time.
//!
//! `cargo run --example make_sample_inbox` writes the blank forms (`templates/forms/`), `sample-inbox/` (NELC), the week in which its papers
//! arrive (`sample/week.toml`) and `tests/fixtures/redbridge/`; into the project, or into a folder that is named.

mod mark;
mod word;
mod plan;
mod form;
mod prose;
mod leaf;
mod photo;
mod sheet;
mod spoiled;
mod week;

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail};

use crate::plan::{Case, Form, Paper};
use crate::word::FICTIONAL;

/// The date in the properties of the blank forms.
const ISSUED: &str = "2026-09-01T09:00:00Z";

fn main() -> Result<()> {
    let project = Path::new(env!("CARGO_MANIFEST_DIR"));
    let source = project.join("examples/make_sample_inbox");
    let out = std::env::args_os().nth(1).map_or_else(|| project.to_owned(), PathBuf::from);
    let mut forms = plan::read_all::<Form>(&source.join("forms"))?;
    for (name, form) in &mut forms {
        worded(name, form, project).with_context(|| format!("in the form `{name}`"))?;
    }
    for (panel, inbox) in [("nelc", "sample-inbox"), ("redbridge", "tests/fixtures/redbridge")] {
        let inbox = out.join(inbox);
        if inbox.exists() {
            fs::remove_dir_all(&inbox).with_context(|| format!("cannot empty `{}`", inbox.display()))?;
        }
        let mut arrivals = Vec::new();
        for case in plan::read_all::<Case>(&source.join(panel))?.values() {
            for paper in &case.paper {
                let made =
                    make(paper, case, &forms).with_context(|| format!("`{}/{}`", case.folder, paper.file))?;
                let file = if case.folder == "." {
                    paper.file.clone()
                } else {
                    format!("{}/{}", case.folder, paper.file)
                };
                put(&inbox.join(&file), &made)?;
                arrivals.push((paper.saved.clone(), file));
            }
        }
        println!("{} files in {}", arrivals.len(), inbox.display());
        blank_forms(&out.join("templates/forms").join(panel), panel, &forms)?;
        earlier_forms(&out.join("tests/fixtures/earlier-forms"), panel, &forms)?;
        put_howto(
            &out.join("templates/forms").join(panel),
            &source.join("howto").join(format!("{panel}.toml")),
        )?;
        if panel == "nelc" {
            let week = week::played(&source.join("week.toml"), arrivals)?;
            put(&out.join("sample/week.toml"), week.as_bytes())?;
        }
    }
    Ok(())
}

/// Gives the questions of a panel's own form the panel's own wording, so that findings call them as the form does.
fn worded(name: &str, form: &mut Form, project: &Path) -> Result<()> {
    let configuration = match form.panel.as_str() {
        "" => return Ok(()),
        "nelc" => "config.toml".to_owned(),
        panel => format!("panels/{panel}.toml"),
    };
    let config =
        panelclerk::config::load(&project.join(&configuration)).map_err(|mistakes| anyhow!("{mistakes}"))?;
    let key = name.split_once('-').map_or(name, |(_, key)| key);
    let key = if key == "taxi" { "taxi_request" } else { key };
    let rule = config.rules.forms.iter().find(|rule| rule.key == key);
    let rule = rule.with_context(|| format!("`{configuration}` has no form `{key}`"))?;
    for field in
        form.section.iter_mut().flat_map(|section| &mut section.fields).filter(|field| field.label.is_empty())
    {
        let asked = rule.fields.iter().find(|asked| asked.key.as_str() == field.key);
        let asked = asked.with_context(|| format!("`{configuration}` does not ask for `{}`", field.key))?;
        field.label.clone_from(&asked.label);
    }
    Ok(())
}

/// The panel's own forms, unfilled; the older layouts that teams still use are not handed out.
fn blank_forms(folder: &Path, panel: &str, forms: &BTreeMap<String, Form>) -> Result<()> {
    let names = match panel {
        "redbridge" => [
            ("referral", "Commissioning Panel referral form.docx"),
            ("update", "Commissioning Panel Update form.docx"),
            ("taxi", "Commissioning Panel Taxi request form.docx"),
        ],
        _ => [
            ("referral", "Referral form.docx"),
            ("update", "Update form.docx"),
            ("taxi", "Taxi request.docx"),
        ],
    };
    for (key, name) in names {
        let form =
            forms.get(&format!("{panel}-{key}")).with_context(|| format!("{panel} has no {key} form"))?;
        let blank = form::fill(
            form,
            &BTreeMap::new(),
            "Placement Panel",
            ISSUED,
            "OFFICIAL-SENSITIVE when completed",
        )?;
        put(&folder.join(name), &blank)?;
    }
    Ok(())
}

/// The year before's forms, unfilled: teams keep them, and they are still read.
fn earlier_forms(folder: &Path, panel: &str, forms: &BTreeMap<String, Form>) -> Result<()> {
    for key in ["referral", "update", "taxi"] {
        let name = format!("{panel}-{key}-2025");
        let form = forms.get(&name).with_context(|| format!("there is no form `{name}`"))?;
        let blank = form::fill(
            form,
            &BTreeMap::new(),
            "Placement Panel",
            ISSUED,
            "OFFICIAL-SENSITIVE when completed",
        )?;
        put(&folder.join(format!("{panel}-{key}.docx")), &blank)?;
    }
    Ok(())
}

fn put_howto(folder: &Path, source: &Path) -> Result<()> {
    let text = fs::read_to_string(source).with_context(|| format!("cannot read `{}`", source.display()))?;
    let page: Paper = toml::from_str(&text).with_context(|| format!("in `{}`", source.display()))?;
    put(&folder.join(&page.file), &prose::document(&page, "Questions? Ask the panel administrator")?)
}

fn make(paper: &Paper, case: &Case, forms: &BTreeMap<String, Form>) -> Result<Vec<u8>> {
    let form = || forms.get(&paper.form).with_context(|| format!("there is no form `{}`", paper.form));
    match paper.make.as_str() {
        "form" => form::fill(form()?, &case.answers(paper), &paper.author, &paper.saved, FICTIONAL),
        "sheet" => sheet::workbook(form()?, &case.answers(paper), FICTIONAL),
        "document" => prose::document(paper, FICTIONAL),
        "pdf" => leaf::pdf(paper, FICTIONAL),
        "pdf_fields" => leaf::with_fields(paper, FICTIONAL),
        "cut_pdf" => Ok(spoiled::cut_short(&leaf::pdf(paper, FICTIONAL)?, 620)),
        "photo" => {
            let page = photo::draw(leaf::pdf(paper, FICTIONAL)?, 0, 1.6)?;
            photo::jpeg_on_its_side(photo::on_a_desk(&page, 1.7), 62)
        }
        "scan" => photo::scan_png(&photo::draw(leaf::pdf(paper, FICTIONAL)?, 0, 1.7)?),
        "scan_pdf" => leaf::of_picture(&photo::draw(leaf::pdf(paper, FICTIONAL)?, 0, 1.7)?),
        "protected" => spoiled::password_protected(&paper.file),
        "lock" => Ok(spoiled::lock_file(&paper.author)),
        "thumbs" => spoiled::thumbs_db(),
        other => bail!("nothing makes `{other}`"),
    }
}

fn put(path: &Path, content: &[u8]) -> Result<()> {
    let folder = path.parent().context("a paper lies in a folder")?;
    fs::create_dir_all(folder).with_context(|| format!("cannot make `{}`", folder.display()))?;
    let mut file =
        tempfile::Builder::new().permissions(fs::Permissions::from_mode(0o644)).tempfile_in(folder)?;
    file.write_all(content)?;
    file.persist(path).with_context(|| format!("cannot write `{}`", path.display()))?;
    Ok(())
}
