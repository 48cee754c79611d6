//! What the program brings along: configurations, templates, blank forms, the sample papers.

use std::path::Path;

use anyhow::{Context, Result};
use include_dir::{Dir, include_dir};

use crate::share::put;

static TEMPLATES: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/templates");
static SAMPLE_INBOX: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/sample-inbox");

const NELC: &str = include_str!("../../config.toml");
const REDBRIDGE: &str = include_str!("../../panels/redbridge.toml");

/// The panels a folder can be made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Panel {
    Nelc,
    Redbridge,
}

impl Panel {
    pub const fn configuration(self) -> &'static str {
        match self {
            Panel::Nelc => NELC,
            Panel::Redbridge => REDBRIDGE,
        }
    }

    /// The folder of its blank forms in `templates/forms`.
    pub const fn forms(self) -> &'static str {
        match self {
            Panel::Nelc => "nelc",
            Panel::Redbridge => "redbridge",
        }
    }
}

/// Puts the templates into `folder`, the blank forms left out.
///
/// Fails when the folder cannot be written to.
pub fn templates(folder: &Path) -> Result<()> {
    let wanted = |file: &Path| !file.starts_with("forms");
    lay_out(&TEMPLATES, folder, &wanted)
}

/// Puts the panel's blank forms into `folder`.
///
/// Fails when the folder cannot be written to.
pub fn forms(panel: Panel, folder: &Path) -> Result<()> {
    let below = Path::new("forms").join(panel.forms());
    let Some(forms) = TEMPLATES.get_dir(&below) else { return Ok(()) };
    for file in forms.files() {
        let name = file.path().file_name().context("a form without a name")?;
        put::put(&folder.join(name), file.contents())?;
    }
    Ok(())
}

/// One paper of the sample inbox, by its path below it.
///
/// Fails when the sample holds no such file.
pub fn sample(file: &str) -> Result<&'static [u8]> {
    let file = SAMPLE_INBOX.get_file(file).with_context(|| format!("`{file}` is not in the sample inbox"))?;
    Ok(file.contents())
}

fn lay_out(from: &Dir<'_>, to: &Path, wanted: &dyn Fn(&Path) -> bool) -> Result<()> {
    for file in from.files().filter(|file| wanted(file.path())) {
        put::put(&to.join(file.path()), file.contents())?;
    }
    for folder in from.dirs() {
        lay_out(folder, to, wanted)?;
    }
    Ok(())
}

/// A shipped template by name.
///
/// Fails when none of that name is shipped.
pub fn template(name: &str) -> Result<&'static [u8]> {
    let file = TEMPLATES.get_file(name).with_context(|| format!("there is no template `{name}`"))?;
    Ok(file.contents())
}

/// The same as text.
///
/// Fails when none of that name is shipped, or it is no text.
pub fn text(name: &str) -> Result<&'static str> {
    std::str::from_utf8(template(name)?).with_context(|| format!("the template `{name}` is no text"))
}
