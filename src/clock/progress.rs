//! How far along: bars on a terminal, plain lines elsewhere, nothing in tests and beside JSON. Goes to standard error.

use std::io::{self, IsTerminal, Write};

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};

/// How progress is shown. Shared by all threads.
#[derive(Debug, Clone)]
pub struct Progress(Manner);

#[derive(Debug, Clone)]
enum Manner {
    Silent,
    Lines,
    Bars(MultiProgress),
}

/// One stretch of work of so many steps. Ends when dropped.
#[derive(Debug)]
pub struct Stage {
    title: String,
    total: usize,
    manner: Shown,
}

#[derive(Debug)]
enum Shown {
    Silent,
    Lines,
    Bar(ProgressBar),
}

impl Progress {
    pub const fn silent() -> Self {
        Progress(Manner::Silent)
    }

    /// Bars where a person is watching, lines where a log is.
    pub fn on_standard_error() -> Self {
        if io::stderr().is_terminal() {
            Progress(Manner::Bars(MultiProgress::with_draw_target(ProgressDrawTarget::stderr())))
        } else {
            Progress(Manner::Lines)
        }
    }

    /// Begins `total` steps of work. A stage without steps shows nothing.
    pub fn stage(&self, title: &str, total: usize) -> Stage {
        let manner = match &self.0 {
            Manner::Bars(bars) if total > 0 => Shown::Bar(bars.add(bar(title, total))),
            Manner::Lines if total > 0 => Shown::Lines,
            _ => Shown::Silent,
        };
        Stage { title: title.to_owned(), total, manner }
    }

    /// A line of its own, above the bars.
    pub fn say(&self, line: &str) {
        match &self.0 {
            Manner::Silent => {}
            Manner::Lines => write_line(line),
            // A terminal that cannot be written to is no reason to stop.
            Manner::Bars(bars) => drop(bars.println(line)),
        }
    }
}

impl Stage {
    pub fn step(&self) {
        if let Shown::Bar(bar) = &self.manner {
            bar.inc(1);
        }
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        match &self.manner {
            Shown::Silent => {}
            Shown::Lines => write_line(&format!("{}: {}", self.title, self.total)),
            Shown::Bar(bar) => bar.finish_and_clear(),
        }
    }
}

/// A line on standard error; one that nobody can see is no reason to stop.
fn write_line(line: &str) {
    drop(writeln!(io::stderr(), "{line}"));
}

fn bar(title: &str, total: usize) -> ProgressBar {
    let style = ProgressStyle::with_template("{msg:28} {wide_bar} {pos}/{len}");
    let length = u64::try_from(total).unwrap_or(u64::MAX);
    ProgressBar::new(length)
        .with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
        .with_message(title.to_owned())
}
