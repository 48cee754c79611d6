//! Pages and texts from Handlebars templates, strictly: a tag without a fact is an error that names the template.
//!
//! [`page`] escapes every fact, so that a file named `<script>` is shown and not run; [`text`] is for plain-text bodies.

use handlebars::{Handlebars, RenderError, RenderErrorReason, TemplateError};
use serde_json::Value;
use thiserror::Error;

/// A template that asks for what is not there, or is not written rightly.
#[derive(Debug, Error)]
#[error("the template `{template}` could not be filled: {reason}")]
pub struct HtmlError {
    pub template: String,
    /// What is wrong with it, and in which line.
    pub reason: String,
}

/// An HTML page; facts are escaped.
pub fn page(template: &str, name: &str, facts: &Value) -> Result<String, HtmlError> {
    fill(&mut Handlebars::new(), template, name, facts)
}

/// A plain text; facts stand as they are.
pub fn text(template: &str, name: &str, facts: &Value) -> Result<String, HtmlError> {
    let mut engine = Handlebars::new();
    engine.register_escape_fn(handlebars::no_escape);
    fill(&mut engine, template, name, facts)
}

/// Whether a template is written rightly, whatever it is filled with.
pub fn check(template: &str, name: &str) -> Result<(), HtmlError> {
    let compiled = handlebars::Template::compile(template);
    let because = |fault| HtmlError { template: name.to_owned(), reason: not_written_rightly(&fault) };
    compiled.map(drop).map_err(because)
}

fn fill(engine: &mut Handlebars<'_>, template: &str, name: &str, facts: &Value) -> Result<String, HtmlError> {
    engine.set_strict_mode(true);
    engine
        .render_template(template, facts)
        .map_err(|fault| HtmlError { template: name.to_owned(), reason: reason(&fault) })
}

/// What is wrong with a template, as it is said to whoever wrote it.
fn reason(fault: &RenderError) -> String {
    let line = fault.line_no.map_or(String::new(), |line| format!("line {line}: "));
    match fault.reason() {
        RenderErrorReason::MissingVariable(Some(name)) => format!("{line}there is nothing called `{name}`"),
        RenderErrorReason::TemplateError(fault) => not_written_rightly(fault),
        other => format!("{line}{}", other.to_string().replace('\n', " ")),
    }
}

fn not_written_rightly(fault: &TemplateError) -> String {
    let (line, _) = fault.pos().unwrap_or_default();
    format!("line {line}: a tag is not written rightly, or is never closed")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::stationery::html::{page, text};

    #[test]
    fn a_page_shows_markup_and_does_not_obey_it() {
        let facts = json!({ "file": "<script>alert(1)</script> \"&\" {{7*7}}.docx" });
        let html = page("<td title=\"{{file}}\">{{file}}</td>", "board.hbs", &facts).unwrap();
        assert!(!html.contains("<script>"), "{html}");
        assert!(html.contains("&lt;script&gt;") && html.contains("{{7*7}}"), "{html}");
    }

    #[test]
    fn a_text_keeps_its_letters() {
        let facts = json!({ "name": "O’Brien & Sons <Łódź>" });
        assert_eq!(text("Dear {{name}}", "letter.txt.hbs", &facts).unwrap(), "Dear O’Brien & Sons <Łódź>");
    }

    #[test]
    fn a_missing_fact_names_the_template_and_the_tag() {
        let fault = page("a\n{{chair_person}}", "board.hbs", &json!({})).unwrap_err().to_string();
        assert!(fault.contains("`board.hbs`") && fault.contains("chair_person"), "{fault}");
        assert!(!fault.contains('\n'), "{fault}");
    }
}
