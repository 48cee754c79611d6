//! The administrator's own templates, and the shipped ones where she has none.

use std::fs;
use std::io::ErrorKind;

use anyhow::{Context, Result};

use crate::clerk::house::House;
use crate::clerk::shipped;
use crate::pack::front::SHIPPED;
use crate::pack::plan::Plan;

/// A text template from the templates folder; `shipped` where there is none of that name.
///
/// Fails when it is there and cannot be read.
pub fn text(house: &House, name: &str, shipped: &str) -> Result<String> {
    Ok(own(house, name)?.unwrap_or_else(|| shipped.to_owned()))
}

/// The administrator's own text template, where she has one of that name.
///
/// Fails when it is there and cannot be read.
pub fn own(house: &House, name: &str) -> Result<Option<String>> {
    let path = house.config.templates.join(name);
    match fs::read_to_string(&path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("the template `{}`", path.display())),
    }
}

/// The template of a pack's sheets: the one that the pack was pressed with.
///
/// Fails when it is there and cannot be read.
pub fn of_pack(house: &House, plan: &Plan) -> Result<String> {
    if plan.shipped_sheets { Ok(SHIPPED.to_owned()) } else { text(house, "pack.typ", SHIPPED) }
}

/// A Word template.
///
/// Fails when it is neither in the folder nor shipped, or cannot be read.
pub fn word(house: &House, name: &str) -> Result<Vec<u8>> {
    let path = house.config.templates.join(name);
    match fs::read(&path) {
        Ok(bytes) => Ok(bytes),
        Err(error) if error.kind() == ErrorKind::NotFound => shipped::template(name).map(<[u8]>::to_vec),
        Err(error) => Err(error).with_context(|| format!("the template `{}`", path.display())),
    }
}
