//! The council's own directory of people, as it was exported into `office/Directory.csv` or `.xlsx`: whether somebody stands in it at an
//! address.

use std::collections::BTreeMap;

use encoding_rs::{UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use serde::{Deserialize, Serialize};

use crate::desk::layout::folded;
use crate::panel::audience::same_name;
use crate::stationery::excel::Value;
use crate::stationery::excel_in;

/// Headers under which exports have the address.
const ADDRESSES: [&str; 10] = [
    "email",
    "e-mail",
    "mail",
    "email address",
    "e-mail address",
    "primary smtp address",
    "primarysmtpaddress",
    "work email",
    "smtp address",
    "userprincipalname",
];
/// Headers under which exports have the name in one cell.
const NAMES: [&str; 6] = ["name", "display name", "displayname", "full name", "fullname", "employee name"];
const GIVEN: [&str; 5] = ["first name", "firstname", "given name", "givenname", "forename"];
const FAMILY: [&str; 5] = ["last name", "lastname", "surname", "family name", "sn"];

const HEADER_WITHIN: usize = 12;
const MOST_ROWS: usize = 200_000;

/// Somebody who is looked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sought {
    pub name: String,
    pub address: String,
}

/// What the directory says of those who were looked for.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Found {
    /// How many people it has.
    pub rows: usize,
    /// For each who was looked for, in order.
    pub matches: Vec<Match>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Match {
    /// This name at this address.
    Same,
    /// This name at another address.
    Elsewhere(String),
    /// Another name at this address.
    SomebodyElse(String),
    Nobody,
}

/// Looks them up. Runs in a worker.
///
/// Fails when it is neither a workbook nor a table of text, or has no column of names or addresses, in words for the administrator.
pub fn look_up(bytes: &[u8], sought: &[Sought]) -> Result<Found, String> {
    let rows = if bytes.starts_with(b"PK") { of_workbook(bytes)? } else { of_text(bytes)? };
    let entries = entries(&rows)?;
    let mut by_address: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for (name, address) in &entries {
        by_address.entry(address.to_lowercase()).or_default().push(name);
    }
    let one = |sought: &Sought| {
        let here = by_address.get(&sought.address.to_lowercase());
        if here.is_some_and(|names| names.iter().any(|name| same_name(name, &sought.name))) {
            return Match::Same;
        }
        if let Some(other) = here.and_then(|names| names.first()) {
            return Match::SomebodyElse((*other).to_owned());
        }
        let elsewhere = entries.iter().find(|(name, _)| same_name(name, &sought.name));
        elsewhere.map_or(Match::Nobody, |(_, address)| Match::Elsewhere(address.clone()))
    };
    Ok(Found { rows: entries.len(), matches: sought.iter().map(one).collect() })
}

/// Name and address of each row that has both.
fn entries(rows: &[Vec<String>]) -> Result<Vec<(String, String)>, String> {
    let of = |header: &[String], wanted: &[&str]| {
        header.iter().position(|cell| wanted.iter().any(|name| folded(name) == folded(cell)))
    };
    let header = rows.iter().take(HEADER_WITHIN).position(|row| of(row, &ADDRESSES).is_some());
    let at = header.ok_or("it has no column `Email`; export it with the columns `Name` and `Email`")?;
    let header = &rows[at];
    let address = of(header, &ADDRESSES).ok_or("it has no column `Email`")?;
    let (name, given, family) = (of(header, &NAMES), of(header, &GIVEN), of(header, &FAMILY));
    if name.is_none() && (given.is_none() || family.is_none()) {
        return Err("it has no column `Name`; export it with the columns `Name` and `Email`".to_owned());
    }
    let cell = |row: &[String], at: Option<usize>| {
        at.and_then(|at| row.get(at)).map_or("", |text| text.trim()).to_owned()
    };
    let entry = |row: &Vec<String>| {
        let said = match (given, family) {
            (Some(_), Some(_)) => format!("{} {}", cell(row, given), cell(row, family)),
            _ => cell(row, name),
        };
        let address = cell(row, Some(address));
        let address = address.strip_prefix("SMTP:").unwrap_or(&address).to_owned();
        (!said.trim().is_empty() && address.contains('@')).then_some((said, address))
    };
    Ok(rows[at + 1..].iter().filter_map(entry).collect())
}

fn of_workbook(bytes: &[u8]) -> Result<Vec<Vec<String>>, String> {
    let sheets = excel_in::read(bytes)?;
    let sheet = sheets.first().ok_or("it has no sheet")?;
    let mut rows: Vec<Vec<String>> = Vec::new();
    for ((row, column), value) in &sheet.cells {
        let (row, column) = (*row as usize, *column as usize);
        if rows.len() <= row {
            rows.resize(row + 1, Vec::new());
        }
        if let Value::Text(text) = value {
            let cells = &mut rows[row];
            if cells.len() <= column {
                cells.resize(column + 1, String::new());
            }
            cells[column].clone_from(text);
        }
    }
    Ok(rows)
}

/// Text with commas, semicolons or tabs between, as Excel, Active Directory and personnel systems write it.
fn of_text(bytes: &[u8]) -> Result<Vec<Vec<String>>, String> {
    let encoding = match bytes {
        [0xff, 0xfe, ..] => UTF_16LE,
        [0xfe, 0xff, ..] => UTF_16BE,
        _ if std::str::from_utf8(bytes).is_ok() => UTF_8,
        _ => WINDOWS_1252,
    };
    let (text, ..) = encoding.decode(bytes);
    if text.contains('\0') {
        return Err("it is neither an Excel workbook (.xlsx) nor a table of text (.csv)".to_owned());
    }
    let header = text.lines().find(|line| folded(line).contains("mail")).unwrap_or_default();
    let most = [',', ';', '\t'].into_iter().max_by_key(|sign| header.matches(*sign).count()).unwrap_or(',');
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(u8::try_from(most).unwrap_or(b','))
        .from_reader(text.as_bytes());
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| format!("it cannot be read as a table ({error})"))?;
        rows.push(record.iter().map(str::to_owned).collect());
        if MOST_ROWS < rows.len() {
            return Err("it has too many rows to be a council's directory".to_owned());
        }
    }
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn looked(bytes: &[u8], name: &str, address: &str) -> Match {
        let sought = [Sought { name: name.to_owned(), address: address.to_owned() }];
        look_up(bytes, &sought).unwrap().matches.remove(0)
    }

    #[test]
    fn a_directory_is_read_as_systems_export_it() {
        let plain = "Display name,Department,Email\n\"Nair, Priya\",Children,Priya.Nair@council.gov.uk\n\"Powell, Gareth (Team Manager)\",Children,gareth.powell@council.gov.uk\n";
        let (excel, _, _) =
            WINDOWS_1252.encode("Name;Email\r\nSi\u{e2}n Price;sian.price@council.gov.uk\r\n");
        let powershell: Vec<u8> = [0xff, 0xfe]
            .into_iter()
            .chain("\"GivenName\"\t\"Surname\"\t\"mail\"\r\n\"Priya\"\t\"Nair\"\t\"priya.nair@council.gov.uk\"\r\n".encode_utf16().flat_map(u16::to_le_bytes))
            .collect();
        assert_eq!(looked(plain.as_bytes(), "Priya Nair", "priya.nair@council.gov.uk"), Match::Same);
        assert_eq!(looked(plain.as_bytes(), "Gareth Powell", "gareth.powell@council.gov.uk"), Match::Same);
        let spaced = "First name,Last name,E-mail Address\nPriya,Nair,priya.nair@council.gov.uk\n";
        assert_eq!(looked(spaced.as_bytes(), "Priya Nair", "priya.nair@council.gov.uk"), Match::Same);
        assert_eq!(looked(&excel, "Siân Price", "sian.price@council.gov.uk"), Match::Same);
        assert_eq!(looked(&powershell, "Priya Nair", "priya.nair@council.gov.uk"), Match::Same);
        let other = looked(plain.as_bytes(), "Priya Nair", "priya.nair2@council.gov.uk");
        assert_eq!(other, Match::Elsewhere("Priya.Nair@council.gov.uk".to_owned()));
        let swapped = looked(plain.as_bytes(), "Priya Nair", "gareth.powell@council.gov.uk");
        assert!(matches!(swapped, Match::SomebodyElse(_)));
        assert_eq!(looked(plain.as_bytes(), "Max Nobody", "max@council.gov.uk"), Match::Nobody);
        assert!(look_up(b"Name,Phone\nPriya,1\n", &[]).unwrap_err().contains("no column `Email`"));
        assert!(look_up(&[0, 1, 2, 3], &[]).is_err());
    }
}
