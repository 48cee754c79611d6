//! Mistakes in a configuration: collected, placed by line and column, reported all at once.

use std::cell::RefCell;
use std::fmt;

/// Everything that is wrong with a configuration, in the order of its lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistakes(Vec<Mistake>);

/// One mistake and where it is. Lines and columns count from 1; columns count characters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mistake {
    pub file: String,
    pub line: usize,
    pub column: usize,
    pub message: String,
    pub hint: Option<String>,
}

/// A text that is being read, with the name a person knows it by.
#[derive(Debug)]
pub(crate) struct Source {
    pub(crate) name: String,
    pub(crate) text: String,
}

/// Where mistakes are written down while the reading goes on.
#[derive(Debug, Default)]
pub(crate) struct Book(RefCell<Vec<Mistake>>);

impl Mistakes {
    pub fn iter(&self) -> impl Iterator<Item = &Mistake> {
        self.0.iter()
    }

    /// A file that could not be opened at all.
    pub(crate) fn unreadable(file: String, message: String, hint: &str) -> Self {
        Mistakes(vec![Mistake { file, line: 1, column: 1, message, hint: Some(hint.to_owned()) }])
    }
}

impl Book {
    pub(crate) fn note(&self, source: &Source, offset: usize, message: String, hint: Option<String>) {
        let before = source.text.get(..offset).unwrap_or(&source.text);
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        self.0.borrow_mut().push(Mistake { file: source.name.clone(), line, column, message, hint });
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.borrow().is_empty()
    }

    /// None if nothing is wrong.
    pub(crate) fn close(self) -> Option<Mistakes> {
        let mut mistakes = self.0.into_inner();
        mistakes.sort();
        mistakes.dedup();
        (!mistakes.is_empty()).then_some(Mistakes(mistakes))
    }
}

impl fmt::Display for Mistakes {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, mistake) in self.0.iter().enumerate() {
            if index > 0 {
                writeln!(out)?;
            }
            write!(out, "{mistake}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}:{}:{}: {}", self.file, self.line, self.column, self.message)?;
        match &self.hint {
            Some(hint) => write!(out, "\n  hint: {hint}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Mistakes {}
