//! Handlebars made strict: a missing field is a mistake wherever it stands, and text goes into Word as Word writes it.

use std::collections::BTreeSet;

use handlebars::{
    Context, Handlebars, Helper, HelperDef, HelperResult, JsonRender, JsonTruthy, Output, RenderContext,
    RenderErrorReason, Renderable,
};
use serde_json::Value;

use crate::stationery::tags::{BadTag, Sort, Tag};
use crate::stationery::xml_tree::escaped;

/// Around the number of a piece of XML in the text that Handlebars sees; no text may hold these characters.
pub const PIECE: [char; 2] = ['\u{FDD0}', '\u{FDD1}'];

/// Begins what stands in place of such a number for a mark; its name follows.
pub const MARK: &str = "mark ";

/// A tag as Handlebars gets it. On its own, `each` and `with` take a missing field for an empty one, and a list is printed as
/// the word `[object]`.
pub fn strict(tag: &Tag) -> String {
    let mut words = tag.code.trim_matches(['{', '}']).trim_start_matches('#').split_whitespace();
    let (first, second) = (words.next().unwrap_or_default(), words.next());
    match (&tag.sort, second) {
        (Sort::Value, None) => format!("{{{{show {first}}}}}"),
        (Sort::Open(_), Some(field)) if !field.starts_with('(') => {
            format!("{{{{needed {field}}}}}{}", tag.code)
        }
        _ => tag.code.clone(),
    }
}

pub fn engine() -> Handlebars<'static> {
    let mut engine = Handlebars::new();
    engine.set_strict_mode(true);
    engine.register_escape_fn(as_run_text);
    engine.register_helper("needed", Box::new(Needed));
    engine.register_helper("show", Box::new(Show));
    engine.register_helper("mark", Box::new(Mark));
    engine.register_helper("if", Box::new(Condition { wanted: true }));
    engine.register_helper("unless", Box::new(Condition { wanted: false }));
    engine
}

/// A value as it may stand in a text element: escaped, line breaks and tabs as Word writes them.
fn as_run_text(value: &str) -> String {
    let plain = value.replace("\r\n", "\n").replace(['\r', '\u{2028}', '\u{2029}', '\u{B}'], "\n");
    escaped(&plain)
        .replace('\n', "</w:t><w:br/><w:t xml:space=\"preserve\">")
        .replace('\t', "</w:t><w:tab/><w:t xml:space=\"preserve\">")
}

/// Prints nothing; fails where its field is missing.
struct Needed;

impl HelperDef for Needed {
    fn call<'reg: 'rc, 'rc>(
        &self,
        helper: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        _: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
        _: &mut dyn Output,
    ) -> HelperResult {
        field(helper)?;
        Ok(())
    }
}

/// Prints a field, which must be there and must not be a list.
struct Show;

impl HelperDef for Show {
    fn call<'reg: 'rc, 'rc>(
        &self,
        helper: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        _: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
        out: &mut dyn Output,
    ) -> HelperResult {
        let value = field(helper)?;
        if value.is_array() || value.is_object() {
            return Err(RenderErrorReason::InvalidParamType("text").into());
        }
        out.write(&as_run_text(&value.render()))?;
        Ok(())
    }
}

/// Prints the mark named by a text and a field.
struct Mark;

impl HelperDef for Mark {
    fn call<'reg: 'rc, 'rc>(
        &self,
        helper: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        _: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
        out: &mut dyn Output,
    ) -> HelperResult {
        let named: String = helper.params().iter().map(|part| part.value().render()).collect();
        let named: String =
            named.chars().filter(|letter| letter.is_alphanumeric() || *letter == '_').collect();
        let [open, close] = PIECE;
        out.write(&format!("{open}{MARK}{named}{close}"))?;
        Ok(())
    }
}

/// `if` and `unless` that know a missing field from an empty one; Handlebars' own do not, even in strict mode.
struct Condition {
    wanted: bool,
}

impl HelperDef for Condition {
    fn call<'reg: 'rc, 'rc>(
        &self,
        helper: &Helper<'rc>,
        engine: &'reg Handlebars<'reg>,
        context: &'rc Context,
        state: &mut RenderContext<'reg, 'rc>,
        out: &mut dyn Output,
    ) -> HelperResult {
        let holds = field(helper)?.is_truthy(false) == self.wanted;
        match if holds { helper.template() } else { helper.inverse() } {
            Some(branch) => branch.render(engine, context, state, out),
            None => Ok(()),
        }
    }
}

fn field<'a>(helper: &'a Helper<'_>) -> Result<&'a Value, RenderErrorReason> {
    let parameter = helper.param(0).ok_or(RenderErrorReason::ParamNotFoundForIndex("block", 0))?;
    if parameter.is_value_missing() {
        return Err(RenderErrorReason::MissingVariable(parameter.relative_path().cloned()));
    }
    Ok(parameter.value())
}

pub fn explained(typed: &str, reason: &RenderErrorReason, data: &Value) -> BadTag {
    let (message, hint) = match reason {
        RenderErrorReason::MissingVariable(path) => {
            let path = path.clone().unwrap_or_else(|| typed.trim_matches(['{', '}', ' ']).to_owned());
            (format!("there is no field `{path}` here"), nearest_field(&path, data))
        }
        RenderErrorReason::HelperNotFound(name) => {
            (format!("there is no field and no function `{name}`"), nearest_field(name, data))
        }
        RenderErrorReason::InvalidParamType(_) => {
            let name = typed.trim_matches(['{', '}', ' ']);
            let hint = format!("go through it with `{{{{#each {name}}}}}`, or name a field in it");
            (format!("`{name}` is a list, not a text"), hint)
        }
        other => (other.to_string(), "write the tag as the guide to the templates shows".to_owned()),
    };
    BadTag { typed: typed.to_owned(), message, hint }
}

/// A hint naming the field most like `path`.
fn nearest_field(path: &str, data: &Value) -> String {
    let asked = path.rsplit(['.', '/']).next().unwrap_or(path);
    let mut names = BTreeSet::new();
    field_names(data, &mut names);
    let near = names
        .iter()
        .map(|name| (strsim::jaro_winkler(asked, name), *name))
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .filter(|(likeness, _)| *likeness > 0.8);
    match near {
        Some((_, name)) if name == asked => {
            format!("`{name}` is a field of another place; check the blocks around it")
        }
        Some((_, name)) => format!("did you mean `{name}`?"),
        None => "the guide to the templates lists the fields".to_owned(),
    }
}

fn field_names<'a>(value: &'a Value, names: &mut BTreeSet<&'a str>) {
    match value {
        Value::Object(fields) => {
            for (name, inner) in fields {
                names.insert(name);
                field_names(inner, names);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| field_names(item, names)),
        _ => {}
    }
}
