//! Reading the administrator's workbooks as jobs for a worker process: anybody may have changed the files.

use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::desk::directory::{self, Found, Sought};
use crate::desk::mistake::Mistake;
use crate::desk::people::{self, Reading};
use crate::desk::typed::{self, Typed};
use crate::panel::people::Person;
use crate::worker::work::Work;

/// A meeting's workbook to be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadWorkbook {
    pub file: PathBuf,
}

/// `People.xlsx` to be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadPeople {
    pub file: PathBuf,
    /// The day it is read on.
    pub on: NaiveDate,
    /// The only domains that letters go to; empty: any.
    pub domains: Vec<String>,
    /// The council's own domains, to whose addresses a link can go instead of a file; none where there are no links.
    pub linked: Option<Vec<String>>,
}

/// The council's directory, in which these are looked up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LookUp {
    pub file: PathBuf,
    pub sought: Vec<Sought>,
}

impl Work for LookUp {
    const NAME: &'static str = "directory";
    type Answer = Found;

    fn given(&self) -> Vec<PathBuf> {
        vec![self.file.clone()]
    }

    fn carry_out(&self, _: &Path) -> Result<Self::Answer, String> {
        directory::look_up(&bytes(&self.file)?, &self.sought)
    }
}

impl Work for ReadWorkbook {
    const NAME: &'static str = "workbook";
    type Answer = (Typed, Vec<Mistake>);

    fn given(&self) -> Vec<PathBuf> {
        vec![self.file.clone()]
    }

    fn carry_out(&self, _: &Path) -> Result<Self::Answer, String> {
        typed::read(&bytes(&self.file)?).map_err(|error| error.to_string())
    }
}

impl Work for ReadPeople {
    const NAME: &'static str = "people";
    type Answer = (Vec<Person>, Vec<Mistake>);

    fn given(&self) -> Vec<PathBuf> {
        vec![self.file.clone()]
    }

    fn carry_out(&self, _: &Path) -> Result<Self::Answer, String> {
        let reading = Reading { on: self.on, domains: &self.domains, linked: self.linked.as_deref() };
        people::people(&bytes(&self.file)?, reading)
    }
}

fn bytes(file: &Path) -> Result<Vec<u8>, String> {
    crate::worker::given::read(file).map_err(|error| format!("`{}` cannot be read: {error}", file.display()))
}
