//! One file per command: doors only. What was typed goes in, a deed of [`crate::clerk`] is done, and what came of it is said.
//!
//! A command is a file here, its `mod` line, and its line in the table below.

pub mod screen;
pub mod actions;
pub mod deadlines;
pub mod worker;
pub mod shared_folder;
pub mod forms;
pub mod init;
pub mod status;
pub mod agenda;
pub mod pack;
pub mod verify;
pub mod audit;
pub mod backup;
pub mod send;
pub mod recalls;
pub mod report;
pub mod minutes;
pub mod reviews;
pub mod scan;
pub mod keeper;
pub mod acts;
pub mod expect;
pub mod slot;
pub mod restrict;
pub mod addresses;
pub mod check;
pub mod watch;
pub mod rounds;
pub mod demo;

use anyhow::Result;
use clap::Subcommand;

use crate::clerk::faults;
use crate::commands::screen::Exit;

pub use crate::clerk::house::Settings;

/// Declares what can be typed and what is then run, a line for each command in the order of the help.
macro_rules! commands {
    ($settings:ident: $($(#[$about:meta])* $name:ident $(($args:ident: $typed:path))? => $run:expr,)*) => {
        /// What a person types after the program's name.
        #[derive(Debug, Subcommand)]
        pub enum Command {
            $($(#[$about])* $name $(($typed))?,)*
        }

        impl Command {
            fn carry_out(&self, $settings: &Settings) -> Result<Exit> {
                match self {
                    $(Command::$name $(($args))? => $run,)*
                }
            }
        }
    };
}

impl Command {
    /// Does what was typed. A fault of the program costs the command and is said; workers and share helpers end with theirs, and who
    /// started them says it.
    pub fn run(&self, settings: &Settings) -> Result<Exit> {
        if matches!(self, Command::Worker(_) | Command::SharedFolder(_)) {
            return self.carry_out(settings);
        }
        faults::keep_panics_quiet(|_| ());
        faults::caught(|| self.carry_out(settings))
    }
}

commands! { settings:
    /// The whole week on the shipped sample documents: no set-up, no network, no other program
    Demo(args: demo::Demo) => demo::run(settings, args),
    /// A new working folder for a panel: configuration, templates, blank forms, folders
    Init(args: init::Init) => init::run(settings, args),
    /// Blank Word forms and the page How to submit, from the configuration; what is there stays
    Forms(args: forms::Forms) => forms::run(settings, args),
    /// Say what would go wrong before it does: configuration, templates, folders, fonts, limits
    Check => check::run(settings),
    /// One pass of the inbox and the desk
    Scan => scan::run(settings),
    /// Scan for ever, woken by changes and by a timer
    Watch(args: watch::Watch) => watch::run(settings, args),
    /// Every case: what it has, what it lacks, when it came; every file accounted for
    Status(args: status::Status) => status::run(settings, args),
    /// What must come back to the panel: reviews, deferred cases, emergencies, agreements that run out
    Reviews => reviews::run(settings),
    /// What earlier meetings said must be done: list it, mark it as done
    Actions(args: actions::Actions) => actions::run(settings, args),
    /// What must be seen to by when (agenda, attendance, record, survey): list it, tick it as done
    Deadlines(args: deadlines::Deadlines) => deadlines::run(settings, args),
    /// Book a case before its documents exist, or one decided outside the panel; `--cancel` undoes it
    Expect(args: expect::Expect) => expect::run(settings, args),
    /// Enter a document that came by mail, with the time it came
    Receive(args: acts::Receive) => acts::receive(settings, args),
    /// Say whose document it is; `--as-found` undoes it
    Assign(args: acts::Assign) => acts::assign(settings, args),
    /// Say what kind of document it is; `--as-found` undoes it
    Kind(args: acts::SetKind) => acts::kind(settings, args),
    /// Leave a document out of the pack
    Exclude(args: acts::OnPaper) => acts::exclude(settings, args),
    /// Take a case as it is, or a newer, late or unconfirmed document
    Accept(args: acts::Accept) => acts::accept(settings, args),
    /// Move a case to another meeting
    Move(args: acts::Move) => acts::move_case(settings, args),
    /// Take a case off the agenda
    Withdraw(args: acts::OnCase) => acts::withdraw(settings, args),
    /// Undo `withdraw` for a case, or `exclude` for a document
    Reinstate(args: acts::Reinstate) => acts::reinstate(settings, args),
    /// Restrict a case to people named (a relative of staff, an adoption, a threat to life); `--lift` undoes it
    Restrict(args: restrict::Restrict) => restrict::restrict(settings, args),
    /// Keep somebody from a case: an interest declared, or the chair's word; `--no-longer` undoes it
    KeepFrom(args: restrict::KeepFrom) => restrict::keep_from(settings, args),
    /// The child's address is not to be disclosed, and to whom; `--no-longer` undoes it
    HideAddress(args: restrict::HideAddress) => restrict::hide_address(settings, args),
    /// Whose address is proved and whose waits to be checked; `check`, `allow` and `doubt` say something of one
    Addresses(args: addresses::Addresses) => addresses::run(settings, args),
    /// Give a case another time, place or length on the agenda
    Slot(args: slot::Slot) => slot::run(settings, args),
    /// The timed agenda: the meeting workbook and a Word document
    Agenda(args: agenda::Agenda) => agenda::run(settings, args),
    /// Create the pack
    Pack(args: pack::Pack) => pack::run(settings, args),
    /// Check a pack against its manifest, or everything held
    Verify(args: verify::Verify) => verify::run(settings, args),
    /// Everything that was done, by whom and why, and the head of the evidence chain
    Audit => audit::run(settings),
    /// Everything held into one file
    Backup(args: backup::Backup) => backup::backup(settings, args),
    /// A data folder out of a backup, after it was checked
    Restore(args: backup::Restore) => backup::restore(settings, args),
    /// Show who would get what; with `--go`, write the emails
    Send(args: send::Send) => send::run(settings, args),
    /// Who was asked to delete what they were sent, and who has answered: list it, tick it
    Recalls(args: recalls::Recalls) => recalls::run(settings, args),
    /// Who holds what of a case; the breach list for the 72-hour report
    Report(args: report::Report) => report::run(settings, args),
    /// Minutes and decision notes from the meeting workbook
    Minutes(args: minutes::Minutes) => minutes::run(settings, args),
    /// The rounds of `watch` with a stepped clock, as asked for on standard input; for rehearsals
    #[command(hide = true)]
    Rounds => rounds::run(settings),
    /// The limited process in which dropped files are opened
    #[command(hide = true)]
    Worker(args: worker::Worker) => worker::run(args),
    /// The process that speaks to one shared folder
    #[command(hide = true)]
    SharedFolder(args: shared_folder::SharedFolder) => shared_folder::run(args),
}
