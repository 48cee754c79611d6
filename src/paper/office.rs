//! Word, Excel and PowerPoint files into PDF with the embedded engine, set in the bundled faces.

use std::path::Path;

use office2pdf::config::{ConvertOptions, Format, XlsxUiScript};
use office2pdf::error::{ConvertError, ConvertWarning};

use crate::panel::seen::FileFormat;

/// Name and version of the engine, part of what a rendition is known by.
pub const ENGINE: &str = "office2pdf 0.10";

/// What the engine made.
#[derive(Debug)]
pub(crate) struct Rendered {
    pub pdf: Vec<u8>,
    /// Things it says it could not show, in its own words.
    pub warnings: Vec<String>,
}

/// Renders an Office file. An error is in the engine's words.
pub(crate) fn render(bytes: &[u8], format: FileFormat, fonts: &Path) -> Result<Rendered, String> {
    let format = match format {
        FileFormat::Word | FileFormat::WordMacro => Format::Docx,
        FileFormat::Excel | FileFormat::ExcelMacro => Format::Xlsx,
        FileFormat::PowerPoint => Format::Pptx,
        _ => return Err("not a file this engine reads".to_owned()),
    };
    let options = ConvertOptions {
        xlsx_ui_script: XlsxUiScript::Latin,
        font_paths: vec![fonts.to_owned()],
        ..ConvertOptions::default()
    };
    match office2pdf::convert_bytes(bytes, format, &options) {
        Ok(result) => {
            Ok(Rendered { pdf: result.pdf, warnings: result.warnings.iter().filter_map(unshown).collect() })
        }
        Err(ConvertError::UnsupportedEncryption) => Err("encrypted".to_owned()),
        Err(error) => Err(error.to_string()),
    }
}

/// What a warning says is not on the page; a stand-in that shows the same is no loss.
fn unshown(warning: &ConvertWarning) -> Option<String> {
    match warning {
        ConvertWarning::UnsupportedElement { element, .. } => Some(element.clone()),
        ConvertWarning::PartialElement { element, detail, .. } => Some(format!("{element}: {detail}")),
        ConvertWarning::ParseSkipped { reason, .. } => Some(reason.clone()),
        ConvertWarning::FallbackUsed { .. } => None,
    }
}
